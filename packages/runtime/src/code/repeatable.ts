import { inner } from './mutations.ts';
import { nameOf, type Module, type Node } from './syntax.ts';

/** Functions whose result hangs on the clock or on chance, by the object that has them. */
const OTHER_EACH_TIME: Readonly<Record<string, ReadonlySet<string>>> = {
  Math: new Set(['random']),
  Date: new Set(['now']),
  performance: new Set(['now', 'timeOrigin']),
  crypto: new Set(['randomUUID', 'getRandomValues']),
  process: new Set(['hrtime', 'uptime', 'cpuUsage']),
};
const NODE_CRYPTO = new Set(['randomUUID', 'randomBytes', 'randomInt', 'randomFillSync', 'getRandomValues']);

/** False for a call that gives something else each time: `Math.random()`, `Date.now()`, `new Date()`, `crypto.randomUUID()`. */
export function isRepeatable(node: Node, module: Module, isLocal: (name: string) => boolean): boolean {
  if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return true;
  const callee = inner(node['callee'] as Node);
  const isFree = (name: string): boolean => !isLocal(name) && !module.names.has(name);
  if (callee.type === 'Identifier') {
    const declared = module.names.get(nameOf(callee));
    if (declared?.kind === 'import') return isLocal(nameOf(callee)) || !(/^(node:)?crypto$/.test(declared.specifier) && NODE_CRYPTO.has(declared.imported));
    return !(nameOf(callee) === 'Date' && isFree('Date') && (node['arguments'] as Node[]).length === 0);
  }
  if (callee.type !== 'MemberExpression' || callee['computed'] === true) return true;
  const object = inner(callee['object'] as Node);
  if (object.type === 'MemberExpression') return !(nameOf(inner(object['object'] as Node)) === 'process' && nameOf(object['property'] as Node) === 'hrtime');
  return !(object.type === 'Identifier' && isFree(nameOf(object)) && OTHER_EACH_TIME[nameOf(object)]?.has(nameOf(callee['property'] as Node)));
}
