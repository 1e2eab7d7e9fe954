import type { Where } from '@trainyard/core';
import { findViews, viewCall, type WrittenView } from './find-views.ts';
import { inner } from './mutations.ts';
import { isRepeatable } from './repeatable.ts';
import { shapeOf } from './shape.ts';
import { isFunction, nameOf, parseModule, parts, positionAt, resolveName, type Module, type Node } from './syntax.ts';

/** Something that a view uses and that may remember other trains, or that is other each time. */
export interface Suspect {
  readonly name: string;
  /** What it is, in words. */
  readonly what: string;
  readonly where: Where;
}

/** Declared by these, a thing is what it is for all trains, or the runtime's. */
const HARMLESS = new Set(['parameters', 'keep', 'plan', 'planFile', 'slider', 'choice', 'rectangle', 'circle', 'ring', 'polygon', 'action', 'group', 'path', 'optional', 'stale', 'shifted', 'pulses', 'scratch', 'Symbol']);

/** What each view of the files uses that its text does not clear, by the view's place, `file:line:column`. */
export function suspectsOf(steps: readonly { readonly file: string; readonly files: readonly string[] }[]): ReadonlyMap<string, readonly Suspect[]> {
  const found = new Map<string, readonly Suspect[]>();
  for (const { file, files } of steps) {
    const modules = new Map<string, Module>();
    for (const one of new Set([file, ...files])) {
      const module = parseModule(one);
      if (module) modules.set(one, module);
    }
    for (const module of modules.values()) {
      for (const view of findViews(module, modules)) found.set([view.file, view.line, view.column].join(':'), new Reader(modules).view(module, view));
    }
  }
  return found;
}

class Reader {
  readonly #modules: ReadonlyMap<string, Module>;
  readonly #seen = new Set<Node>();
  readonly #found: Suspect[] = [];
  constructor(modules: ReadonlyMap<string, Module>) {
    this.#modules = modules;
  }

  view(module: Module, { body, bodyFile, of }: WrittenView): readonly Suspect[] {
    if (body) this.#read(this.#modules.get(bodyFile) ?? module, body, of?.chain ?? []);
    return this.#found;
  }

  #read(module: Module, node: Node, chain: NonNullable<WrittenView['of']>['chain']): void {
    if (this.#seen.has(node)) return;
    this.#seen.add(node);
    this.#lookForChance(module, node);
    shapeOf(node, {
      name: (name) => this.#name(module, name),
      member: (object, property) => {
        if (object.type === 'ThisExpression') this.#member(chain, property);
        return undefined;
      },
      self: () => undefined,
    });
  }

  #lookForChance(module: Module, node: Node): void {
    if (!isRepeatable(node, module, () => false)) this.#say(module, node, module.text.slice(node.start, node.end), 'gives something else each time: make it from internal#train_id, or leave it out');
    for (const part of parts(node)) this.#lookForChance(module, part);
  }

  #name(module: Module, name: string): string {
    const found = resolveName(module, name, this.#modules);
    const node = found?.declared.node;
    if (!found || !node || this.#seen.has(node) || found.declared.kind === 'class') return name;
    if (found.declared.kind === 'function') this.#read(found.module, node, []);
    else this.#thing(found.module, node, name, node['init'] as Node | null | undefined, found.declared.kind === 'let');
    return name;
  }

  #member(chain: NonNullable<WrittenView['of']>['chain'], name: string): void {
    for (const { module, node } of chain) {
      const member = ((node['body'] as Node)['body'] as Node[]).find((one) => one['key'] && nameOf(one['key'] as Node) === name);
      if (!member) continue;
      const value = member['value'] as Node | null;
      if (value && isFunction(value)) this.#read(module, value, chain);
      else this.#thing(module, member, `this.${name}`, value, false);
      return;
    }
  }

  /** A variable or field: what it holds, where that may change. */
  #thing(module: Module, declared: Node, name: string, init: Node | null | undefined, isLet: boolean): void {
    if (this.#seen.has(declared)) return;
    this.#seen.add(declared);
    if (init && isFunction(init)) return this.#read(module, init, []);
    const what = isLet ? 'is a variable of the file' : init && holds(init);
    if (what) this.#say(module, declared, name, what);
    // A function that it was made by may be at fault, too.
    if (what && init) this.#read(module, init, []);
  }

  #say(module: Module, node: Node, name: string, what: string): void {
    this.#found.push({ name: name.replaceAll(/\s+/g, ' '), what, where: { file: module.file, ...positionAt(module.text, node.start) } });
  }
}

/** What may change inside a value; undefined for what cannot, or is the runtime's. */
function holds(init: Node): string | undefined {
  const made = inner(init);
  if (viewCall(made)) return undefined;
  switch (made.type) {
    case 'ArrayExpression':
      return 'is a list, one in each worker: nothing may be put into it while trains run';
    case 'ObjectExpression':
      return 'is an object, one in each worker: nothing in it may change while trains run';
    case 'NewExpression':
      return `is ${article(nameOf(made['callee'] as Node))}, one in each worker: nothing may be kept in it from train to train`;
    case 'CallExpression': {
      const callee = inner(made['callee'] as Node);
      const name = callee.type === 'MemberExpression' ? nameOf(callee['property'] as Node) : nameOf(callee);
      return HARMLESS.has(name) ? undefined : `is made by ${isFunction(callee) ? 'a function' : `${name}()`} and may keep values inside it, one set in each worker`;
    }
    default:
      return undefined;
  }
}

function article(name: string): string {
  return `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`;
}
