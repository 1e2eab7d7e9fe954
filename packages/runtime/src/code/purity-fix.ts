import { inner } from './mutations.ts';
import { nameOf, type Node } from './syntax.ts';
import { guarded, inputOf, names, ofInputs, sourceOf, type Write } from './written-value.ts';

const DARK = /dark|background|bkg|pedestal|reference|^ref$|flat|baseline|calib/i;
const FROM = "   // from '@trainyard/statistics'";

/** The line that keeps what the user wants to keep, in the way that the runtime can: a reducer, an input, a plan, a constant, scratch. */
export function fixOf(write: Write): string {
  const { node, name, path, made } = write;
  const init = made && ((made['init'] ?? made['value']) as Node | null | undefined);
  const maker = init?.type === 'CallExpression' || init?.type === 'NewExpression' ? nameOf(init['callee'] as Node) : '';
  const last = path.at(-1) ?? name;
  if (maker === 'parameters' || decorated(made, 'Param')) return `const ${last} = ${valueText(write) ?? '...'};   // a value of the view's own: a person sets a parameter, by a slider or --set`;
  if (maker === 'keep' || decorated(made, 'Const')) return recordDark(write, name, true);
  if (DARK.test(last) || DARK.test(name)) return recordDark(write, DARK.test(last) ? last : name, false);
  if (isOwn(write)) return `const ${name} = ${valueText(write) ?? '...'};   // of this train alone`;
  const lasting = reducerOf(write);
  if (lasting !== undefined) return reduce(write, last, lasting);
  if (isBuffer(init)) return `const ${name} = scratch([${sizeOf(init!, write.text)}]);   // inside ${short(write)}, from '@trainyard/core': lent for one train, its contents undefined`;
  // What is kept of one train's data is recorded, on purpose; the newest that there was is an input.
  if (ofInputs(write) && (node['operator'] === '??=' || node['operator'] === '||=')) return recordDark(write, last, false);
  if (isCache(write) && !ofInputs(write)) return `const ${last} = plan(() => ${cachedText(write) ?? '...'});   // from '@trainyard/core': built once per worker, again when an input after it changes; ${last}() gives it`;
  if (node.type === 'AssignmentExpression' && node['operator'] === '=') return earlier(write, last);
  return reduce(write, last, 'mean()');
}

/** A variable that is written before it is read, always, and nowhere else: it need not be the file's. */
function isOwn({ node, name, path, view, text, viewText }: Write): boolean {
  if (node.type !== 'AssignmentExpression' || node['operator'] !== '=' || path.length || view.of || !view.body || text !== viewText || guarded(view.body, node)) return false;
  const word = new RegExp(`\\b${name.replaceAll('$', '\\$')}\\b`, 'g');
  const before = text.slice(0, view.body.start) + text.slice(view.body.end);
  const first = view.body.start + text.slice(view.body.start, view.body.end).search(word);
  return (node['left'] as Node).type === 'Identifier' && first === node.start && before.match(word)?.length === 1 && !names(node['right'] as Node, text, node['left'] as Node);
}

function short({ view }: Write): string {
  return view.name.split('/').pop()!;
}

function reduce(write: Write, name: string, reducer: string): string {
  if (write.view.of) return `@State('${short(write)}') ${name} = ${reducer};${FROM}: folds what ${short(write)} gives`;
  const of = sourceOf(write);
  return `export const ${name} = view.reduce(${of ?? short(write)}, ${reducer});${FROM}${of === undefined ? `: folds what ${short(write)} gives` : ''}`;
}

/** The reducer that does what is written; undefined for what is no running value. */
function reducerOf({ node, text }: Write): string | undefined {
  if (node.type === 'UpdateExpression') return member(node['argument'] as Node) ? 'histogram({ bins: 100, range: [0, 1000] })' : 'sum()';
  if (node.type === 'CallExpression') return callReducer(node);
  if (node.type !== 'AssignmentExpression') return undefined;
  const target = node['left'] as Node;
  if (node['operator'] === '+=' || node['operator'] === '-=') return member(target) ? 'histogram({ bins: 100, range: [0, 1000] })' : 'sum()';
  const value = inner(node['right'] as Node);
  if (node['operator'] !== '=' || !names(value, text, target)) return undefined;
  if (value.type === 'CallExpression') {
    const called = text.slice((value['callee'] as Node).start, (value['callee'] as Node).end);
    if (called === 'Math.max' || called.endsWith('.maximum')) return 'maximum()';
    if (called === 'Math.min' || called.endsWith('.minimum')) return 'minimum()';
    if (called.endsWith('.concat')) return 'rolling({ trains: 100 })';
    return called.endsWith('.add') && !/\.mul\(/.test(text.slice(value.start, value.end)) ? 'sum()' : 'ema({ halfLife: 10 })';
  }
  if (value.type === 'ArrayExpression') return 'rolling({ trains: 100 })';
  if (value.type !== 'BinaryExpression') return undefined;
  return /[*/]/.test(text.slice(value.start, value.end)) ? 'ema({ halfLife: 10 })' : 'sum()';
}

function callReducer(call: Node): string | undefined {
  const callee = inner(call['callee'] as Node);
  const method = nameOf(callee['property'] as Node);
  if (['push', 'unshift', 'pop', 'shift', 'splice'].includes(method)) return 'rolling({ trains: 100 })';
  // counts.set(bin, (counts.get(bin) ?? 0) + 1)
  const second = (call['arguments'] as Node[])[1];
  return method === 'set' && second?.type === 'BinaryExpression' ? 'histogram({ bins: 100, range: [0, 1000] })' : undefined;
}

/** An element, not a named property. */
function member(target: Node): boolean {
  const at = inner(target);
  return at.type === 'MemberExpression' && at['computed'] === true;
}

function isBuffer(init: Node | null | undefined): boolean {
  if (init?.type !== 'NewExpression' && init?.type !== 'CallExpression') return false;
  return /Array$|^(zeros|ones|full|empty|writable)$/.test(nameOf(init['callee'] as Node)) && nameOf(init['callee'] as Node) !== 'Array';
}

function sizeOf(init: Node, text: string): string {
  const [first] = init['arguments'] as Node[];
  if (!first) return '...';
  return (first.type === 'ArrayExpression' ? text.slice(first.start + 1, first.end - 1) : text.slice(first.start, first.end)).trim();
}

/** `x ??= make()`, `if (!x) x = make()`, `cache.set(key, make())`: something that is made once. */
function isCache({ node, view }: Write): boolean {
  if (node.type === 'CallExpression') return true;
  if (node.type !== 'AssignmentExpression') return false;
  if (node['operator'] === '??=' || node['operator'] === '||=' || member(node['left'] as Node)) return true;
  return view.body !== undefined && guarded(view.body, node);
}

function cachedText(write: Write): string | undefined {
  const { node } = write;
  if (node.type !== 'CallExpression') return valueText(write);
  const value = (node['arguments'] as Node[]).at(-1);
  return value && write.text.slice(value.start, value.end);
}

function valueText({ node, text }: Write): string | undefined {
  const right = node['right'] as Node | undefined;
  return right && text.slice(right.start, right.end).replaceAll(/\s+/g, ' ');
}

function recordDark(write: Write, name: string, isKept: boolean): string {
  const of = write.view.of ? `'view#${short(write)}'` : (sourceOf(write) ?? short(write));
  const into = write.view.of ? `'${name}'` : name;
  const button = `record${name[0]?.toUpperCase() ?? ''}${name.slice(1)}`;
  const action = `${write.view.of ? '' : 'export const '}${button} = action('Record ${name}', { of: ${of}, reduce: mean(), trains: 10, into: ${into} });`;
  if (isKept) return action;
  const keep = write.view.of ? `@Const() ${name}?: Image;` : `export const ${name} = keep();`;
  return `${keep} ${action}   // ${write.view.of ? `this.${name}` : `${name}.value`} is what was recorded`;
}

/** The value of an earlier train is an input. */
function earlier(write: Write, name: string): string {
  const { view, viewText } = write;
  const of = write.view.of ? inputOf(write) : sourceOf(write);
  // Where it is not written in every train, the newest of the last ones serves.
  const [how, words] = view.body && guarded(view.body, write.node) ? ['stale', 'the newest of the last 100 train IDs'] : ['shifted', 'the value of the train before'];
  const from = `optional(${how}(${of ?? `'view#${short(write)}'`}, ${how === 'stale' ? 100 : -1}))`;
  const given = view.call && (view.call['arguments'] as Node[])[0];
  if (view.of || given?.type !== 'ObjectExpression' || of === undefined) return view.of ? `@From.${from} ${name}   // one more argument of ${short(write)}: ${words}` : `${name}: ${from}   // one more input of ${short(write)}: ${words}`;
  const inputs = viewText.slice(given.start + 1, given.end - 1).trim().replace(/,$/, '');
  return `{ ${inputs}${inputs ? ', ' : ''}${name}: ${from} }   // as inputs of ${short(write)}: ${name} is ${words}`;
}

function decorated(made: Node | undefined, name: string): boolean {
  return ((made?.['decorators'] as Node[] | undefined) ?? []).some((one) => {
    const expression = one['expression'] as Node;
    return nameOf(expression.type === 'CallExpression' ? (expression['callee'] as Node) : expression) === name;
  });
}
