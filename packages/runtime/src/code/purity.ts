import type { Problem } from '@trainyard/core';
import { findViews } from './find-views.ts';
import { bindingNames, children, nameOf, parts, positionAt, type Module, type Node } from './syntax.ts';

/** A write that a pool view may not do, with the user's line and what to write in its place. */
export interface PurityProblem extends Problem {
  readonly text: string;
  readonly fix: string;
}

/**
 * Refuses what makes a result depend on other trains: writes to `this` in a class of views, and to a module-level `let` in
 * a view or in a function of the same file that it reaches. What this cannot see (a Map, a closure, a push) is found by
 * running trains in other orders on other workers.
 */
export function purityProblems(modules: ReadonlyMap<string, Module>): PurityProblem[] {
  const finders = new Map(Array.from(modules.values(), (module) => [module, new WriteFinder(module)]));
  for (const [module, finder] of finders) {
    for (const view of findViews(module, modules)) {
      // A base class is read with every class that extends it, and reported once.
      for (const part of view.of?.chain ?? []) {
        for (const member of (part.node['body'] as Node)['body'] as Node[]) finders.get(part.module)!.member(member, nameOf(part.node['id'] as Node), view.name.split('/')[1]!);
      }
      if (view.pool && view.body && !view.of) finder.view(view.body, view.name);
    }
  }
  return [...finders.values()].flatMap(({ problems }) => problems.sort((a, b) => a.where!.line! - b.where!.line! || a.where!.column! - b.where!.column!));
}

interface Scope {
  /** What the user's view is called in the message. */
  readonly view: string;
  readonly fix: (what: string) => string;
  /** Names bound by the functions around. */
  readonly locals: ReadonlySet<string>;
  /** Whether `this` is the instance that all trains share. */
  readonly isSelf: boolean;
}

class WriteFinder {
  readonly problems: PurityProblem[] = [];
  readonly #module: Module;
  readonly #seen = new Set<Node>();
  constructor(module: Module) {
    this.#module = module;
  }

  view(body: Node, name: string): void {
    const short = name.split('/').pop()!;
    this.#function(body, { view: name, isSelf: false, locals: new Set(), fix: (what) => `export const ${what} = view.reduce(${short}, mean());   // from '@trainyard/statistics': folds what ${name} gives` });
  }

  /** A method of a class, or a field that holds a function. */
  member(member: Node, className: string, view: string): void {
    const value = member['value'] as Node | null;
    if (!value || !isFunction(value) || member['kind'] === 'constructor' || member['static'] === true) return;
    const name = nameOf(member['key'] as Node);
    this.#function(value, { view: `${className}.${name}`, isSelf: true, locals: new Set(), fix: (what) => `@State('${view}') ${what} = mean();   // from '@trainyard/statistics': folds what ${view} gives` });
  }

  #function(node: Node, scope: Scope): void {
    if (this.#seen.has(node)) return;
    this.#seen.add(node);
    const inside = { ...scope, locals: new Set([...scope.locals, ...boundBy(node)]) };
    for (const part of parts(node)) this.#visit(part, inside);
  }

  #visit(node: Node, scope: Scope): void {
    for (const target of targetsOf(node)) this.#write(node, target, scope);
    if (node.type === 'Identifier') this.#reach(nameOf(node), scope);
    // Another `this` begins in a function (not in an arrow) and in a class.
    if (isFunction(node)) this.#function(node, node.type === 'ArrowFunctionExpression' ? scope : { ...scope, isSelf: false });
    else for (const part of parts(node)) this.#visit(part, node.type === 'ClassBody' ? { ...scope, isSelf: false } : scope);
  }

  /** A function of this file that is named: what it writes, the view writes. */
  #reach(name: string, scope: Scope): void {
    if (scope.locals.has(name)) return;
    const declared = this.#module.names.get(name);
    const node = declared?.kind === 'const' ? (declared.node['init'] as Node | null | undefined) : declared?.kind === 'function' ? declared.node : undefined;
    if (node && isFunction(node)) this.#function(node, { ...scope, locals: new Set(), isSelf: false });
  }

  #write(node: Node, target: Node, { view, fix, locals, isSelf }: Scope): void {
    const root = rootOf(target);
    const isThis = root.type === 'ThisExpression' && isSelf;
    const isShared = root.type === 'Identifier' && !locals.has(nameOf(root)) && this.#module.names.get(nameOf(root))?.kind === 'let';
    if (!isThis && !isShared) return;
    const where = positionAt(this.#module.text, node.start);
    const name = isThis ? memberOf(target) : nameOf(root);
    this.problems.push({
      severity: 'error',
      code: 'VIEW_KEEPS_STATE',
      message: `${view} writes to ${isThis ? `this.${name}` : name}: it runs on any worker and remembers nothing of other trains. Keep a running value with a reducer, the mean of the last trains with "average: N", a recorded value with keep() and an action.`,
      where: { file: this.#module.file, ...where },
      text: this.#module.text.split('\n')[where.line - 1]!.trim(),
      fix: fix(name),
    });
  }
}

function isFunction(node: Node): boolean {
  return node.type === 'ArrowFunctionExpression' || node.type === 'FunctionExpression' || node.type === 'FunctionDeclaration';
}

/** The names that a function binds itself: parameters and what is declared in it, not in functions inside it. */
function boundBy(fn: Node): string[] {
  const names: string[] = [];
  const visit = (node: Node): void => {
    if (node.type === 'VariableDeclarator') names.push(...bindingNames(node['id'] as Node));
    if (node.type === 'CatchClause' && node['param']) names.push(...bindingNames(node['param'] as Node));
    if ((node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') && node['id']) names.push(nameOf(node['id'] as Node));
    if (!isFunction(node)) for (const child of children(node)) visit(child);
  };
  for (const parameter of fn['params'] as Node[]) names.push(...bindingNames(parameter));
  if (fn['body']) visit(fn['body'] as Node);
  return names;
}

/** What an expression writes to: names and members. */
function targetsOf(node: Node): Node[] {
  switch (node.type) {
    case 'AssignmentExpression':
      return unpacked(node['left'] as Node);
    case 'UpdateExpression':
      return [node['argument'] as Node];
    case 'UnaryExpression':
      return node['operator'] === 'delete' ? [node['argument'] as Node] : [];
    case 'ForInStatement':
    case 'ForOfStatement':
      return (node['left'] as Node).type === 'VariableDeclaration' ? [] : unpacked(node['left'] as Node);
    default:
      return [];
  }
}

function unpacked(pattern: Node): Node[] {
  switch (pattern.type) {
    case 'ObjectPattern':
      return (pattern['properties'] as Node[]).flatMap((item) => unpacked((item['value'] ?? item['argument']) as Node));
    case 'ArrayPattern':
      return (pattern['elements'] as (Node | null)[]).flatMap((item) => (item ? unpacked(item) : []));
    case 'AssignmentPattern':
      return unpacked(pattern['left'] as Node);
    case 'RestElement':
      return unpacked(pattern['argument'] as Node);
    default:
      return [pattern];
  }
}

/** `a` of `a.b[c]!.d`. */
function rootOf(node: Node): Node {
  const inner = innerOf(node);
  return inner ? rootOf(inner) : node;
}

function innerOf(node: Node): Node | undefined {
  if (node.type === 'MemberExpression') return node['object'] as Node;
  return ['TSNonNullExpression', 'TSAsExpression', 'TSSatisfiesExpression', 'ChainExpression'].includes(node.type) ? (node['expression'] as Node) : undefined;
}

/** `b` of `this.b[c].d`. */
function memberOf(node: Node): string {
  const inner = innerOf(node)!;
  return inner.type === 'ThisExpression' ? nameOf(node['property'] as Node) : memberOf(inner);
}
