import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseSync, visitorKeys } from 'oxc-parser';

/** A node of the syntax tree (ESTree with TypeScript). */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** The declarations at the top of one of the user's files. */
export interface Module {
  readonly file: string;
  readonly text: string;
  /** Name -> the declaration: a declarator, function, class, or import specifier. */
  readonly names: ReadonlyMap<string, Declared>;
  /** Exported name -> local name. */
  readonly exports: ReadonlyMap<string, string>;
  /** `export * from` and `export { a } from`: exported name (or `*`) -> where it comes from. */
  readonly from: readonly { readonly exported: string; readonly imported: string; readonly specifier: string }[];
  /** What is at the top and declares nothing: loops that fill a table, calls. */
  readonly statements: readonly Node[];
}

export type Declared =
  | { readonly kind: 'const' | 'let' | 'function' | 'class'; readonly node: Node }
  | { readonly kind: 'import'; readonly node: Node; readonly specifier: string; readonly imported: string };

/** Parses a file, or a text in its place; undefined when it has syntax errors (the bundler says those). */
export function parseModule(file: string, text = readFileSync(file, 'utf8')): Module | undefined {
  // Parentheses that change nothing are formatting: they are no nodes of their own.
  const { program, errors } = parseSync(file, text, { preserveParens: false });
  if (errors.length) return undefined;
  const names = new Map<string, Declared>();
  const exports = new Map<string, string>();
  const from: { exported: string; imported: string; specifier: string }[] = [];
  const statements: Node[] = [];
  for (const statement of program.body as unknown as Node[]) readStatement(statement, names, exports, from, statements);
  return { file, text, names, exports, from, statements };
}

type From = { exported: string; imported: string; specifier: string };

function readStatement(statement: Node, names: Map<string, Declared>, exports: Map<string, string>, from: From[], statements: Node[]): void {
  switch (statement.type) {
    case 'ImportDeclaration': {
      const specifier = (statement['source'] as Node)['value'] as string;
      for (const item of statement['specifiers'] as Node[]) {
        const imported = item.type === 'ImportSpecifier' ? nameOf(item['imported'] as Node) : item.type === 'ImportDefaultSpecifier' ? 'default' : '*';
        names.set(nameOf(item['local'] as Node), { kind: 'import', node: item, specifier, imported });
      }
      return;
    }
    case 'ExportNamedDeclaration': {
      const declaration = statement['declaration'] as Node | null;
      if (declaration) for (const name of declare(declaration, names)) exports.set(name, name);
      const source = statement['source'] as Node | null;
      for (const item of statement['specifiers'] as Node[]) {
        const [local, exported] = [nameOf(item['local'] as Node), nameOf(item['exported'] as Node)];
        if (source) from.push({ exported, imported: local, specifier: source['value'] as string });
        else exports.set(exported, local);
      }
      return;
    }
    case 'ExportAllDeclaration':
      from.push({ exported: '*', imported: '*', specifier: (statement['source'] as Node)['value'] as string });
      return;
    case 'ExportDefaultDeclaration': {
      const declaration = statement['declaration'] as Node;
      const [name] = declare(declaration, names);
      if (name === undefined) names.set('default', { kind: 'const', node: declaration });
      exports.set('default', name ?? 'default');
      return;
    }
    default:
      if (declare(statement, names).length === 0) statements.push(statement);
  }
}

function declare(statement: Node, names: Map<string, Declared>): string[] {
  if (statement.type === 'VariableDeclaration') {
    const kind = statement['kind'] === 'const' ? 'const' : 'let';
    const found: string[] = [];
    for (const declarator of statement['declarations'] as Node[]) {
      for (const name of bindingNames(declarator['id'] as Node)) {
        names.set(name, { kind, node: declarator });
        found.push(name);
      }
    }
    return found;
  }
  const kind = statement.type === 'FunctionDeclaration' ? 'function' : statement.type === 'ClassDeclaration' ? 'class' : undefined;
  const id = statement['id'] as Node | null | undefined;
  if (!kind || !id) return [];
  names.set(nameOf(id), { kind, node: statement });
  return [nameOf(id)];
}

/** The name of an identifier, a literal key, or a private name. */
export function nameOf(node: Node): string {
  return String((node['name'] ?? node['value'] ?? '') as string);
}

/** The names that a pattern binds. */
export function bindingNames(pattern: Node): string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [nameOf(pattern)];
    case 'ObjectPattern':
      return (pattern['properties'] as Node[]).flatMap((item) => bindingNames((item['value'] ?? item['argument']) as Node));
    case 'ArrayPattern':
      return (pattern['elements'] as (Node | null)[]).flatMap((item) => (item ? bindingNames(item) : []));
    case 'AssignmentPattern':
      return bindingNames(pattern['left'] as Node);
    case 'RestElement':
      return bindingNames(pattern['argument'] as Node);
    case 'TSParameterProperty':
      return bindingNames(pattern['parameter'] as Node);
    default:
      return [];
  }
}

/** A class and its bases that are the user's, the class itself first. */
export type ClassChain = readonly { readonly module: Module; readonly node: Node }[];

/** Follows `extends` through the user's files. */
export function classChain(module: Module, node: Node, modules: ReadonlyMap<string, Module>): ClassChain {
  const base = node['superClass'] as Node | null;
  const found = base?.type === 'Identifier' ? resolveName(module, nameOf(base), modules) : undefined;
  const rest = found?.declared.kind === 'class' && found.declared.node !== node ? classChain(found.module, found.declared.node, modules) : [];
  return [{ module, node }, ...rest];
}

/** Where a name is declared, through imports of the user's own files; undefined for what comes from elsewhere. */
export function resolveName(module: Module, name: string, modules: ReadonlyMap<string, Module>, depth = 0): { readonly module: Module; readonly declared: Exclude<Declared, { kind: 'import' }> } | undefined {
  const declared = module.names.get(name);
  if (!declared || depth > 50) return undefined;
  if (declared.kind !== 'import') return { module, declared };
  const target = fileOf(module, declared.specifier, modules);
  return target && resolveExport(target, declared.imported, modules, depth + 1);
}

/** The same of an exported name. */
export function resolveExport(module: Module, exported: string, modules: ReadonlyMap<string, Module>, depth: number): ReturnType<typeof resolveName> {
  const local = module.exports.get(exported);
  if (local !== undefined) return resolveName(module, local, modules, depth);
  if (depth > 50) return undefined;
  for (const item of module.from) {
    if (item.exported !== exported && item.exported !== '*') continue;
    const target = fileOf(module, item.specifier, modules);
    const found = target && resolveExport(target, item.exported === '*' ? exported : item.imported, modules, depth + 1);
    if (found) return found;
  }
  return undefined;
}

/** The user's file that a relative import names. */
export function fileOf(module: Module, specifier: string, modules: ReadonlyMap<string, Module>): Module | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const base = resolve(dirname(module.file), specifier);
  const file = [base, `${base}.ts`, `${base}.js`, base.replace(/\.js$/, '.ts'), base.replace(/\.mjs$/, '.mts'), join(base, 'index.ts')].find((one) => modules.has(one));
  return file === undefined ? undefined : modules.get(file);
}

/** The children of a node, in the order of the text. */
export function* children(node: Node): Generator<Node> {
  for (const key of visitorKeys[node.type] ?? []) {
    const value = node[key];
    if (Array.isArray(value)) {
      for (const item of value) if (item) yield item as Node;
    } else if (value && typeof value === 'object') yield value as Node;
  }
}

/** Whether a child is a name that stands for itself: the `x` of `a.x`, `{ x: 1 }`, a method's name, a label. */
export function isPlainName(node: Node, key: string): boolean {
  if (!node[key]) return false;
  if (key === 'label' || node.type === 'MetaProperty') return true;
  return node['computed'] !== true && (node.type === 'MemberExpression' ? key === 'property' : key === 'key');
}

/** The children that are evaluated, without types and names that stand for themselves. */
export function* parts(node: Node): Generator<Node> {
  for (const key of visitorKeys[node.type] ?? []) {
    if (isPlainName(node, key)) continue;
    for (const child of [node[key]].flat() as (Node | null | undefined)[]) if (child && (!child.type.startsWith('TS') || child['expression'] || child['parameter'])) yield child;
  }
}

export function isFunction(node: Node): boolean {
  return node.type === 'ArrowFunctionExpression' || node.type === 'FunctionExpression' || node.type === 'FunctionDeclaration';
}

/** Line and column, from 1, of an offset into the text. */
export function positionAt(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n') };
}
