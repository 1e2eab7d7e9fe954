import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { scanViews, type Scan } from './scan.ts';

let folder: string;
beforeEach(() => (folder = realpathSync(mkdtempSync(join(tmpdir(), 'yard-scan-')))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function scan(files: Record<string, string>): Scan {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return scanViews(join(folder, 'views.ts'), Object.keys(files).map((name) => join(folder, name)));
}

test('positions of every spelling, also behind letters of more than one byte', () => {
  const { views } = scan({
    'views.ts': `/* µ 😀 */ export const a = view.scalar({}, () => 1);
const hidden = view.image({}, () => 2);
export { hidden as shown };
export const tool = { inner: view.text({}, () => 'x'), other: 3 };
export class Tool {
  @View.Image({ title: 'T' })
  smoothed(@From('a.b') x: Image) { return x; }
  helper() { return 1; }
  @State('smoothed') counts = mean();
}
export const counted = view.reduce(a, mean()) as unknown;
export const no = other.scalar({}, () => 1);
`,
  });
  expect(Object.entries(views).map(([name, { line, column }]) => [name, line, column])).toEqual([['a', 1, 25], ['shown', 2, 7], ['tool/inner', 4, 23], ['Tool/smoothed', 7, 3], ['Tool/counts', 9, 22], ['counted', 11, 14]]);
});

describe('purity', () => {
  const head = `let count = 0;\nvar old = { n: 1 };\nconst list: number[] = [];\n`;
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

  test('what the scan cannot see: a push, a Map, an alias', () => {
    expect(functional('list.push(x); const o = old; o.n = 3;')).toEqual([]);
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

  test('the refusal has the place, the line, and the line rewritten', () => {
    const [first] = scan({ 'views.ts': `let best = 0;\nexport const top = view.scalar({ x: 'a.b' }, ({ x }) => {\n  best = Math.max(best, x);\n  return best;\n});` }).problems;
    expect(first).toMatchObject({ severity: 'error', code: 'VIEW_KEEPS_STATE', where: { file: join(folder, 'views.ts'), line: 3, column: 3 }, text: 'best = Math.max(best, x);', fix: expect.stringContaining('export const best = view.reduce(top, mean());') });
    expect(first!.message).toMatch(/top writes to best: it runs on any worker .* reducer.*average: N.*keep\(\)/);
    const [second] = scan({ 'views.ts': `export class Tool {\n  n = 0;\n  @View.Scalar v(@From('a.b') x: number) { this.n = x; return x; }\n}` }).problems;
    expect(second!.fix).toContain(`@State('v') n = mean();`);
  });
});

describe('hashes', () => {
  const files = {
    'views.ts': `import { scale } from './helper.ts';
import * as all from './all.ts';
import { Base } from './base.ts';
import gains from './gains.json';
import { gaussianFilter } from '@trainyard/smoothing';
const p = parameters({ sigma: slider(5, 0, 9) });
const factor = 3;
const times = (x) => x * factor;
const pattern = (x) => /a+/.test(x) || \`<\${x}>\`;
export const plain = view.scalar({ x: 'a.b' }, ({ x }) => x + 1);
export const helped = view.scalar({ x: 'a.b' }, ({ x }) => times(x));
export const imported = view.scalar({ x: 'a.b' }, ({ x }) => scale(x));
export const star = view.scalar({ x: 'a.b' }, ({ x }) => all.offset(x));
export const slid = view.scalar({ x: 'a.b' }, ({ x }) => gaussianFilter(x, p.sigma));
export const written = view.text({ x: 'a.b' }, ({ x }) => pattern(x));
export const gained = view.scalar({ x: 'a.b' }, ({ x }) => x * gains.gain);
export const property = view.scalar({ x: 'a.b' }, ({ x }) => x.times({ factor: 1 }));
export const chained = view.scalar({ x: plain }, ({ x }) => x);
export class Tool extends Base {
  sigma = 5;
  other = 6;
  @View.Scalar one(@From('a.b') x: number) { return this.sigma * this.helper(x); }
  @View.Scalar two(@From('a.b') x: number) { return this.other + super.inBase(x); }
  @View.Scalar any(@From('a.b') x: number) { return this[x]; }
  @State('two') counts = mean();
  helper(x: number) { return times(x); }
}
`,
    'helper.ts': `const inner = 2;\nconst unused = 5;\nexport const scale = (x: number) => x * inner;\nexport const alone = () => unused;`,
    'all.ts': `export * from './deep.ts';\nexport const offset = (x: number) => x + 1;`,
    'deep.ts': 'export const deep = 1;',
    'base.ts': `export class Base { inBase(x: number) { return x; }\n helper(x: number) { return x - 1; }\n @View.Scalar inherited(@From('a.b') x: number) { return this.helper(x); } }`,
    'gains.json': '{ "gain": 2 }',
  };

  /** The views whose hash is another one after replacing text in a file. */
  function changed(file: keyof typeof files, from: string | RegExp, to: string): string[] {
    const before = scan(files).views;
    const text = files[file].replace(from, to);
    expect(text).not.toBe(files[file]);
    const after = scan({ ...files, [file]: text }).views;
    expect(Object.keys(after)).toEqual(Object.keys(before));
    return Object.keys(before).filter((name) => before[name]!.hash !== after[name]!.hash);
  }

  test('every view has one, and no two are the same', () => {
    const { views } = scan(files);
    expect(Object.keys(views)).toEqual(['plain', 'helped', 'imported', 'star', 'slid', 'written', 'gained', 'property', 'chained', 'Tool/one', 'Tool/two', 'Tool/any', 'Tool/counts', 'Tool/inherited', 'Base/inherited']);
    expect(new Set(Object.values(views).map(({ hash }) => hash)).size).toBeGreaterThanOrEqual(14);
    expect(views['Tool/inherited']).toMatchObject({ file: join(folder, 'base.ts'), line: 3 });
  });

  test.each<[string, keyof typeof files, string | RegExp, string, string[]]>([
    ['a view itself', 'views.ts', 'x + 1', 'x + 2', ['plain', 'chained']],
    ['the path of a view', 'views.ts', "plain = view.scalar({ x: 'a.b'", "plain = view.scalar({ x: 'a.c'", ['plain', 'chained']],
    ['a constant behind a helper', 'views.ts', 'factor = 3', 'factor = 4', ['helped', 'Tool/one', 'Tool/any', 'Tool/inherited']],
    ['the default of a slider', 'views.ts', 'slider(5', 'slider(6', ['slid']],
    ['the text of a template', 'views.ts', '`<$', '`[$', ['written']],
    ['a regular expression', 'views.ts', '/a+/', '/b+/', ['written']],
    ['an imported constant', 'helper.ts', 'inner = 2', 'inner = 3', ['imported']],
    ['what nobody uses of an imported file', 'helper.ts', 'unused = 5', 'unused = 6', []],
    ['a file imported as a whole', 'all.ts', 'x + 1', 'x + 2', ['star']],
    ['a file of data', 'gains.json', '2', '3', ['gained']],
    ['a field', 'views.ts', 'sigma = 5', 'sigma = 6', ['Tool/one', 'Tool/any']],
    ['another field', 'views.ts', 'other = 6', 'other = 7', ['Tool/two', 'Tool/any']],
    ['an overriding helper', 'views.ts', 'return times(x)', 'return times(x) + 1', ['Tool/one', 'Tool/any', 'Tool/inherited']],
    ['an overridden helper', 'base.ts', 'x - 1', 'x - 2', ['Tool/any', 'Base/inherited']],
    ['what super calls', 'base.ts', 'return x;', 'return -x;', ['Tool/two', 'Tool/any']],
    ['a decorator', 'views.ts', '@View.Scalar one', '@View.Scalar({ every: 2 }) one', ['Tool/one', 'Tool/any']],
    ['a reducer', 'views.ts', "counts = mean()", "counts = mean({ trains: 5 })", ['Tool/any', 'Tool/counts']],
    ['a literal of the same number', 'views.ts', 'factor = 3', 'factor = 0x3', []],
    ['quotes', 'views.ts', "plain = view.scalar({ x: 'a.b' }", 'plain = view.scalar({ x: "a.b" }', []],
    ['brackets that change nothing', 'views.ts', '=> x + 1)', '=> ((x) + 1))', []],
    ['comments', 'views.ts', /$/gm, ' // noted µ 😀', []],
    ['indentation and empty lines', 'views.ts', /\n/g, '\n\n    ', []],
    ['comments of a file imported as a whole', 'all.ts', /$/, '\n/* noted */', []],
  ])('%s', (_, file, from, to, views) => {
    expect(changed(file, from, to)).toEqual(views);
  });

  test('imports in a circle, and of what is not there, end', () => {
    const { views } = scan({ 'views.ts': `import { b } from './b.ts';\nimport { gone } from './gone.ts';\nexport const a = view.scalar({}, () => b(gone));\nexport class X extends X {}`, 'b.ts': `import { a } from './views.ts';\nexport * from './views.ts';\nexport const b = () => a;` });
    expect(views['a']!.hash).toMatch(/^[0-9a-f]{16}$/);
  });

  test('a file that does not parse has no views', () => {
    expect(scan({ 'views.ts': 'export const = 1;' })).toEqual({ views: {}, problems: [] });
  });
});
