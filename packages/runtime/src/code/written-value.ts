import type { WrittenView } from './find-views.ts';
import { inner, rootOf } from './mutations.ts';
import { Scope, scopeIn } from './scope.ts';
import { bindingNames, isFunction, nameOf, parts, type Node } from './syntax.ts';

/** A write that a view may not do, for the line to write in its place. */
export interface Write {
  /** The assignment, or the call that changes something. */
  readonly node: Node;
  /** The name that is written to, without `this`; `path` are the properties after it (with `this`: it is the first of them). */
  readonly name: string;
  readonly path: readonly string[];
  /** What declares that name: a variable, a class's field; undefined where it is not the user's. */
  readonly made: Node | undefined;
  readonly view: WrittenView;
  /** Of the file that has the write, and of the one that has the view. */
  readonly text: string;
  readonly viewText: string;
}

/** What is folded or kept: an input as it is written, or a view of its own that makes it out of the inputs. */
export function sourceOf(write: Write): string | undefined {
  const input = inputOf(write);
  if (input !== undefined || write.view.of) return input;
  const { view, text, viewText } = write;
  const value = addedTo(write);
  const [inputs] = view.call ? (view.call['arguments'] as Node[]) : [];
  if (!value || !view.body || inputs?.type !== 'ObjectExpression' || value.start < view.body.start || value.end > view.body.end) return undefined;
  const given = new Scope((view.body['params'] as Node[]).flatMap(bindingNames));
  if (!onlyNames(value, view.body, given)) return undefined;
  const [first] = view.body['params'] as Node[];
  const made = `view.compute(${viewText.slice(inputs.start, inputs.end)}, (${first ? viewText.slice(first.start, first.end) : ''}) => ${text.slice(value.start, value.end)})`.replaceAll(/\s+/g, ' ');
  return made.length <= 120 ? made : undefined;
}

/** The text of the input, where the value is one as it came. */
export function inputOf(write: Write): string | undefined {
  const { view, viewText } = write;
  const value = addedTo(write);
  if (value?.type !== 'Identifier' || !view.body) return undefined;
  const name = nameOf(value);
  if (view.of) {
    const param = (view.body['params'] as Node[]).find((one) => one.type === 'Identifier' && nameOf(one) === name);
    const from = ((param?.['decorators'] as Node[] | undefined) ?? []).map((one) => one['expression'] as Node).find((one) => one.type === 'CallExpression');
    const [path] = from ? (from['arguments'] as Node[]) : [];
    return path && viewText.slice(path.start, path.end);
  }
  const [inputs] = view.call ? (view.call['arguments'] as Node[]) : [];
  const [pattern] = view.body['params'] as Node[];
  if (inputs?.type !== 'ObjectExpression' || pattern?.type !== 'ObjectPattern') return undefined;
  const key = (pattern['properties'] as Node[]).find((one) => one['value'] && nameOf(one['value'] as Node) === name)?.['key'] as Node | undefined;
  const input = key && (inputs['properties'] as Node[]).find((one) => one['key'] && nameOf(one['key'] as Node) === nameOf(key))?.['value'] as Node | undefined;
  return input && viewText.slice(input.start, input.end);
}

/** `x` of `sum += x`, `sum = sum + x`, `best = Math.max(best, x)`, `list.push(x)`, `last = x`. */
function addedTo({ node, text }: Write): Node | undefined {
  if (node.type === 'UpdateExpression') return undefined;
  if (node.type === 'CallExpression') {
    const only = node['arguments'] as Node[];
    return only.length === 1 ? inner(only[0]!) : undefined;
  }
  if (node.type !== 'AssignmentExpression') return undefined;
  const value = inner(node['right'] as Node);
  const target = node['left'] as Node;
  if (node['operator'] !== '=' || !names(value, text, target)) return value;
  const same = (one: Node): boolean => text.slice(one.start, one.end) === text.slice(target.start, target.end);
  if (value.type === 'BinaryExpression' && value['operator'] === '+') return other([value['left'] as Node, value['right'] as Node], same);
  if (value.type !== 'CallExpression') return undefined;
  const callee = inner(value['callee'] as Node);
  const isMethod = callee.type === 'MemberExpression' && same(callee['object'] as Node);
  return isMethod ? other(value['arguments'] as Node[], () => false) : other(value['arguments'] as Node[], same);
}

/** The one that is not it; undefined where there are more. */
function other(nodes: readonly Node[], isIt: (node: Node) => boolean): Node | undefined {
  const rest = nodes.filter((node) => !isIt(node));
  return rest.length === 1 ? inner(rest[0]!) : undefined;
}

/** Whether an expression names nothing that is declared in the body of the view: only inputs, and what is at the top of the file. */
function onlyNames(value: Node, body: Node, given: Scope): boolean {
  const inside = scopeIn(body, new Scope());
  const block = body['body'] as Node;
  const locals = block.type === 'BlockStatement' || block.type === 'FunctionBody' ? scopeIn(block, inside) : inside;
  const visit = (node: Node, own: Scope): boolean => {
    if (node.type === 'Identifier') return own.find(nameOf(node)) !== undefined || given.find(nameOf(node)) !== undefined || locals.find(nameOf(node)) === undefined;
    const next = isFunction(node) ? scopeIn(node, own) : own;
    for (const part of parts(node)) if (!visit(part, next)) return false;
    return true;
  };
  return visit(value, new Scope()) && rootOf(value).type !== 'ThisExpression';
}

/** Whether an expression reads what is written to. */
export function names(node: Node, text: string, target: Node): boolean {
  if (text.slice(node.start, node.end) === text.slice(target.start, target.end)) return true;
  for (const part of parts(node)) if (names(part, text, target)) return true;
  return false;
}

/** Whether it runs only sometimes: it stands in an `if`, a loop, a function inside. */
export function guarded(at: Node, node: Node, isOutermost = true): boolean {
  if ((/^(If|For|While|DoWhile|Try|Switch|Conditional|Logical)/.test(at.type) || (isFunction(at) && !isOutermost)) && at.start <= node.start && node.end <= at.end) return true;
  for (const part of parts(at)) if (part.start <= node.start && node.end <= part.end && guarded(part, node, false)) return true;
  return false;
}

/** Whether the value that is written hangs on what the view is given. */
export function ofInputs({ node, view }: Write): boolean {
  const value = node.type === 'CallExpression' ? (node['arguments'] as Node[]).at(-1) : (node['right'] as Node | undefined);
  const given = new Set((view.body ? (view.body['params'] as Node[]) : []).flatMap(bindingNames));
  const visit = (at: Node): boolean => (at.type === 'Identifier' && given.has(nameOf(at))) || [...parts(at)].some(visit);
  return value !== undefined && visit(value);
}
