import type { Problem } from '@trainyard/core';
import { findViews, functionOf, viewCall, type WrittenView } from './find-views.ts';
import { inner, pathOf, rootOf, targetsOf } from './mutations.ts';
import { fixOf } from './purity-fix.ts';
import { isRepeatable } from './repeatable.ts';
import { Scope, scopeIn } from './scope.ts';
import { children, classChain, fileOf, isFunction, nameOf, parts, positionAt, resolveName, type ClassChain, type Declared, type Module, type Node } from './syntax.ts';

/** What a view may not do, or should not, with the user's line and what to write in its place. */
export interface PurityProblem extends Problem {
  readonly text: string;
  readonly fix?: string;
}

/**
 * Refuses what makes a result depend on other trains: in a view, and in every function of the user's files that it reaches, writes to anything
 * that is not its own: `this`, a `let`, properties of constants and imports, static fields, lists and maps whose kind the text tells. Warns of what
 * makes a result depend on the clock or on chance. What the text does not tell (a closure, another name for a thing) is found by running trains in
 * other orders on other workers.
 */
export function purityProblems(modules: ReadonlyMap<string, Module>): PurityProblem[] {
  const finder = new WriteFinder(modules);
  for (const module of modules.values()) {
    const views = findViews(module, modules);
    for (const view of views) {
      // A base class is read with every class that extends it, and reported once.
      for (const part of view.of?.chain ?? []) for (const member of membersOf(part.node)) finder.member(part.module, member, view.of!.chain, view);
      if (view.pool && view.body && !view.of) finder.view(modules.get(view.bodyFile)!, view.body, view);
    }
    for (const node of [...new Set(Array.from(module.names.values(), (declared) => declared.node)), ...module.statements]) finder.madeBy(module, node, called(node));
  }
  return finder.problems();
}

/** What is around the code that is read. */
interface Place {
  readonly module: Module;
  /** What the user's view is called in the message. */
  readonly name: string;
  readonly view: WrittenView;
  /** Where the names of the functions around the view are declared, for a view that a function makes. */
  readonly around: Node | undefined;
  /** What `this` is, where all trains share it: an instance or a class. */
  readonly self: ClassChain | undefined;
}

class WriteFinder {
  readonly #modules: ReadonlyMap<string, Module>;
  readonly #found = new Map<Module, PurityProblem[]>();
  readonly #seen = new Set<Node>();
  constructor(modules: ReadonlyMap<string, Module>) {
    this.#modules = modules;
  }

  /** In the order of the files, from top to bottom. */
  problems(): PurityProblem[] {
    return Array.from(this.#modules.values(), (module) => this.#found.get(module) ?? []).flatMap((problems) => problems.sort((a, b) => a.where!.line! - b.where!.line! || a.where!.column! - b.where!.column!));
  }

  view(module: Module, body: Node, view: WrittenView, around?: Node): void {
    this.#function(body, new Scope(), { module, name: view.name, view, around, self: undefined });
  }

  /** A method of a class, or a field that holds a function. */
  member(module: Module, member: Node, chain: ClassChain, view: WrittenView): void {
    const value = member['value'] as Node | null;
    if (!value || !isFunction(value) || member['kind'] === 'constructor' || member['static'] === true) return;
    const owner = chain.find((part) => membersOf(part.node).includes(member))!.node;
    this.#function(value, new Scope(), { module, name: `${nameOf(owner['id'] as Node)}.${nameOf(member['key'] as Node)}`, view, around: undefined, self: chain });
  }

  /** Views that a function makes: `const make = (path) => view.scalar({ x: path }, ({ x }) => ...)`. */
  madeBy(module: Module, node: Node, name: string, around?: Node): void {
    const made = viewCall(node);
    const body = made && made.kind !== 'reduce' ? functionOf(made.call) : undefined;
    if (body && !this.#seen.has(body)) this.view(module, body, { name: around ? `a view of ${name}()` : name, file: module.file, ...positionAt(module.text, node.start), node, body, bodyFile: module.file, call: made!.call, of: undefined, pool: true }, around);
    for (const part of children(node)) this.madeBy(module, part, name, around ?? (isFunction(node) ? node : undefined));
  }

  #function(node: Node, scope: Scope, place: Place): void {
    if (this.#seen.has(node)) return;
    this.#seen.add(node);
    const inside = scopeIn(node, scope);
    for (const part of parts(node)) this.#visit(part, inside, place);
  }

  #visit(node: Node, scope: Scope, place: Place): void {
    for (const target of targetsOf(node, (container) => this.#made(container, scope, place))) this.#write(node, target, scope, place);
    if (node.type === 'Identifier' && scope.find(nameOf(node)) === undefined) this.#reach(resolveName(place.module, nameOf(node), this.#modules), place);
    if (node.type === 'MemberExpression' && node['computed'] !== true) this.#reachMember(inner(node['object'] as Node), nameOf(node['property'] as Node), scope, place);
    if (!isRepeatable(node, place.module, (name) => scope.find(name) !== undefined)) this.#warn(node, place);
    // Another `this` begins in a function (not in an arrow) and in a class.
    if (isFunction(node)) this.#function(node, scope, node.type === 'ArrowFunctionExpression' ? place : { ...place, self: undefined });
    else {
      const inside = scopeIn(node, scope);
      for (const part of parts(node)) this.#visit(part, inside, node.type === 'ClassBody' ? { ...place, self: undefined } : place);
    }
  }

  /** A function of the user's that is named: what it writes, the view writes. */
  #reach(found: Found | undefined, place: Place): void {
    if (!found) return;
    const { module, declared } = found;
    const node = declared.kind === 'function' ? declared.node : (declared.node['init'] as Node | null | undefined);
    if (node && isFunction(node)) this.#function(node, new Scope(), { ...place, module, around: undefined, self: undefined });
  }

  /** `helpers.bump`, `Tool.bump`, `counter.bump`: a function of an object, of a class, of an instance that all trains share. */
  #reachMember(object: Node, property: string, scope: Scope, place: Place): void {
    if (object.type !== 'Identifier' || scope.find(nameOf(object)) !== undefined) return;
    const imported = place.module.names.get(nameOf(object));
    if (imported?.kind === 'import' && imported.imported === '*') {
      const target = fileOf(place.module, imported.specifier, this.#modules);
      const local = target?.exports.get(property);
      return this.#reach(target && local !== undefined ? resolveName(target, local, this.#modules) : undefined, place);
    }
    const found = resolveName(place.module, nameOf(object), this.#modules);
    if (!found) return;
    const init = found.declared.node['init'] as Node | null | undefined;
    const method = init && propertyOf(init, property);
    if (method && isFunction(method)) this.#function(method, new Scope(), { ...place, module: found.module, around: undefined, self: undefined });
    const instance = init?.type === 'NewExpression' && (init['callee'] as Node).type === 'Identifier' ? resolveName(found.module, nameOf(init['callee'] as Node), this.#modules) : undefined;
    const of = found.declared.kind === 'class' ? found : instance?.declared.kind === 'class' ? instance : undefined;
    if (!of) return;
    const chain = classChain(of.module, of.declared.node, this.#modules);
    for (const part of chain) {
      const member = membersOf(part.node).find((one) => one['key'] && nameOf(one['key'] as Node) === property && (one['static'] === true) === (of === found));
      const value = member?.['value'] as Node | null | undefined;
      if (value && isFunction(value)) return this.#function(value, new Scope(), { ...place, module: part.module, around: undefined, self: chain });
    }
  }

  /** The expression that made a thing that all trains share; undefined for what is the view's own, and where the text does not tell. */
  #made(container: Node, scope: Scope, place: Place): Node | undefined {
    const root = rootOf(container);
    const path = pathOf(container);
    if (root.type === 'ThisExpression' && place.self) {
      const member = place.self.flatMap(({ node }) => membersOf(node)).find((one) => one['key'] && nameOf(one['key'] as Node) === path[0]);
      return member && typed(member, path.slice(1));
    }
    if (root.type !== 'Identifier' || scope.find(nameOf(root)) !== undefined) return undefined;
    const declared = resolveName(place.module, nameOf(root), this.#modules)?.declared;
    if (declared?.kind !== 'class') return typed(declared?.node ?? (place.around && variable(place.around, nameOf(root))), path);
    const field = membersOf(declared.node).find((one) => one['static'] === true && nameOf(one['key'] as Node) === path[0]);
    return field && typed(field, path.slice(1));
  }

  #write(node: Node, target: Node, scope: Scope, place: Place): void {
    const root = rootOf(target);
    const isThis = root.type === 'ThisExpression' && place.self !== undefined;
    if (!isThis && (root.type !== 'Identifier' || scope.find(nameOf(root)) !== undefined)) return;
    const path = pathOf(target).filter((part) => part !== '');
    const name = isThis ? ['this', path[0] ?? ''].join('.') : nameOf(root);
    const made = isThis ? place.self!.flatMap((part) => membersOf(part.node)).find((one) => one['key'] && nameOf(one['key'] as Node) === path[0]) : resolveName(place.module, nameOf(root), this.#modules)?.declared.node;
    this.#say(node, place, {
      severity: 'error', code: 'VIEW_KEEPS_STATE',
      message: `${place.name} writes to ${name}: it runs on any worker and remembers nothing of other trains. Keep a running value with a reducer, the mean of the last trains with "average: N", a recorded value with keep() and an action.`,
      fix: fixOf({
        node, path, name: isThis ? (path[0] ?? '') : nameOf(root), view: place.view, made,
        text: place.module.text, viewText: this.#modules.get(place.view.bodyFile)!.text,
      }),
    });
  }

  #warn(node: Node, place: Place): void {
    const what = place.module.text.slice(node.start, node.end).replaceAll(/\s+/g, ' ');
    this.#say(node, place, {
      severity: 'warning', code: 'VIEW_NOT_REPEATABLE',
      message: `${place.name} calls ${what}: its results are other ones each time, on another worker, in a rerun and in a batch. Make them from what the train brings, such as internal#train_id (ten a second); yard top shows how long a view takes.`,
    });
  }

  #say(node: Node, { module }: Place, problem: Omit<PurityProblem, 'where' | 'text'>): void {
    const where = positionAt(module.text, node.start);
    const found = this.#found.get(module) ?? [];
    this.#found.set(module, found);
    found.push({ ...problem, where: { file: module.file, ...where }, text: module.text.split('\n')[where.line - 1]!.trim() });
  }
}

type Found = { readonly module: Module; readonly declared: Exclude<Declared, { kind: 'import' }> };

function membersOf(node: Node): Node[] {
  return (node['body'] as Node)['body'] as Node[];
}

function called(node: Node): string {
  const id = (node['id'] ?? node['key']) as Node | undefined;
  return id ? nameOf(id) : 'a view';
}

/** The value of a property of an object that is written out. */
function propertyOf(object: Node, name: string): Node | undefined {
  const made = inner(object);
  if (made.type !== 'ObjectExpression') return undefined;
  return (made['properties'] as Node[]).find((one) => one.type === 'Property' && nameOf(one['key'] as Node) === name)?.['value'] as Node | undefined;
}

/** What is at a path inside a declaration: by what it is made of, else by its written type. */
function typed(declaration: Node | undefined, path: readonly string[]): Node | undefined {
  if (!declaration) return undefined;
  let made = (declaration['init'] ?? declaration['value']) as Node | null | undefined;
  for (const part of path) made = made && propertyOf(made, part);
  if (made || path.length) return made ?? undefined;
  const annotation = (declaration['typeAnnotation'] ?? (declaration['id'] as Node | undefined)?.['typeAnnotation']) as Node | null | undefined;
  return annotation ? (annotation['typeAnnotation'] as Node) : undefined;
}

/** The declaration of a variable somewhere inside a function. */
function variable(node: Node, name: string): Node | undefined {
  if (node.type === 'VariableDeclarator' && nameOf(node['id'] as Node) === name) return node;
  for (const child of children(node)) {
    const found = variable(child, name);
    if (found) return found;
  }
  return undefined;
}
