import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packStore } from '../packs/find-packs.ts';
import { isDecoratedWith, type WrittenView } from './find-views.ts';
import { shapeOf } from './shape.ts';
import { fileOf, isFunction, nameOf, parts, type ClassChain, type Declared, type Module, type Node } from './syntax.ts';

/** The code that a view hangs on. */
export interface ViewCode {
  /** Equal hashes, the same results. */
  readonly hash: string;
  /**
   * What it is made of, in the user's words (`threshold() in lib.ts`), and the hash of each: two of them say what an edit changed. That of a
   * parameter's default begins with `=`: such a one may change while the value that is in force stays.
   */
  readonly parts: CodeParts;
}
export type CodeParts = Readonly<Record<string, string>>;

/** What the hash of a part begins with that is but a parameter's default. */
export const DEFAULT = '=';
/** The part that is the view as it is written. */
export const OWN_CODE = 'its own code';

/**
 * The code of a view: the syntax tree of the view, its decorators, and every declaration that it reaches in the user's files, members of its
 * class and bases included; packages count by name and version. Comments, formatting, types and the names of what is declared inside do not count.
 * Input views are added by the loader, which knows them.
 */
export function codeOf(module: Module, view: WrittenView, modules: ReadonlyMap<string, Module>): ViewCode {
  const at = view.of ? view.of.chain[view.of.at]!.module : module;
  return new CodeReader(modules, at).view(view);
}

/** What `this` means, and the class whose code is being read: `super` starts above it. */
interface Self {
  readonly chain: ClassChain;
  readonly at: number;
}

/** A declaration that another one names: by its number where names do not count, by its label where people read. */
interface Reference {
  readonly number: number;
  readonly label: string;
}

class CodeReader {
  readonly #modules: ReadonlyMap<string, Module>;
  readonly #home: Module;
  readonly #whole = createHash('sha256');
  readonly #parts: Record<string, string> = {};
  readonly #known = new Map<string, Reference>();
  constructor(modules: ReadonlyMap<string, Module>, home: Module) {
    this.#modules = modules;
    this.#home = home;
  }

  view({ node, of }: WrittenView): ViewCode {
    // It may name itself.
    const key = node.type === 'VariableDeclarator' ? `#${nameOf(node['id'] as Node)}` : `:${node.start}`;
    this.#refer(this.#home.file + key, OWN_CODE, () => this.#read(this.#home, node, OWN_CODE, of));
    return { hash: this.#whole.digest('hex').slice(0, 16), parts: this.#parts };
  }

  /** Folds a part in, and all that it names. */
  #read(module: Module, node: Node, label: string, self: Self | undefined, isDefault = false): void {
    // In the order in which they are met: what is nearest to the view comes first.
    this.#parts[label] ??= isDefault ? DEFAULT : '';
    const pieces = shapeOf<Reference>(node, {
      name: (name) => this.#name(module, name),
      member: (object, property) => this.#memberOf(module, object, property, self),
      self: () => {
        // `this[name]`, or `this` handed on: any member may be meant.
        if (self) this.#wholeClass(self);
      },
    });
    this.#add(label, pieces.map((piece) => (typeof piece === 'string' ? piece : `@${piece.number}`)).join(''), pieces.map((piece) => (typeof piece === 'string' ? piece : piece.label)).join(''));
  }

  /** Two texts of a part: the one that counts, and the one that tells whether this part changed by itself. */
  #add(label: string, text: string, named = text): void {
    this.#whole.update(`${text}\n`);
    const before = this.#parts[label] ?? '';
    this.#parts[label] = (before.startsWith(DEFAULT) ? DEFAULT : '') + createHash('sha256').update(before + named).digest('hex').slice(0, 8);
  }

  /** The reference of a key; `read` is called when it is met for the first time. */
  #refer(key: string, label: string, read: () => void): Reference {
    const known = this.#known.get(key);
    if (known) return known;
    const reference = { number: this.#known.size, label };
    this.#known.set(key, reference);
    read();
    return reference;
  }

  #label(text: string, module: Module): string {
    return module === this.#home ? text : `${text} in ${basename(module.file)}`;
  }

  #name(module: Module, name: string): Reference {
    const declared = module.names.get(name);
    // Of the language: its name is what counts.
    if (!declared) return this.#refer(`#${name}`, name, () => this.#whole.update(`${name}\n`));
    const reference = declared.kind === 'import' ? this.#import(module, declared) : this.#declared(module, name, declared);
    for (const statement of module.statements) {
      if (mentions(statement, name)) this.#refer(`${module.file}:${statement.start}`, '', () => this.#read(module, statement, `code at the top of ${basename(module.file)}`, undefined));
    }
    return reference;
  }

  #declared(module: Module, name: string, declared: Declared): Reference {
    const label = this.#label(called(name, declared), module);
    return this.#refer(`${module.file}#${name}`, label, () => this.#read(module, declared.node, label, declared.kind === 'class' ? { chain: [{ module, node: declared.node }], at: 0 } : undefined));
  }

  #import(module: Module, { specifier, imported }: Extract<Declared, { kind: 'import' }>): Reference {
    const target = fileOf(module, specifier, this.#modules);
    if (!target) return this.#outside(module, specifier, imported);
    if (imported !== '*') return this.#export(target, imported) ?? this.#refer(`${target.file}!${imported}`, imported, () => undefined);
    return this.#refer(`${target.file}#*`, basename(target.file), () => {
      for (const name of target.names.keys()) this.#name(target, name);
    });
  }

  /** A package by its version, a file that is no code by its content. */
  #outside(module: Module, specifier: string, imported: string): Reference {
    const label = specifier.startsWith('.') ? basename(specifier) : specifier;
    return this.#refer(`${specifier}#${imported}`, label, () => {
      const content = contentOf(module.file, specifier);
      this.#whole.update(`${specifier}#${imported}@${content}\n`);
      this.#parts[label] = content;
    });
  }

  #export(module: Module, exported: string, seen: readonly Module[] = []): Reference | undefined {
    const local = module.exports.get(exported);
    if (local !== undefined) return this.#name(module, local);
    if (seen.includes(module)) return undefined;
    for (const item of module.from) {
      if (item.exported !== exported && item.exported !== '*') continue;
      const target = fileOf(module, item.specifier, this.#modules);
      const name = item.exported === '*' ? exported : item.imported;
      const found = target ? this.#export(target, name, [...seen, module]) : item.exported === '*' ? undefined : this.#outside(module, item.specifier, name);
      if (found) return found;
    }
    // Perhaps from a package that is handed on as a whole.
    for (const item of module.from) if (item.exported === '*' && !fileOf(module, item.specifier, this.#modules)) return this.#outside(module, item.specifier, exported);
    return undefined;
  }

  #memberOf(module: Module, object: Node, property: string, self: Self | undefined): Reference | undefined {
    if (self && (object.type === 'ThisExpression' || object.type === 'Super')) return this.#member(self, object.type === 'Super' ? self.at + 1 : 0, property);
    return object.type === 'Identifier' ? this.#parameter(module, nameOf(object), property) : undefined;
  }

  /** `p.sigma` hangs on this one parameter, not on its neighbours in `parameters({ ... })`. */
  #parameter(module: Module, name: string, property: string): Reference | undefined {
    const declared = module.names.get(name);
    if (declared?.kind === 'import') {
      const target = fileOf(module, declared.specifier, this.#modules);
      const local = target?.exports.get(declared.imported);
      return target && local !== undefined ? this.#parameter(target, local, property) : undefined;
    }
    const call = declared?.node['init'] as Node | null | undefined;
    if (declared?.kind !== 'const' || call?.type !== 'CallExpression' || nameOf(call['callee'] as Node) !== 'parameters') return undefined;
    const of = (call['arguments'] as Node[])[0];
    const found = of?.type === 'ObjectExpression' ? (of['properties'] as Node[]).find((item) => item.type === 'Property' && nameOf(item['key'] as Node) === property) : undefined;
    const label = this.#label(`the parameter ${property}`, module);
    return found && this.#refer(`${module.file}#${name}.${property}`, label, () => this.#read(module, defaultOf(found['value'] as Node), label, undefined, true));
  }

  /** The member of the class or of its nearest base that has it. */
  #member(self: Self, from: number, name: string): Reference {
    for (let at = from; at < self.chain.length; at++) {
      const { module, node } = self.chain[at]!;
      // A getter and its setter are two members of one name.
      const members = ((node['body'] as Node)['body'] as Node[]).filter((item) => item['key'] && nameOf(item['key'] as Node) === name);
      if (members.length === 0) continue;
      const label = this.#label(`${nameOf(node['id'] as Node)}.${name}${members[0]!.type === 'MethodDefinition' ? '()' : ''}`, module);
      return this.#refer(`${module.file}:${members[0]!.start}`, label, () => {
        for (const member of members) {
          const value = isDecoratedWith(member, 'Param') ? (member['value'] as Node | null) : null;
          this.#read(module, value ?? member, label, { chain: self.chain, at }, value !== null);
        }
      });
    }
    // From a base that is not the user's, such as a pack's.
    const last = self.chain.at(-1)!;
    const base = last.node['superClass'] as Node | null;
    return this.#refer(`${last.module.file}:${last.node.start}:${name}`, name, () => {
      this.#whole.update(`${name}\n`);
      if (base) this.#read(last.module, base, this.#label(`the base of ${nameOf(last.node['id'] as Node)}`, last.module), undefined);
    });
  }

  #wholeClass({ chain }: Self): void {
    for (const [at, { module, node }] of chain.entries()) {
      const label = this.#label(`class ${nameOf(node['id'] as Node)}`, module);
      this.#refer(`${module.file}:${node.start}`, label, () => this.#read(module, node, label, { chain, at }));
    }
  }
}

/** What of `slider(5, 0, 20, 'px')` makes a result: not its range, unit or title. */
function defaultOf(parameter: Node): Node {
  if (parameter.type === 'CallExpression' && ['slider', 'choice', 'rectangle', 'circle', 'ring', 'polygon'].includes(nameOf(parameter['callee'] as Node))) return (parameter['arguments'] as Node[])[0] ?? parameter;
  const own = parameter.type === 'ObjectExpression' ? (parameter['properties'] as Node[]).find((item) => item.type === 'Property' && nameOf(item['key'] as Node) === 'default') : undefined;
  return own ? (own['value'] as Node) : parameter;
}

/** A declaration as people call it: `threshold()`, `factor`, `class Tool`. */
function called(name: string, { kind, node }: Declared): string {
  if (kind === 'class') return `class ${name}`;
  const init = node['init'] as Node | null | undefined;
  return kind === 'function' || (init && isFunction(init)) ? `${name}()` : name;
}

function mentions(node: Node, name: string): boolean {
  if (node.type === 'Identifier' && nameOf(node) === name) return true;
  for (const part of parts(node)) if (mentions(part, name)) return true;
  return false;
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
