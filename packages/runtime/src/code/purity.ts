import type { Problem } from '@trainyard/core';
import { findViews, isDecoratedWith, localNames } from './find-views.ts';
import { nameOf, positionAt, walk, type Module, type Node } from './syntax.ts';

/** A write that a pool view may not do, with the user's line and what to write in its place. */
export interface PurityProblem extends Problem {
  readonly text: string;
  readonly fix: string;
}

/**
 * Refuses what makes a result depend on other trains: writes to `this` in a class of views, and to a module-level `let` in
 * a view. What this cannot see (a Map, a closure) is found by running trains in other orders on other workers.
 */
export function purityProblems(module: Module): PurityProblem[] {
  const problems: PurityProblem[] = [];
  for (const view of findViews(module)) {
    if (!view.pool || !view.body || view.className !== undefined) continue;
    findWrites(module, view.body, view.name, false, problems);
  }
  for (const [name, declared] of module.names) {
    if (declared.kind !== 'class') continue;
    const members = (declared.node['body'] as Node)['body'] as Node[];
    if (!members.some((member) => isDecoratedWith(member, 'View'))) continue;
    for (const member of members) {
      if (member.type === 'MethodDefinition' && member['kind'] !== 'constructor') findWrites(module, member['value'] as Node, `${name}.${nameOf(member['key'] as Node)}`, true, problems);
    }
  }
  return problems;
}

function findWrites(module: Module, body: Node, view: string, inClass: boolean, problems: PurityProblem[]): void {
  const locals = localNames(body);
  walk(body, (node) => {
    const target = node.type === 'AssignmentExpression' ? node['left'] : node.type === 'UpdateExpression' ? node['argument'] : undefined;
    if (!target) return;
    const root = rootOf(target as Node);
    const isThis = root.type === 'ThisExpression';
    const name = nameOf(root);
    const declared = module.names.get(name);
    const isModuleLet = root.type === 'Identifier' && !locals.has(name) && declared?.kind === 'let';
    if (!(inClass && isThis) && !isModuleLet) return;
    const where = positionAt(module.text, node.start);
    const text = module.text.split('\n')[where.line - 1]!.trim();
    const what = isThis ? `this.${nameOf((target as Node)['property'] as Node ?? root)}` : name;
    const field = what.replace('this.', '');
    problems.push({
      severity: 'error',
      code: 'VIEW_KEEPS_STATE',
      message: `${view} writes to ${what}: it runs on any worker and remembers nothing of other trains. Keep a running value with a reducer, the mean of the last trains with "average: N", a recorded value with keep() and an action.`,
      where: { file: module.file, ...where },
      text,
      fix: isThis
        ? `@State('${view.split('.')[1]}') ${field} = mean();   // from '@trainyard/statistics': folds what ${view.split('.')[1]} gives`
        : `export const ${field} = view.reduce(${view.split('/').pop()}, mean());   // from '@trainyard/statistics': folds what ${view} gives`,
    });
  });
}

function rootOf(node: Node): Node {
  if (node.type === 'MemberExpression') return rootOf(node['object'] as Node);
  if (node.type === 'TSNonNullExpression' || node.type === 'TSAsExpression') return rootOf(node['expression'] as Node);
  return node;
}
