import { children, classChain, fileOf, nameOf, positionAt, resolveExport, resolveName, type Module, type Node } from '../code/syntax.ts';
import { isDecoratedWith } from '../code/find-views.ts';
import type { WrittenLiteral, WrittenScalar } from './written-literal.ts';

/** Where a parameter's value stands in one of the user's files; or, where it cannot be written, why. */
export interface PlaceInCode {
  readonly module: Module;
  readonly line: number;
  readonly column: number;
  readonly literal: WrittenLiteral | undefined;
  /** What stands there. */
  readonly text: string;
}

type Modules = ReadonlyMap<string, Module>;
type Found = { readonly module: Module; readonly node: Node };

/** Looks for a parameter of a views file; `group` is its stem, a class, or an instance. Undefined when it is nowhere to be seen. */
export function placesInCode(entry: Module, modules: Modules, stem: string, group: string, name: string): PlaceInCode[] {
  const found = group === stem ? declared(modules, name) : ofGroup(entry, modules, group, name);
  return found.map(({ module, node }) => {
    const value = defaultIn(module, node);
    return { module, ...positionAt(module.text, value.start), literal: literalOf(value), text: module.text.slice(value.start, value.end) };
  });
}

/** Where an instance is made that says nothing of this parameter: it has the one of its class. */
export function instanceOf(entry: Module, modules: Modules, group: string): { readonly file: string; readonly line: number } | undefined {
  const call = instanceCall(entry, modules, group);
  return call && { file: call.module.file, line: positionAt(call.module.text, call.node.start).line };
}

/** In a call of `parameters({ ... })`, in whatever file of the user it is. */
function declared(modules: Modules, name: string): Found[] {
  const found: Found[] = [];
  for (const module of modules.values()) {
    const visit = (node: Node): void => {
      const value = isCallOf(module, node, ['parameters']) ? propertyOf((node['arguments'] as Node[])[0], name) : undefined;
      if (value) found.push({ module, node: value });
      for (const child of children(node)) visit(child);
    };
    for (const node of new Set([...Array.from(module.names.values(), (one) => one.node), ...module.statements])) visit(node);
  }
  return found;
}

function ofGroup(entry: Module, modules: Modules, group: string, name: string): Found[] {
  const instance = instanceCall(entry, modules, group);
  if (instance) {
    const value = propertyOf((instance.node['arguments'] as Node[])[1], name);
    return value ? [{ module: instance.module, node: value }] : [];
  }
  const own = entry.exports.get('default');
  const found = resolveExport(entry, group, modules, 0) ?? (own === group ? resolveName(entry, own, modules) : undefined);
  if (found?.declared.kind !== 'class') return [];
  for (const { module, node } of classChain(found.module, found.declared.node, modules)) {
    const field = ((node['body'] as Node)['body'] as Node[]).find((member) => member.type === 'PropertyDefinition' && nameOf(member['key'] as Node) === name);
    const value = field?.['value'] as Node | null | undefined;
    if (value) return [{ module, node: value }];
    const whole = field && isDecoratedWith(field, 'Param') ? paramOf(field) : undefined;
    if (whole) return [{ module, node: whole }];
  }
  return [];
}

/** `rectangle(...)` of `@Param(rectangle(...)) roi!: Rectangle`. */
function paramOf(field: Node): Node | undefined {
  const call = (field['decorators'] as Node[]).map((one) => one['expression'] as Node).find((one) => one.type === 'CallExpression' && nameOf(one['callee'] as Node) === 'Param');
  return call && (call['arguments'] as Node[])[0];
}

/** `group(Tool, { prefix: 'left' })`, exported under any name. */
function instanceCall(entry: Module, modules: Modules, group: string): Found | undefined {
  for (const exported of exportedNames(entry, modules)) {
    const found = resolveExport(entry, exported, modules, 0);
    const init = found?.declared.node['init'] as Node | null | undefined;
    const node = init && unwrap(init);
    if (!found || !node || !isCallOf(found.module, node, ['group'])) continue;
    const prefix = propertyOf((node['arguments'] as Node[])[1], 'prefix');
    const literal = prefix && literalOf(prefix);
    const called = prefix === undefined ? exported : literal && 'value' in literal ? literal.value : undefined;
    if (called === group) return { module: found.module, node };
  }
  return undefined;
}

function exportedNames(module: Module, modules: Modules, seen = new Set<Module>()): string[] {
  if (seen.has(module)) return [];
  seen.add(module);
  const others = module.from.flatMap(({ exported, specifier }) => {
    if (exported !== '*') return [exported];
    const target = fileOf(module, specifier, modules);
    return target ? exportedNames(target, modules, seen) : [];
  });
  return [...module.exports.keys(), ...others];
}

/** What of `slider(5, ...)` or `{ type: 'number', default: 5 }` is the value; a plain one is it itself. */
function defaultIn(module: Module, node: Node): Node {
  const inner = unwrap(node);
  if (isCallOf(module, inner, WITH_DEFAULT)) return unwrap((inner['arguments'] as Node[])[0] ?? inner);
  return unwrap((inner.type === 'ObjectExpression' ? propertyOf(inner, 'default') : undefined) ?? inner);
}

const WITH_DEFAULT = ['slider', 'choice', 'rectangle', 'circle', 'ring', 'polygon'];

/** A call of one of these functions of `@trainyard/core`, under whatever name it is imported. */
function isCallOf(module: Module, node: Node, names: readonly string[]): boolean {
  if (node.type !== 'CallExpression') return false;
  const callee = unwrap(node['callee'] as Node);
  const of = callee.type === 'MemberExpression' && callee['computed'] !== true ? (callee['object'] as Node) : callee;
  const from = of.type === 'Identifier' ? module.names.get(nameOf(of)) : undefined;
  if (from?.kind !== 'import' || from.specifier !== '@trainyard/core') return false;
  return names.includes(of === callee ? from.imported : from.imported === '*' ? nameOf(callee['property'] as Node) : '');
}

/** The value of a property that is written out: not one that a spread brings, nor `{ name }` alone. The last one of a name counts. */
function propertyOf(object: Node | undefined, name: string): Node | undefined {
  const inner = object && unwrap(object);
  if (inner?.type !== 'ObjectExpression') return undefined;
  const own = (inner['properties'] as Node[]).findLast((item) => item.type === 'Property' && item['computed'] !== true && nameOf(item['key'] as Node) === name);
  return own?.['value'] as Node | undefined;
}

function unwrap(node: Node): Node {
  return ['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression', 'TSTypeAssertion', 'ParenthesizedExpression'].includes(node.type) ? unwrap(node['expression'] as Node) : node;
}

function literalOf(node: Node): WrittenLiteral | undefined {
  if (node.type !== 'ArrayExpression') return scalarOf(node);
  const items = (node['elements'] as (Node | null)[]).map((item) => (item ? scalarOf(unwrap(item)) : undefined));
  return items.every((item) => item !== undefined) ? { start: node.start, end: node.end, items } : undefined;
}

function scalarOf(node: Node): WrittenScalar | undefined {
  const { start, end } = node;
  const value = node['value'];
  if (node.type === 'Literal' && (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string')) return { start, end, value };
  if (node.type === 'TemplateLiteral' && (node['expressions'] as Node[]).length === 0) {
    const [only] = node['quasis'] as unknown as { value: { cooked: string | null } }[];
    return only?.value.cooked === null || only === undefined ? undefined : { start, end, value: only.value.cooked };
  }
  if (node.type !== 'UnaryExpression' || !['-', '+'].includes(node['operator'] as string)) return undefined;
  const of = scalarOf(unwrap(node['argument'] as Node));
  return typeof of?.value === 'number' ? { start, end, value: node['operator'] === '-' ? -of.value : of.value } : undefined;
}
