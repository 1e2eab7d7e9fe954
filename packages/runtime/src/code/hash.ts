import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { findViews } from './find-views.ts';
import { children, nameOf, walk, type Declared, type Module, type Node } from './syntax.ts';

/**
 * A hash of each view's own code: the syntax tree of the view, its decorators, and every declaration that it reaches in
 * the user's files; packages count by name and version. Comments and formatting do not count. Input views are added
 * by the loader, which knows them.
 */
export function hashViews(entry: Module, modules: ReadonlyMap<string, Module>): Map<string, string> {
  const hashes = new Map<string, string>();
  for (const view of findViews(entry)) {
    const hash = new Hasher(modules);
    hash.node(entry, view.node, view.className === undefined ? undefined : classOf(entry, view.className));
    hashes.set(view.name, hash.digest());
  }
  return hashes;
}

function classOf(module: Module, exported: string): Node | undefined {
  const declared = module.names.get(module.exports.get(exported) ?? exported);
  return declared?.kind === 'class' ? declared.node : undefined;
}

class Hasher {
  readonly #modules: ReadonlyMap<string, Module>;
  readonly #hash = createHash('sha256');
  readonly #seen = new Set<string>();
  constructor(modules: ReadonlyMap<string, Module>) {
    this.#modules = modules;
  }

  digest(): string {
    return this.#hash.digest('hex').slice(0, 16);
  }

  /** Folds a node in, and all that it names. `self` is the class that `this` means. */
  node(module: Module, node: Node, self: Node | undefined): void {
    this.#hash.update(shapeOf(node));
    walk(node, (at) => {
      if (at.type === 'Identifier') this.#name(module, nameOf(at));
      if (self && at.type === 'MemberExpression' && (at['object'] as Node).type === 'ThisExpression') this.#member(module, self, at);
    });
  }

  #name(module: Module, name: string): void {
    const declared = module.names.get(name);
    if (declared) this.#declaration(module, name, declared);
  }

  #declaration(module: Module, name: string, declared: Declared): void {
    const key = `${module.file}#${name}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    if (declared.kind !== 'import') {
      this.node(module, declared.node, declared.kind === 'class' ? declared.node : undefined);
      return;
    }
    const file = this.#fileOf(module, declared.specifier);
    const target = file ? this.#modules.get(file) : undefined;
    if (!target) this.#hash.update(`${declared.specifier}#${declared.imported}@${packageVersion(module.file, declared.specifier)}`);
    else if (declared.imported === '*') this.#hash.update(target.text);
    else this.#export(target, declared.imported);
  }

  #export(module: Module, exported: string): void {
    const local = module.exports.get(exported);
    if (local !== undefined) return this.#name(module, local);
    for (const item of module.from) {
      if (item.exported !== exported && item.exported !== '*') continue;
      const file = this.#fileOf(module, item.specifier);
      const target = file ? this.#modules.get(file) : undefined;
      if (target) this.#export(target, item.exported === '*' ? exported : item.imported);
    }
  }

  /** `this.x`: the member x, here or in the base class; `this[x]` may be any: then the whole class counts. */
  #member(module: Module, self: Node, at: Node): void {
    if (at['computed']) {
      this.#hash.update(shapeOf(self));
      return;
    }
    const name = nameOf(at['property'] as Node);
    const key = `${module.file}#${self.start}.${name}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    const member = ((self['body'] as Node)['body'] as Node[]).find((item) => item['key'] && nameOf(item['key'] as Node) === name);
    if (member) this.node(module, member, self);
    else if (self['superClass']) this.node(module, self['superClass'] as Node, undefined);
  }

  #fileOf(module: Module, specifier: string): string | undefined {
    if (!specifier.startsWith('.')) return undefined;
    const base = resolve(dirname(module.file), specifier);
    return [base, `${base}.ts`, `${base}.js`, base.replace(/\.js$/, '.ts'), join(base, 'index.ts')].find((file) => this.#modules.has(file));
  }
}

/** The tree as text, without positions: types, names, literals, operators. */
function shapeOf(node: Node): string {
  const own = Object.entries(node)
    .filter(([key, value]) => !['start', 'end', 'range', 'loc', 'raw'].includes(key) && (typeof value !== 'object' || value === null))
    .map(([key, value]) => `${key}=${String(value)}`);
  return `(${own.join(',')}${Array.from(children(node), shapeOf).join('')})`;
}

function packageVersion(from: string, specifier: string): string {
  const name = specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
  for (let folder = dirname(from); ; folder = dirname(folder)) {
    const file = join(folder, 'node_modules', name, 'package.json');
    if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { version?: string }).version ?? '';
    if (folder === dirname(folder)) return '';
  }
}
