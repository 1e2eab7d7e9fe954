import { nameOf, type Node } from './syntax.ts';

/** Something that holds values, and the methods that change it. */
type Container = 'list' | 'map' | 'set' | 'typed' | 'array';

const CHANGING: Readonly<Record<Container, ReadonlySet<string>>> = {
  list: new Set(['push', 'pop', 'shift', 'unshift', 'splice', 'sort', 'reverse', 'fill', 'copyWithin']),
  map: new Set(['set', 'delete', 'clear']),
  set: new Set(['add', 'delete', 'clear']),
  typed: new Set(['set', 'fill', 'sort', 'reverse', 'copyWithin']),
  array: new Set(['set', 'assign', 'fill']),
};
/** What gives an array that can be written to. */
const MAKERS = new Set(['zeros', 'ones', 'full', 'empty', 'array', 'ndarray', 'arange', 'linspace', 'writable', 'zerosLike']);
/** Functions that change their first argument. */
const WRITERS: Readonly<Record<string, ReadonlySet<string>>> = {
  Object: new Set(['assign', 'defineProperty', 'defineProperties', 'setPrototypeOf']),
  Reflect: new Set(['set', 'defineProperty', 'deleteProperty']),
  Atomics: new Set(['add', 'sub', 'and', 'or', 'xor', 'store', 'exchange', 'compareExchange']),
};

/** What an expression writes to: names and members. For a call only where `holds` knows what it is called on. */
export function targetsOf(node: Node, holds: (container: Node) => Node | undefined): Node[] {
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
    case 'CallExpression':
      return changedByCall(node, holds);
    default:
      return [];
  }
}

function changedByCall(call: Node, holds: (container: Node) => Node | undefined): Node[] {
  const callee = inner(call['callee'] as Node);
  if (callee.type !== 'MemberExpression' || callee['computed'] === true) return [];
  const object = inner(callee['object'] as Node);
  const method = nameOf(callee['property'] as Node);
  const [first] = call['arguments'] as Node[];
  if (object.type === 'Identifier' && first && WRITERS[nameOf(object)]?.has(method)) return [first];
  const made = holds(object);
  const container = made && containerOf(made);
  return container && CHANGING[container].has(method) ? [object] : [];
}

/** What a value is, by the expression that makes it or by the type that is written. */
function containerOf(node: Node): Container | undefined {
  const made = inner(node);
  if (made.type === 'ArrayExpression' || made.type === 'TSArrayType') return 'list';
  if (made.type === 'TSTypeReference') return byName(nameOf(made['typeName'] as Node));
  if (made.type !== 'NewExpression' && made.type !== 'CallExpression') return undefined;
  const callee = inner(made['callee'] as Node);
  if (callee.type === 'Identifier') return made.type === 'CallExpression' && MAKERS.has(nameOf(callee)) ? 'array' : byName(nameOf(callee));
  // Array.from(...), Float32Array.of(...).
  return callee.type === 'MemberExpression' && ['from', 'of'].includes(nameOf(callee['property'] as Node)) ? byName(nameOf(inner(callee['object'] as Node))) : undefined;
}

function byName(name: string): Container | undefined {
  if (name === 'Array') return 'list';
  if (name === 'Map' || name === 'WeakMap') return 'map';
  if (name === 'Set' || name === 'WeakSet') return 'set';
  if (/^((Big)?(Int|Uint)(8|16|32|64)(Clamped)?|Float(16|32|64))Array$/.test(name)) return 'typed';
  return name === 'MutableNdArray' ? 'array' : undefined;
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

/** `x as T`, `x!`, `a?.b` and the like are what they hold. */
export function inner(node: Node): Node {
  return ['TSNonNullExpression', 'TSAsExpression', 'TSSatisfiesExpression', 'ChainExpression', 'TSTypeAssertion'].includes(node.type) ? inner(node['expression'] as Node) : node;
}

/** `a` of `a.b[c]!.d`. */
export function rootOf(node: Node): Node {
  const at = inner(node);
  return at.type === 'MemberExpression' ? rootOf(at['object'] as Node) : at;
}

/** `['b', 'd']` of `a.b!.d`; what is computed ends it. */
export function pathOf(node: Node): string[] {
  const at = inner(node);
  if (at.type !== 'MemberExpression') return [];
  const before = pathOf(at['object'] as Node);
  return at['computed'] === true || before.includes('') ? [...before, ''] : [...before, nameOf(at['property'] as Node)];
}
