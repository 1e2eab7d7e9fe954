import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadCode } from '../merge/load-code.ts';
import { loadInstalled } from '../packs/load-specs.ts';
import type { PurityProblem } from './purity.ts';
import { scanViews } from './scan.ts';

let folder: string;
beforeEach(() => (folder = realpathSync(mkdtempSync(join(tmpdir(), 'yard-purity-')))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function scan(files: Record<string, string>): { readonly problems: readonly PurityProblem[] } {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return scanViews(join(folder, 'views.ts'), Object.keys(files).map((name) => join(folder, name)));
}

  const head = `let count = 0;\nvar old = { n: 1 };\nconst list: number[] = [];\nconst known = new Map();\nconst seen = new Set([1]);\nconst table = new Float32Array(9);\nconst frame = zeros([4, 4]);\nconst state = { list: [], n: 0, deep: { map: new Map() } };\nconst lut = plan(() => table);\nconst p = parameters({ sigma: 3 });\nexport const dark = keep();\nfunction helper() { return 1; }\nclass Tally { static n = 0; static all = []; m = 0; bump() { this.m++; } static up() { this.n++; } }\nconst tally = new Tally();\n`;
  const functional = (body: string, more = ''): string[] => scan({ 'views.ts': `${head}${more}\nexport const v = view.scalar({ x: 'a.b' }, ({ x }) => { ${body} return 1; });\n` }).problems.map(({ message }) => message.split(':')[0]!);
  const method = (body: string, more = ''): string[] => scan({ 'views.ts': `${head}${more}\nexport class Tool {\n  n = 0;\n  @View.Scalar\n  v(@From('a.b') x: number) { ${body} return 1; }\n}\n` }).problems.map(({ message }) => message.split(':')[0]!);

  test.each([
    ['count = 1;'], ['count += x;'], ['count++;'], ['--count;'], ['count ??= 1;'], ['[count] = [1];'], ['({ n: count } = x);'], ['({ n: { m: [count = 2] } } = x);'], ['[...count] = x;'], ['for (count of x) {}'], ['for (count in x) {}'],
    ['x.forEach((y) => { count += y; });'], ['function inner() { count = 2; } inner();'], ['if (x) { count = 1; }'], ['(count as number) = 3;'], ['count! = 3;'],
  ])('a view may not write a let of the file: %s', (body) => {
    expect(functional(body)).toEqual(['v writes to count']);
  });

  test.each([['old.n = 2;'], ['old.a.b["c"]++;'], ['delete old.n;']])('nor what it holds: %s', (body) => {
    expect(functional(body)).toEqual(['v writes to old']);
  });

  test.each([
    ['let count = 0; count++;'], ['const count = { n: 1 }; count.n = 2;'], ['const f = (count: number) => { count = 1; }; f(1);'], ['const [count] = x; count.y = 1;'], ['try {} catch (count) { count = 1; }'], ['const y = count + old.n;'], ['x.count = 1;'], ['const { n: a } = old; a;'], ['for (const count of x) { count.y = 1; }'],
  ])('it may write its own, and read: %s', (body) => {
    expect(functional(body)).toEqual([]);
  });

  test('a name that one function binds is not taken for bound in another', () => {
    expect(functional('const f = (count: number) => { count = 1; }; f(1); count = 5;')).toEqual(['v writes to count']);
  });

  test('functions of the file that a view reaches', () => {
    expect(functional('bump();', 'function bump() { count++; }')).toEqual(['v writes to count']);
    expect(functional('x.map(bump);', 'const bump = (y) => { count += y; };')).toEqual(['v writes to count']);
    expect(functional('', 'function bump() { count++; }\nbump();')).toEqual([]);
    expect(functional('x.bump();', 'function bump() { count++; }')).toEqual([]);
    expect(scan({ 'views.ts': `${head}function total() { count++; return count; }\nexport const v = view.scalar({}, total);` }).problems).toHaveLength(1);
  });

  test.each([['this.n = 1;'], ['this.n++;'], ['this.n.m = 1;'], ['delete this.n;'], ['[this.n] = x;'], ['x.forEach(() => { this.n = 2; });'], ['const f = () => () => this.n--; f();']])('a method may not write to this: %s', (body) => {
    expect(method(body)).toEqual(['Tool.v writes to this.n']);
  });

  test('helpers, getters and functions in fields of the class count; constructor, statics and functions with their own this do not', () => {
    expect(scan({ 'views.ts': `export class Tool {
  n = 0;
  static m = 0;
  constructor() { this.n = 1; }
  @View.Scalar v(@From('a.b') x: number) { return this.helper(); }
  helper() { this.n = 2; }
  get twice() { return this.n++; }
  arrow = () => { this.n = 3; };
  other() { return function () { this.n = 4; }; }
  inner() { return class { n = 0; set() { this.n = 1; } }; }
  static count() { this.m++; }
}
export class NoViews { n = 0; set() { this.n = 1; } }` }).problems.map(({ where }) => where!.line)).toEqual([6, 7, 8]);
  });

  test('a base class of a class with views, in another file too, once', () => {
    const { problems } = scan({ 'base.ts': `export class Base { n = 0; helper() { return this.n++; } }`, 'views.ts': `import { Base } from './base.ts';\nexport class A extends Base { @View.Scalar v(@From('a.b') x: number) { return x; } }\nexport class B extends Base { @View.Scalar w(@From('a.b') x: number) { return x; } }` });
    expect(problems.map(({ where }) => where)).toEqual([{ file: join(folder, 'base.ts'), line: 1, column: 46 }]);
  });

  test('a reducer may remember', () => {
    expect(scan({ 'views.ts': `${head}export const v = view.reduce('a.b', reducer({ add: (s) => { count++; return s; } }));` }).problems).toEqual([]);
  });

test.each([
  ['list.push(x);', 'list'], ['list.sort();', 'list'], ['list[0] = x;', 'list'], ['list.length = 0;', 'list'], ['known.set(1, x);', 'known'], ['known.clear();', 'known'], ['seen.add(x);', 'seen'], ['seen.delete(x);', 'seen'],
  ['table[3] = x;', 'table'], ['table.set([x]);', 'table'], ['table.fill(x);', 'table'], ['frame.set(0, 0, x);', 'frame'], ['frame.assign(x);', 'frame'], ['frame.data[0] = x;', 'frame'],
  ['state.n = x;', 'state'], ['state.list.push(x);', 'state'], ['state.deep.map.set(1, x);', 'state'], ['state["n"]++;', 'state'], ['Object.assign(state, { n: x });', 'state'], ['Reflect.set(state, "n", x);', 'state'], ['Atomics.add(table, 0, 1);', 'table'],
  ['dark.value = x;', 'dark'], ['p.sigma = x;', 'p'], ['helper.n = x;', 'helper'], ['Tally.n++;', 'Tally'], ['Tally.all.push(x);', 'Tally'], ['globalThis.last = x;', 'globalThis'], ['process.env.LAST = x;', 'process'],
  ['[x].map((y) => list.push(y));', 'list'], ['(list as any).push(x);', 'list'], ['list!.push(x);', 'list'], ['list?.push(x);', 'list'],
])('a view may not change what all trains share: %s', (body, name) => {
  expect(functional(body)).toEqual([`v writes to ${name}`]);
});

test.each([
  ['list.map((y) => y); list.slice().sort(); [...list].push(1); list.toSorted();'], ['known.get(1); known.has(x); seen.has(x); known.forEach(() => 1);'], ['table.slice().fill(0); table.map((y) => y);'],
  ['frame.add(x); frame.sub(1).mul(2); frame.slice("0:2"); frame.copy().set(0, 0, 1); frame.sort();'], ['const list = []; list.push(x);'], ['const known = new Map(); known.set(1, x);'], ['const { list: l } = state; l.map((y) => y);'],
  ['lut()[0]; lut();'], ['const out = scratch([4]); out.set(0, x); out.data[1] = 2;'], ['const lutHere = plan(() => { const t = []; t.push(1); return t; }); lutHere();'], ['x.add(1); x.set; x.push?.(1);'], ['dark.value?.add(x);'], ['p.sigma + 1;'],
  ['{ let list = []; list.push(x); } list.at(0);'], ['for (let count = 0; count < 3; count++) {}'], ['for (const [key, value] of known) { const n = { key }; n.key = value; }'], ['function list() {} list.n = 1;'], ['class Tally { n = 0; up() { this.n++; } } new Tally().up();'],
  ['const mine = new Tally(); mine.bump();'], ['const f = ({ count } = { count: 0 }) => { count++; return count; }; f();'], ['let count; ({ count } = x); [count] = [2];'], ['const log = makeLog(); log.push(x);'], ['const o = Object.assign({}, state, { n: 1 }); o.n = 2;'], ['label: for (;;) { break label; }'],
  ['const a = new Array(3).fill(0); a[1] = 2; a.sort();'], ['const sum = list.reduce((acc, y) => { acc += y; return acc; }, 0); sum;'], ['try { x(); } catch (error) { error.message = "m"; }'], ['const own = { list: [] }; own.list.push(1);'], ['if (x) { var found = 1; } found = 2;'],
])('it may read, copy, and change its own: %s', (body) => {
  expect(functional(body)).toEqual([]);
});

test('what is shared and changed by what a view calls', () => {
  expect(functional('tally.bump();')).toEqual(['v writes to this.m']);
  expect(functional('Tally.up();')).toEqual(['v writes to this.n']);
  expect(functional('tools.note(x);', 'const tools = { note(y) { list.push(y); }, other() { count++; } };')).toEqual(['v writes to list']);
  expect(functional('a(x);', 'const a = (y) => b(y);\nconst b = (y) => { known.set(y, 1); };')).toEqual(['v writes to known']);
  expect(functional('return wrap(() => 1);', 'const wrap = (f) => f();\nconst idle = () => count++;')).toEqual([]);
});

test('functions and things of other files', () => {
  const lib = `let n = 0;\nexport const state = { n: 0 };\nexport const seen = new Map();\nexport function bump() { n++; }\nexport const pure = (x) => { const a = [x]; a.push(2); return a; };\nexport const total = ({ x }) => { n += x; return n; };`;
  const of = (body: string, compute = `({ x }) => { ${body} }`): [string, string, number][] => scan({ 'lib.ts': lib, 'views.ts': `import { bump, pure, seen, state as kept, total } from './lib.ts';\nimport * as lib from './lib.ts';\nexport const v = view.scalar({ x: 'a.b' }, ${compute});` }).problems.map(({ message, where }) => [message.split(':')[0]!, where!.file.split('/').at(-1)!, where!.line!]);
  expect(of('bump();')).toEqual([['v writes to n', 'lib.ts', 4]]);
  expect(of('lib.bump();')).toEqual([['v writes to n', 'lib.ts', 4]]);
  expect(of('', 'total')).toEqual([['v writes to n', 'lib.ts', 6]]);
  expect(of('kept.n = x;')).toEqual([['v writes to kept', 'views.ts', 3]]);
  expect(of('lib.state.n = x;')).toEqual([['v writes to lib', 'views.ts', 3]]);
  expect(of('seen.set(x, 1);')).toEqual([['v writes to seen', 'views.ts', 3]]);
  expect(of('return pure(x).length + kept.n + seen.size;')).toEqual([]);
});

test('views that a function makes share what it declares', () => {
  const of = (body: string): string[] => scan({ 'views.ts': `const make = (path) => { let n = 0; const seen = []; return view.scalar({ x: path }, ({ x }) => { ${body} return x; }); };\nexport const a = make('a.b');` }).problems.map(({ message }) => message.split(':')[0]!);
  expect(of('n++;')).toEqual(['a view of make() writes to n']);
  expect(of('seen.push(x);')).toEqual(['a view of make() writes to seen']);
  expect(of('let n = x; n++; seen.length;')).toEqual([]);
  expect(scan({ 'views.ts': `let n = 0;\nexport const a = view.scalar({ img: view.image({}, () => { n++; return 1; }) }, ({ img }) => img);` }).problems.map(({ message }) => message.split(':')[0])).toEqual(['a writes to n']);
});

test('fields of a class that hold lists and maps', () => {
  const of = (body: string): string[] => scan({ 'views.ts': `class Base { held = new Map(); }\nexport class Tool extends Base {\n  list: number[] = [];\n  @Const() dark?: Image;\n  @Param() sigma = 5;\n  @View.Scalar v(@From('a.b') x: number) { ${body} return 1; }\n}` }).problems.map(({ message }) => message.split(':')[0]!);
  expect(of('this.list.push(x);')).toEqual(['Tool.v writes to this.list']);
  expect(of('this.held.set(x, 1);')).toEqual(['Tool.v writes to this.held']);
  expect(of('this.list.map((y) => y); this.held.get(x); this.dark?.add(x); const list = [...this.list]; list.push(x);')).toEqual([]);
});

describe('the line that is offered instead', () => {
  const fix = (body: string, more = '', inputs = `{ x: 'a.b', img: 'c.d' }`): string | undefined => scan({ 'views.ts': `${more}\nconst p = parameters({ sigma: 3 });\nexport const v = view.scalar(${inputs}, ({ x, img }) => {\n  ${body}\n  return 1;\n});` }).problems[0]?.fix?.split('   //')[0];
  const method = (body: string, fields = ''): string | undefined => scan({ 'views.ts': `export class Tool {\n  ${fields}\n  @View.Scalar v(@From('a.b') x: number) { ${body} return 1; }\n}` }).problems[0]?.fix?.split('   //')[0];

  test.each([
    ['count++;', 'let count = 0;', 'export const count = view.reduce(v, sum());'],
    ['total += x;', 'let total = 0;', "export const total = view.reduce('a.b', sum());"],
    ['total += img.sum();', 'let total = 0;', "export const total = view.reduce(view.compute({ x: 'a.b', img: 'c.d' }, ({ x, img }) => img.sum()), sum());"],
    ['const s = img.sum(); total += s;', 'let total = 0;', 'export const total = view.reduce(v, sum());'],
    ['total = total.add(img);', 'let total = zeros([2]);', "export const total = view.reduce('c.d', sum());"],
    ['best = Math.max(best, x);', 'let best = 0;', "export const best = view.reduce('a.b', maximum());"],
    ['least = Math.min(x, least);', 'let least = 0;', "export const least = view.reduce('a.b', minimum());"],
    ['smooth = 0.9 * smooth + 0.1 * x;', 'let smooth = 0;', 'export const smooth = view.reduce(v, ema({ halfLife: 10 }));'],
    ['list.push(x);', 'const list = [];', "export const list = view.reduce('a.b', rolling({ trains: 100 }));"],
    ['counts[Math.floor(x)]++;', 'const counts = new Uint32Array(9);', 'export const counts = view.reduce(v, histogram({ bins: 100, range: [0, 1000] }));'],
    ['counts.set(x, (counts.get(x) ?? 0) + 1);', 'const counts = new Map();', 'export const counts = view.reduce(v, histogram({ bins: 100, range: [0, 1000] }));'],
    ['last = x;', 'let last = 0;', 'const last = x;'],
    ['last = img.sum(); const y = last + 1;', 'let last = 0;', 'const last = img.sum();'],
    ['const step = x - last; last = x;', 'let last = 0;', "{ x: 'a.b', img: 'c.d', last: optional(shifted('a.b', -1)) }"],
    ['const step = x - last; last = img.sum();', 'let last = 0;', "{ x: 'a.b', img: 'c.d', last: optional(shifted(view.compute({ x: 'a.b', img: 'c.d' }, ({ x, img }) => img.sum()), -1)) }"],
    ['if (x) last = x;', 'let last = 0;', "{ x: 'a.b', img: 'c.d', last: optional(stale('a.b', 100)) }"],
    ['first ??= img;', 'let first;', "export const first = keep(); export const recordFirst = action('Record first', { of: 'c.d', reduce: mean(), trains: 10, into: first });"],
    ['last = x;', 'let last = 0; export const other = view.scalar({}, () => last);', "{ x: 'a.b', img: 'c.d', last: optional(shifted('a.b', -1)) }"],
    ['state.previous = x;', 'const state = {};', "{ x: 'a.b', img: 'c.d', previous: optional(shifted('a.b', -1)) }"],
    ['dark = img;', 'let dark;', "export const dark = keep(); export const recordDark = action('Record dark', { of: 'c.d', reduce: mean(), trains: 10, into: dark });"],
    ['background ??= img;', 'let background;', "export const background = keep(); export const recordBackground = action('Record background', { of: 'c.d', reduce: mean(), trains: 10, into: background });"],
    ['held.value = img;', 'export const held = keep();', "export const recordHeld = action('Record held', { of: 'c.d', reduce: mean(), trains: 10, into: held });"],
    ['lut ??= makeLut(5);', 'let lut;', 'const lut = plan(() => makeLut(5));'],
    ['if (!lut) lut = makeLut(p.sigma);', 'let lut;', 'const lut = plan(() => makeLut(p.sigma));'],
    ['cache.set(p.sigma, makeLut(p.sigma));', 'const cache = new Map();', 'const cache = plan(() => makeLut(p.sigma));'],
    ['out[0] = x;', 'const out = new Float32Array(16);', 'const out = scratch([16]);'],
    ['out.set(0, 0, x);', 'const out = zeros([4, 5]);', 'const out = scratch([4, 5]);'],
    ['p.sigma = x / 2;', '', 'const sigma = x / 2;'],
  ])('%s', (body, more, expected) => {
    expect(fix(body, more)).toBe(expected);
  });

  test.each([
    ['this.n++;', 'n = 0;', "@State('v') n = sum();"], ['this.best = Math.max(this.best, x);', 'best = 0;', "@State('v') best = maximum();"], ['this.list.push(x);', 'list = [];', "@State('v') list = rolling({ trains: 100 });"],
    ['this.dark = x;', 'dark?: Image;', "@Const() dark?: Image; recordDark = action('Record dark', { of: 'view#v', reduce: mean(), trains: 10, into: 'dark' });"],
    ['this.last = x;', 'last = 0;', "@From.optional(shifted('a.b', -1)) last"], ['this.sigma = x;', '@Param() sigma = 5;', 'const sigma = x;'],
  ])('in a class: %s', (body, fields, expected) => {
    expect(method(body, fields)).toBe(expected);
  });

  test('loads as it is offered', async () => {
    const lines = [
      ['count++;', 'let count = 0;'], ['total += img.sum();', 'let total = 0;'], ['best = Math.max(best, x);', 'let best = 0;'], ['smooth = 0.9 * smooth + 0.1 * x;', 'let smooth = 0;'], ['list.push(x);', 'const list = [];'],
      ['counts.set(x, (counts.get(x) ?? 0) + 1);', 'const counts = new Map();'], ['dark = img;', 'let dark;'], ['lut ??= makeLut(5);', 'let lut;'], ['out[0] = x;', 'const out = new Float32Array(16);'],
    ].map(([body, more]) => fix(body!, more));
    const inputs = fix('const step = x - last; last = x;', 'let last = 0;')!;
    const file = join(folder, 'fixed.ts');
    writeFileSync(file, `import { action, keep, optional, plan, scratch, shifted, view } from '@trainyard/core';\nimport { ema, histogram, maximum, mean, rolling, sum } from '@trainyard/statistics';
const makeLut = (n: number) => n;\nexport const v = view.scalar(${inputs.replaceAll("'a.b'", "'karabo#A/B/C.b'").replace("'c.d'", "'karabo#C/D/E.d'")}, () => 1);\n${lines.join('\n').replaceAll("'a.b'", "'karabo#A/B/C.b'").replaceAll("'c.d'", "'karabo#C/D/E.d'")}\n`);
    const code = await loadCode(file, {}, await loadInstalled(folder));
    expect(code.descriptor.views.filter((view) => !view.hidden).map((view) => view.name).sort()).toEqual(['best', 'count', 'counts', 'list', 'smooth', 'total', 'v']);
    await code.close();
  });

  test('with the place and the line', () => {
    const [first] = scan({ 'views.ts': `let best = 0;\nexport const top = view.scalar({ x: 'a.b' }, ({ x }) => {\n  best = Math.max(best, x);\n  return best;\n});` }).problems;
    expect(first).toMatchObject({ severity: 'error', code: 'VIEW_KEEPS_STATE', where: { file: join(folder, 'views.ts'), line: 3, column: 3 }, text: 'best = Math.max(best, x);', fix: "export const best = view.reduce('a.b', maximum());   // from '@trainyard/statistics'" });
    expect(first!.message).toMatch(/top writes to best: it runs on any worker .* reducer.*average: N.*keep\(\)/);
  });
});

describe('the clock and chance', () => {
  const warned = (body: string, more = ''): string[] => scan({ 'views.ts': `import { randomUUID as id } from 'node:crypto';\n${more}\nexport const v = view.scalar({ x: 'a.b' }, ({ x }) => { ${body} return 1; });\nexport const sum = view.reduce(v, reducer({ add: (s) => s + Date.now() }));` }).problems.map(({ severity, code, message }) => `${severity} ${code} ${/calls (.*?):/.exec(message)?.[1]}`);
  test.each([['Math.random()'], ['Date.now()'], ['new Date()'], ['Date()'], ['performance.now()'], ['crypto.randomUUID()'], ['crypto.getRandomValues(x)'], ['process.hrtime()'], ['process.hrtime.bigint()'], ['id()']])('%s is a warning', (call) => {
    expect(warned(`const t = ${call};`)).toEqual([`warning VIEW_NOT_REPEATABLE ${call}`]);
    expect(warned('noise(x);', `const noise = (y) => y + ${call};`)).toEqual([`warning VIEW_NOT_REPEATABLE ${call}`]);
  });

  test.each([['new Date(x)'], ['Date.parse(x)'], ['Math.max(1, 2)'], ['x.random()'], ['x.now()'], ['((Math) => Math.random())(x)'], ['performance.mark']])('%s is none', (call) => {
    expect(warned(`const t = ${call};`)).toEqual([]);
  });
  test('nor what no view calls', () => {
    expect(warned('', 'const started = Date.now();\nconst unused = () => Math.random();')).toEqual([]);
  });
});
