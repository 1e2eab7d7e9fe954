import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { codeChanges } from './code-changes.ts';
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
    ['the name of an argument', 'views.ts', 'times = (x) => x * factor', 'times = (value) => value * factor', []],
    ['the name of a local of a helper', 'helper.ts', 'const scale = (x: number) => x * inner', 'const scale = (y: number) => y * inner', []],
    ['the name of a view’s value', 'views.ts', "plain = view.scalar({ x: 'a.b' }, ({ x }) => x + 1)", "plain = view.scalar({ x: 'a.b' }, ({ x: value }) => value + 1)", []],
    ['the name of an input', 'views.ts', "plain = view.scalar({ x: 'a.b' }, ({ x }) => x + 1)", "plain = view.scalar({ y: 'a.b' }, ({ y }) => y + 1)", ['plain', 'chained']],
    ['a name that is another one’s', 'views.ts', 'times = (x) => x * factor', 'times = (factor) => factor * factor', ['helped', 'Tool/one', 'Tool/any', 'Tool/inherited']],
    ['the name of a helper', 'views.ts', /\btimes\b(?!\(\{)/g, 'multiplied', []],
    ['the name under which something is imported', 'views.ts', /import \{ scale \}(.*)\n([^]*)scale\(x\)/, 'import { scale as scaled }$1\n$2scaled(x)', []],
    ['types', 'views.ts', 'const times = (x) => x * factor', 'const times = (x: number): number => (x as any)! * (factor satisfies number)', []],
    ['a type that is imported', 'helper.ts', 'const inner = 2', "import type { Image } from '@trainyard/core';\nexport type Frame = Image;\nconst inner: number = 2", []],
    ['the range of a slider', 'views.ts', 'slider(5, 0, 9)', "slider(5, 0, 20, 'px')", []],
    ['another parameter of the same call', 'views.ts', 'sigma: slider(5, 0, 9)', 'sigma: slider(5, 0, 9), more: 3', []],
    ['code at the top that fills what a view uses', 'views.ts', 'const times', 'gains.gain = 5;\nconst times', ['gained']],
    ['code at the top that a view does not use', 'views.ts', 'const times', "console.log('loaded');\nconst times", []],
    ['an optional call', 'views.ts', 'x.times({', 'x?.times({', ['property']],
    ['the place of a condition in a loop', 'helper.ts', '(x: number) => x * inner', '(x: number) => { for (; x > 9; ) x -= 1; return x * inner; }', ['imported']],
  ])('%s', (_, file, from, to, views) => {
    expect(changed(file, from, to)).toEqual(views);
  });

  test('of a parameter that is a field the default counts, not its range', () => {
    const of = (field: string): string => scan({ 'views.ts': `export class Tool { ${field} @View.Scalar v(@From('a.b') x: number) { return x * this.gain; } }` }).views['Tool/v']!.hash;
    expect(of("@Param({ max: 9, unit: 'px' }) gain = 2;")).toBe(of('@Param() gain = 2;'));
    expect(of('@Param() gain = 3;')).not.toBe(of('@Param() gain = 2;'));
  });

  test('names in blocks, loops, catches and functions are told apart', () => {
    const of = (body: string): string => scan({ 'views.ts': `const n = 1;\nexport const v = view.scalar({ x: 'a.b' }, ({ x }) => { ${body} });` }).views['v']!.hash;
    const same: [string, string][] = [
      ['let a = x; { let a = 2; x += a; } return a;', 'let a = x; { let b = 2; x += b; } return a;'],
      ['for (let i = 0; i < 3; i++) x += i; return x;', 'for (let k = 0; k < 3; k++) x += k; return x;'],
      ['for (const a of x) { if (a) return a; }', 'for (const b of x) { if (b) return b; }'],
      ['try { x(); } catch (e) { return e; }', 'try { x(); } catch (error) { return error; }'],
      ['function f(y) { return f(y) + n; } return f(x);', 'function g(z) { return g(z) + n; } return g(x);'],
      ['const { a: { b = n }, ...c } = x; return b + c.d;', 'const { a: { b: q = n }, ...r } = x; return q + r.d;'],
      ['const o = { x }; return o;', 'const p = { x: x }; return p;'],
      ['if (x) { var a = 1; } return a;', 'if (x) { var b = 1; } return b;'],
    ];
    for (const [one, other] of same) expect(of(other), other).toBe(of(one));
    const different: [string, string][] = [
      ['let a = x; { let a = 2; x += a; } return a;', 'let a = x; { let b = 2; x += a; } return a;'],
      ['let a = x; { let a = 2; x += a; } return a;', 'let a = x; { a = 2; x += a; } return a;'],
      ['const n = x; return n;', 'const m = x; return n;'],
      ['const a = 1, b = 2; return a;', 'const a = 1, b = 2; return b;'],
      ['const { a, b } = x; return a;', 'const { b, a } = x; return a;'],
      ['return x.a;', 'return x.b;'], ['a: for (;;) { b: for (;;) break a; }', 'a: for (;;) { b: for (;;) break b; }'],
      ['for (x();;) return 1;', 'for (;x();) return 1;'], ['return [, x];', 'return [x];'],
    ];
    for (const [one, other] of different) expect(of(other), other).not.toBe(of(one));
  });

  test('the parts say what an edit changed', () => {
    const changes = (file: keyof typeof files, from: string | RegExp, to: string, view = 'imported'): string => {
      const code = (one: Record<string, string>) => ({ v: { parts: scan(one).views[view]!.parts, how: '' } });
      return codeChanges('v', code(files), code({ ...files, [file]: files[file].replace(from, to) }));
    };
    expect(changes('views.ts', 'scale(x)', 'scale(x) + 1')).toBe('its own code changed');
    expect(changes('helper.ts', 'x * inner', 'x + inner')).toBe('scale() in helper.ts changed');
    expect(changes('helper.ts', 'inner = 2', 'inner = 3')).toBe('inner in helper.ts changed');
    expect(changes('helper.ts', /inner = 2([^]*)x \*/, 'inner = 3$1x +')).toBe('scale() in helper.ts and inner in helper.ts changed');
    expect(changes('views.ts', 'slider(5', 'slider(6', 'slid')).toBe('the parameter sigma changed');
    expect(changes('views.ts', 'factor = 3', 'factor = 4', 'helped')).toBe('factor changed');
    expect(changes('views.ts', 'sigma = 5', 'sigma = 6', 'Tool/one')).toBe('Tool.sigma changed');
    expect(changes('views.ts', 'return times(x)', 'return times(x) + 1', 'Tool/one')).toBe('Tool.helper() changed');
    expect(changes('base.ts', 'return x;', 'return -x;', 'Tool/two')).toBe('Base.inBase() in base.ts changed');
    expect(changes('gains.json', '2', '3', 'gained')).toBe('gains.json changed');
    expect(changes('views.ts', 'const times', 'gains.gain = 5;\nconst times', 'gained')).toBe('its code changed');
  });

  test('of views that are taken, and of inputs and options that the text does not show', () => {
    const code = (total: string, how: string) => ({ 'a/v': { parts: { 'its own code': '1' }, how }, 'a/total': { parts: { 'its own code': total }, how: 'x' } });
    expect(codeChanges('a/v', code('1', 'x'), code('2', 'x'))).toBe('a/total, which it takes, changed');
    expect(codeChanges('a/v', code('1', 'x'), code('1', 'y'))).toBe('its inputs or options changed');
  });

  test('imports in a circle, and of what is not there, end', () => {
    const { views } = scan({ 'views.ts': `import { b } from './b.ts';\nimport { gone } from './gone.ts';\nexport const a = view.scalar({}, () => b(gone));\nexport class X extends X {}`, 'b.ts': `import { a } from './views.ts';\nexport * from './views.ts';\nexport const b = () => a;` });
    expect(views['a']!.hash).toMatch(/^[0-9a-f]{16}$/);
  });

  test('a file that does not parse has no views', () => {
    expect(scan({ 'views.ts': 'export const = 1;' })).toEqual({ views: {}, problems: [] });
  });
});
