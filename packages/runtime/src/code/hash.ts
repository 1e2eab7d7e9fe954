import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packStore } from '../packs/find-packs.ts';
import type { WrittenView } from './find-views.ts';
import { children, fileOf, nameOf, parts, type ClassChain, type Declared, type Module, type Node } from './syntax.ts';

/**
 * A hash of a view's own code: the syntax tree of the view, its decorators, and every declaration that it reaches in
 * the user's files, members of its class and bases included; packages count by name and version. Comments and formatting do not count. Input views are added
 * by the loader, which knows them.
 */
export function hashView(module: Module, view: WrittenView, modules: ReadonlyMap<string, Module>): string {
  const hash = new Hasher(modules);
  hash.node(view.of ? view.of.chain[view.of.at]!.module : module, view.node, view.of);
  return hash.digest();
}

/** What `this` means, and the class whose code is being read: `super` starts above it. */
interface Self {
  readonly chain: ClassChain;
  readonly at: number;
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

  /** Folds a node in, and all that it names. */
  node(module: Module, node: Node, self: Self | undefined): void {
    this.#hash.update(shapeOf(node));
    this.#reach(module, node, self);
  }

  #reach(module: Module, node: Node, self: Self | undefined): void {
    if (node.type === 'Identifier') this.#name(module, nameOf(node));
    const object = node.type === 'MemberExpression' ? (node['object'] as Node).type : '';
    if (self && node['computed'] !== true && (object === 'ThisExpression' || object === 'Super')) {
      this.#member(self, object === 'Super' ? self.at + 1 : 0, nameOf(node['property'] as Node));
      return;
    }
    // `this[name]`, or `this` handed on: any member may be meant.
    if (self && (node.type === 'ThisExpression' || node.type === 'Super')) this.#wholeClass(self);
    for (const part of parts(node)) this.#reach(module, part, self);
  }

  /** Whether this is met for the first time. */
  #first(key: string): boolean {
    const size = this.#seen.size;
    return this.#seen.add(key).size > size;
  }

  #name(module: Module, name: string): void {
    const declared = module.names.get(name);
    if (declared && this.#first(`${module.file}#${name}`)) this.#declaration(module, declared);
  }

  #declaration(module: Module, declared: Declared): void {
    if (declared.kind !== 'import') {
      this.node(module, declared.node, declared.kind === 'class' ? { chain: [{ module, node: declared.node }], at: 0 } : undefined);
      return;
    }
    const target = fileOf(module, declared.specifier, this.#modules);
    if (!target) this.#hash.update(`${declared.specifier}#${declared.imported}@${contentOf(module.file, declared.specifier)}`);
    else if (declared.imported === '*') this.#whole(target);
    else this.#export(target, declared.imported);
  }

  #whole(module: Module): void {
    for (const name of module.names.keys()) this.#name(module, name);
  }

  #export(module: Module, exported: string): void {
    const local = module.exports.get(exported);
    if (local !== undefined) return this.#name(module, local);
    if (!this.#first(`${module.file}!${exported}`)) return;
    for (const item of module.from) {
      if (item.exported !== exported && item.exported !== '*') continue;
      const target = fileOf(module, item.specifier, this.#modules);
      if (target) this.#export(target, item.exported === '*' ? exported : item.imported);
      else this.#hash.update(`${item.specifier}@${contentOf(module.file, item.specifier)}`);
    }
  }

  /** The member of the class or of its nearest base that has it. */
  #member(self: Self, from: number, name: string): void {
    for (let at = from; at < self.chain.length; at++) {
      const { module, node } = self.chain[at]!;
      // A getter and its setter are two members of one name.
      const members = ((node['body'] as Node)['body'] as Node[]).filter((item) => item['key'] && nameOf(item['key'] as Node) === name);
      if (members.length === 0) continue;
      for (const member of members) if (this.#first(`${module.file}:${member.start}`)) this.node(module, member, { chain: self.chain, at });
      return;
    }
    // From a base that is not the user's, such as a pack's.
    const last = self.chain.at(-1)!;
    if (last.node['superClass']) this.#reach(last.module, last.node['superClass'] as Node, undefined);
  }

  #wholeClass({ chain }: Self): void {
    for (const [at, { module, node }] of chain.entries()) if (this.#first(`${module.file}:${node.start}`)) this.node(module, node, { chain, at });
  }
}

/** The tree as text, without positions: types, names, literals, operators. */
function shapeOf(node: Node): string {
  const own = Object.entries(node).flatMap(([key, value]) => {
    if (['start', 'end', 'range', 'loc', 'raw'].includes(key)) return [];
    // The texts of a template and of a regular expression are no nodes.
    if (key === 'regex' || (key === 'value' && node.type === 'TemplateElement')) return [`${key}=${JSON.stringify(value)}`];
    return typeof value === 'object' && value !== null ? [] : [`${key}=${typeof value === 'string' ? JSON.stringify(value) : String(value)}`];
  });
  return `(${own.join(',')}${Array.from(children(node), shapeOf).join('')})`;
}

/** The version of a package, or the text of a file that is no code. */
function contentOf(from: string, specifier: string): string {
  if (specifier.startsWith('.')) {
    const file = resolve(dirname(from), specifier);
    return existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : '';
  }
  const name = specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
  // As workers resolve it: our own packages are this installation's, other packs the store's (own-packages.ts).
  const ours = [dirname(fileURLToPath(import.meta.url)), packStore()];
  const starts = name.startsWith('@trainyard/') ? ours : [dirname(from), packStore()];
  return starts.map((start) => versionAbove(start, name)).find((version) => version !== undefined) ?? '';
}

function versionAbove(start: string, name: string): string | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    const file = join(folder, 'node_modules', name, 'package.json');
    if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { version?: string }).version ?? '';
    if (folder === dirname(folder)) return undefined;
  }
}
