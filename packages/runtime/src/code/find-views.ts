import { bindingNames, classChain, isFunction, nameOf, positionAt, resolveName, type ClassChain, type Module, type Node } from './syntax.ts';

/** Where a view is written: `group/name` is completed by the loader, which knows the group's name. */
export interface WrittenView {
  /** The exported name, or `Class/method`, or `object/property`. */
  readonly name: string;
  /** The user's file; for an inherited view the base class's. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** What its hash starts from. */
  readonly node: Node;
  /** The function that computes it, when there is one; undefined for `view.reduce`. */
  readonly body: Node | undefined;
  /** The file of that function. */
  readonly bodyFile: string;
  /** `view.image(...)`, for one that is written so. */
  readonly call: Node | undefined;
  /** The class that it belongs to and its bases, and which of them declares it. */
  readonly of: { readonly chain: ClassChain; readonly at: number } | undefined;
  /** Runs in any worker: may keep nothing. */
  readonly pool: boolean;
}

/** The views that a file declares and exports, by their form alone; nothing is run. */
export function findViews(module: Module, modules: ReadonlyMap<string, Module>): WrittenView[] {
  const found: WrittenView[] = [];
  for (const [name, declared] of module.names) {
    const exported = [...module.exports].find(([, local]) => local === name)?.[0] ?? name;
    if (declared.kind === 'class') found.push(...classViews(exported, classChain(module, declared.node, modules)));
    else if (declared.kind === 'const' || declared.kind === 'let') {
      const init = (declared.node['init'] ?? declared.node) as Node | null;
      const target = declared.node['id'] as Node | undefined;
      if (!init || (target && bindingNames(target).length !== 1)) continue;
      const call = viewCall(init);
      if (call) found.push(asView(module, exported, declared.node, call, modules));
      else if (unwrap(init).type === 'ObjectExpression') found.push(...objectViews(module, exported, unwrap(init), modules));
    }
  }
  return found;
}

function objectViews(module: Module, name: string, object: Node, modules: ReadonlyMap<string, Module>): WrittenView[] {
  return (object['properties'] as Node[]).flatMap((property) => {
    const call = property.type === 'Property' ? viewCall(property['value'] as Node) : undefined;
    return call ? [asView(module, `${name}/${nameOf(property['key'] as Node)}`, property, call, modules)] : [];
  });
}

/** `x as T`, `(x)` and `x satisfies T` are x. */
function unwrap(node: Node): Node {
  return ['TSAsExpression', 'TSSatisfiesExpression', 'ParenthesizedExpression', 'TSNonNullExpression'].includes(node.type) ? unwrap(node['expression'] as Node) : node;
}

/** `view.image(...)`: the call and its kind; `scan(...)` is one of kind `scan`. */
export function viewCall(node: Node): { call: Node; kind: string } | undefined {
  const call = unwrap(node);
  if (call.type !== 'CallExpression') return undefined;
  const callee = call['callee'] as Node;
  if (callee.type === 'Identifier' && nameOf(callee) === 'scan') return { call, kind: 'scan' };
  if (callee.type !== 'MemberExpression' || nameOf(callee['object'] as Node) !== 'view') return undefined;
  return { call, kind: nameOf(callee['property'] as Node) };
}

/** The function that a call of `view.image(...)` is given, where it stands there. */
export function functionOf(call: Node): Node | undefined {
  const body = (call['arguments'] as Node[])[1];
  return body && isFunction(body) ? body : undefined;
}

function asView(module: Module, name: string, node: Node, { call, kind }: { call: Node; kind: string }, modules: ReadonlyMap<string, Module>): WrittenView {
  const given = (call['arguments'] as Node[])[1];
  const named = given?.type === 'Identifier' ? resolveName(module, nameOf(given), modules) : undefined;
  const value = named?.declared.kind === 'function' ? named.declared.node : (named?.declared.node['init'] as Node | null | undefined);
  const body = functionOf(call) ?? (value && isFunction(value) ? value : undefined);
  const remembers = kind === 'reduce' || kind === 'scan';
  return { name, file: module.file, ...positionAt(module.text, node.start), node, body: remembers ? undefined : body, bodyFile: named?.module.file ?? module.file, call, of: undefined, pool: !remembers };
}

/** The views and reducers of a class, inherited ones included. */
function classViews(name: string, chain: ClassChain): WrittenView[] {
  const views = new Map<string, WrittenView>();
  for (const [at, { module, node }] of chain.entries()) {
    for (const member of (node['body'] as Node)['body'] as Node[]) {
      const isView = isDecoratedWith(member, 'View');
      if (!isView && !isDecoratedWith(member, 'State')) continue;
      const key = member['key'] as Node;
      const full = `${name}/${nameOf(key)}`;
      if (!views.has(full)) views.set(full, { name: full, file: module.file, ...positionAt(module.text, key.start), node: member, body: isView ? (member['value'] as Node) : undefined, bodyFile: module.file, call: undefined, of: { chain, at }, pool: isView });
    }
  }
  return [...views.values()];
}

/** Whether a class member carries `@Name`, `@Name(...)` or `@Name.Kind(...)`. */
export function isDecoratedWith(member: Node, name: string): boolean {
  return ((member['decorators'] as Node[] | undefined) ?? []).some((decorator) => {
    let expression = decorator['expression'] as Node;
    if (expression.type === 'CallExpression') expression = expression['callee'] as Node;
    if (expression.type === 'MemberExpression') expression = expression['object'] as Node;
    return nameOf(expression) === name;
  });
}
