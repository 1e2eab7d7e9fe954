import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { asParameter, choice, parseProcessList, polygon, rectangle, type ParamValue, type Parameter } from '@trainyard/core';
import type { CodeStep } from '../worker/generation.ts';
import { writeParameter } from './write-parameter.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yard-write-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const IMPORT = "import { Param, choice, group, parameters, polygon, rectangle, slider } from '@trainyard/core';\n";
const specOf = (value: ParamValue): Parameter => asParameter(value);
const put = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

/** Writes to a views file of this text (and helpers beside it); gives back what it says then. */
function written(text: string, key: string, value: ParamValue, { spec = specOf(value), others = {} }: { spec?: Parameter; others?: Record<string, string> } = {}): string {
  const file = put('views.ts', text);
  const files = [file, ...Object.entries(others).map(([name, other]) => put(name, other))];
  const [group, name] = key.split('.') as [string, string];
  const param = { group, name, spec, value };
  const step: CodeStep = { kind: 'views', stem: 'views', url: '', file, files, written: {} };
  writeParameter({ file, code: { steps: [step], listParameters: {} }, param, params: [param] });
  return readFileSync(file, 'utf8');
}

describe('into a views file', () => {
  const p = (inside: string): string => `${IMPORT}const p = parameters({ ${inside} });\n`;
  test.each<[string, string, string, ParamValue, string, Parameter?]>([
    ['a slider', p("sigma: slider(5, 0.5, 20, 'px')"), 'views.sigma', 7.5, p("sigma: slider(7.5, 0.5, 20, 'px')")],
    ['a plain number', p('a: 1, sigma: 5 /* px */, b: 2'), 'views.sigma', 1e-7, p('a: 1, sigma: 1e-7 /* px */, b: 2')],
    ['a negative one in its place', p('sigma: 5'), 'views.sigma', -3, p('sigma: -3')],
    ['a positive one for a negative one', p('sigma: - 5'), 'views.sigma', 3, p('sigma: 3')],
    ['one in brackets, with a type', p('sigma: (5) as number'), 'views.sigma', 3, p('sigma: (3) as number')],
    ['an equal one, spelled its own way', p('sigma: 1_0.0e-1'), 'views.sigma', 1, p('sigma: 1_0.0e-1')],
    ['true', p('on: false'), 'views.on', true, p('on: true')],
    ['a text in single quotes', p("name: 'a'"), 'views.name', `it's "so"\n`, p(`name: 'it\\'s "so"\\n'`)],
    ['a text in double quotes', p('name: "a"'), 'views.name', `it's "so" \\`, p(`name: "it's \\"so\\" \\\\"`)],
    ['a template', p('name: `a`'), 'views.name', '${x} `', p('name: `\\${x} \\``')],
    ['a choice', p("mode: choice('a', ['a', 'b'])"), 'views.mode', 'b', p("mode: choice('b', ['a', 'b'])"), choice<string>('a', ['a', 'b'])],
    ['a quoted name', p("'sigma': 5"), 'views.sigma', 6, p("'sigma': 6")],
    ['the last of two of a name', p('sigma: 5, sigma: 6'), 'views.sigma', 5, p('sigma: 5, sigma: 5')],
    ['a rectangle', p("roi: rectangle([1, 2, 3, 4], { on: 'x' })"), 'views.roi', [1, -20, 3, 40.5], p("roi: rectangle([1, -20, 3, 40.5], { on: 'x' })"), rectangle([0, 0, 1, 1])],
    ['a list over lines', p('\n  roi: [ // edges\n    1,\n    2, // two\n    3,\n  ],\n'), 'views.roi', [1, 5, 3], p('\n  roi: [ // edges\n    1,\n    5, // two\n    3,\n  ],\n')],
    ['a longer list', p('roi: [1,2]'), 'views.roi', [1, 2, 3, 4], p('roi: [1,2,3,4]')],
    ['more corners, laid out as those before', p('roi: polygon([\n  0, 0,\n  8, 0,\n  0, 8,\n])'), 'views.roi', [0, 0, 8, 0, 0, 8, 1, 1, 2, 2], p('roi: polygon([\n  0, 0,\n  8, 0,\n  0, 8,\n  1, 1,\n  2, 2,\n])'), polygon([0, 0, 1, 0, 0, 1])],
    ['fewer corners', p('roi: polygon([0, 0, 8, 0, 0, 8, 9, 9,])'), 'views.roi', [0, 0, 8, 0, 0, 8], p('roi: polygon([0, 0, 8, 0, 0, 8,])'), polygon([0, 0, 1, 0, 0, 1])],
    ['a list of nothing, and nothing of a list', p('a: [], b: [1, 2,]'), 'views.b', [], p('a: [], b: []'), { type: 'numbers', default: [] }],
    ['into a list of nothing', p('a: []'), 'views.a', [1, 2], p('a: [1, 2]')],
    ['a parameter written out', p("sigma: { type: 'number', default: 5, min: 0 }"), 'views.sigma', 6, p("sigma: { type: 'number', default: 6, min: 0 }")],
    ['Windows line ends, a byte-order mark, and letters of four bytes', `\uFEFF// 𝛔 µ\r\n${p('sigma: /* 𝛔 */ 5')}\r\n`, 'views.sigma', 6, `\uFEFF// 𝛔 µ\r\n${p('sigma: /* 𝛔 */ 6')}\r\n`],
    ['imports under other names', "import { parameters as ps, slider as s } from '@trainyard/core';\nps({ sigma: s(5, 0, 9) });", 'views.sigma', 6, "import { parameters as ps, slider as s } from '@trainyard/core';\nps({ sigma: s(6, 0, 9) });"],
    ['imported as a whole', "import * as yard from '@trainyard/core';\nconst p = yard.parameters({ sigma: yard.slider(5, 0, 9) });", 'views.sigma', 6, "import * as yard from '@trainyard/core';\nconst p = yard.parameters({ sigma: yard.slider(6, 0, 9) });"],
    ['a field', `${IMPORT}export class Tool { @Param({ min: 0 }) sigma = 5; other = 5 }`, 'Tool.sigma', 6, `${IMPORT}export class Tool { @Param({ min: 0 }) sigma = 6; other = 5 }`],
    ['a field that is a whole parameter', `${IMPORT}export class Tool { @Param(rectangle([0, 0, 1, 1])) roi!: Rectangle; }`, 'Tool.roi', [0, 0, 2, 2], `${IMPORT}export class Tool { @Param(rectangle([0, 0, 2, 2])) roi!: Rectangle; }`, rectangle([0, 0, 1, 1])],
    ['a field of the base class', `${IMPORT}class Base { @Param() sigma = 5; }\nexport class Tool extends Base { @Param() own = 5 }`, 'Tool.sigma', 6, `${IMPORT}class Base { @Param() sigma = 6; }\nexport class Tool extends Base { @Param() own = 5 }`],
    ['a field that a derived class sets', `${IMPORT}class Base { @Param() sigma = 5; }\nexport class Tool extends Base { sigma = 7; }`, 'Tool.sigma', 6, `${IMPORT}class Base { @Param() sigma = 5; }\nexport class Tool extends Base { sigma = 6; }`],
    ['a class by another name, and one by default', `${IMPORT}class Tool { @Param() sigma = 5; }\nexport { Tool as Other };`, 'Other.sigma', 6, `${IMPORT}class Tool { @Param() sigma = 6; }\nexport { Tool as Other };`],
    ['a class that is the default', `${IMPORT}export default class Tool { @Param() sigma = 5; }`, 'Tool.sigma', 6, `${IMPORT}export default class Tool { @Param() sigma = 6; }`],
    ['an instance by its prefix', `${IMPORT}class Tool { @Param() sigma = 5; }\nexport const l = group(Tool, { prefix: 'left', sigma: 3 });`, 'left.sigma', 6, `${IMPORT}class Tool { @Param() sigma = 5; }\nexport const l = group(Tool, { prefix: 'left', sigma: 6 });`],
    ['an instance by its name', `${IMPORT}class Tool { @Param() sigma = 5; }\nexport const l = group(Tool, { sigma: 3 });`, 'l.sigma', 6, `${IMPORT}class Tool { @Param() sigma = 5; }\nexport const l = group(Tool, { sigma: 6 });`],
  ])('%s', (_, before, key, value, after, spec) => {
    expect(written(before, key, value, spec && { spec })).toBe(after);
  });

  test('into a file that it imports; one that is exported from there under another name', () => {
    const tools = `${IMPORT}export const p = parameters({ half: slider(10, 1, 100) });\nexport class Edge { @Param() row = 1 }\n`;
    const entry = "import { p } from './tools.ts';\nexport * from './tools.ts';\nexport { Edge as Side } from './tools.ts';\n";
    expect(written(entry, 'views.half', 11, { others: { 'tools.ts': tools } })).toBe(entry);
    expect(readFileSync(join(folder, 'tools.ts'), 'utf8')).toBe(tools.replace('slider(10', 'slider(11'));
    written(entry, 'Side.row', 2, { others: { 'tools.ts': tools } });
    expect(readFileSync(join(folder, 'tools.ts'), 'utf8')).toBe(tools.replace('row = 1', 'row = 2'));
  });

  test.each<[string, string, string, ParamValue, string]>([
    ['an expression', p('sigma: 2 * 3'), 'views.sigma', 5, 'views.ts:2:31: views.sigma is `2 * 3` there'],
    ['a constant', p('sigma: slider(SIGMA, 0, 9)'), 'views.sigma', 5, '`SIGMA`'],
    ['a name alone', `const sigma = 5;\n${p('sigma')}`, 'views.sigma', 6, '`sigma`'],
    ['a function of the user', p('sigma: range(5)'), 'views.sigma', 6, '`range(5)`'],
    ['a list with an expression in it', p('roi: [1, 2 + 1]'), 'views.roi', [1, 2], '`[1, 2 + 1]`'],
    ['a template with something in it', p('name: `a${1}`'), 'views.name', 'b', 'by hand'],
    ['what a spread brings', p('...shared'), 'views.sigma', 6, 'there is no place where views.sigma is written'],
    ['parameters() of another package', "import { parameters } from 'other';\nparameters({ sigma: 5 });", 'views.sigma', 6, 'there is no place'],
    ['an instance that says nothing of it', `${IMPORT}class Tool { @Param() sigma = 5; }\nexport const l = group(Tool, { prefix: 'left' });`, 'left.sigma', 6, 'views.ts:3: group(...) says nothing of sigma, so left.sigma has the value of its class: write sigma: 6 there.'],
    ['a value that has no literal', p('sigma: 5'), 'views.sigma', Infinity, 'by hand'],
    ['a file that does not compile', 'const = {', 'views.sigma', 6, 'syntax errors'],
  ])('%s is refused, and nothing is written', (_, text, key, value, message) => {
    expect(() => written(text, key, value)).toThrow(expect.objectContaining({ code: 'WRITE_PLACE', message: expect.stringContaining(message) }));
    expect(readFileSync(join(folder, 'views.ts'), 'utf8')).toBe(text);
  });

  test('bytes that are no UTF-8 are refused: they would be lost', () => {
    const file = put('views.ts', '');
    writeFileSync(file, Buffer.concat([Buffer.from(p('sigma: 5')), Buffer.from([0x2f, 0x2f, 0xff])]));
    const before = readFileSync(file);
    const param = { group: 'views', name: 'sigma', spec: specOf(5), value: 6 };
    expect(() => writeParameter({ file, code: { steps: [{ kind: 'views', stem: 'views', url: '', file, files: [file], written: {} }], listParameters: {} }, param, params: [param] })).toThrow(/UTF-8/);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('the mode stays, a link stays one, and nothing is left beside', () => {
    mkdirSync(join(folder, 'real'));
    const real = join(folder, 'real', 'views.ts');
    writeFileSync(real, p('sigma: 5'));
    chmodSync(real, 0o664);
    symlinkSync('real/views.ts', join(folder, 'views.ts'));
    const file = join(folder, 'views.ts');
    const param = { group: 'views', name: 'sigma', spec: specOf(5), value: 6 };
    expect(writeParameter({ file, code: { steps: [{ kind: 'views', stem: 'views', url: '', file, files: [file], written: {} }], listParameters: {} }, param, params: [param] })).toEqual({ file, line: 2, column: 31, changed: true });
    expect([lstatSync(file).isSymbolicLink(), statSync(file).mode & 0o777, readFileSync(real, 'utf8')]).toEqual([true, 0o664, p('sigma: 6')]);
    expect([...readdirSync(folder), ...readdirSync(join(folder, 'real'))].sort()).toEqual(['real', 'views.ts', 'views.ts']);
  });

  test('property: whatever the value and what is around it, only the literal is another', () => {
    const noise = fc.constantFrom('', ' ', '\n', '/* 5 */', '// sigma: 5\n', '\r\n\t', '/* µ𝛔 */');
    const value = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.string({ unit: 'binary' }), fc.boolean());
    fc.assert(fc.property(noise, noise, noise, value, fc.constantFrom("'", '"', '`'), (a, b, c, now, quote) => {
      const old = typeof now === 'string' ? `${quote}old${quote}` : typeof now === 'number' ? '5.25' : 'false';
      const [head, tail] = [`${a}${IMPORT}${b}export const p = parameters({ x: 5,${c} sigma:${b}`, `${a}, y: 5${c} });${b}\n`];
      const after = written(head + old + tail, 'views.sigma', now);
      expect([after.slice(0, head.length), after.slice(after.length - tail.length)]).toEqual([head, tail]);
      expect(runInNewContext(`(${after.slice(head.length, after.length - tail.length)})`)).toEqual(now === 0 ? 0 : now);
    }), { numRuns: 60 });
  });
});

describe('into a process list', () => {
  const list = (head: string, params: string): string => `trainyard: 1   # tonight\n${head}steps:\n  # first\n  - plugin: smoothing/gaussian\n    in: { image: stack#frame }\n    as: smooth\n    ${params}   # px\n  - views: ./views.ts\n`;
  function intoList(text: string, key: string, value: ParamValue, { spec = specOf(value), others = [] }: { spec?: Parameter | undefined; others?: { group: string; name: string; value: ParamValue }[] } = {}): string {
    const file = put('list.yaml', text);
    const { list: parsed } = parseProcessList(text, file);
    const steps = parsed!.steps.flatMap((step): CodeStep[] => (step.kind === 'plugin' ? [{ kind: 'plugin', id: step.plugin, as: step.as, url: '', in: step.in, params: step.params, folder, where: step.where }] : [{ kind: 'views', stem: 'views', url: '', file: put('views.ts', `${IMPORT}parameters({ own: 5 });`), files: [], written: {} }]));
    const [group, name] = key.split('.') as [string, string];
    const param = { group, name, spec, value };
    writeParameter({ file, code: { steps, listParameters: parsed!.parameters }, param, params: [param, ...others.map((other) => ({ spec, ...other }))] });
    return readFileSync(file, 'utf8');
  }

  test.each<[string, string, string, ParamValue, string, Parameter?]>([
    ['a parameter of a step', list('', 'params: { sigma: 5 }'), 'smooth.sigma', -7.5, list('', 'params: { sigma: -7.5 }')],
    ['in lines', list('', 'params:\n      a: 1\n      sigma: 5'), 'smooth.sigma', 6, list('', 'params:\n      a: 1\n      sigma: 6')],
    ['a text without quotes', list('', 'params: { mode: reflect }'), 'smooth.mode', 'wrap', list('', 'params: { mode: wrap }')],
    ['a text that needs quotes now', list('', 'params: { mode: reflect }'), 'smooth.mode', 'a, b: true # "c"', list('', 'params: { mode: "a, b: true # \\"c\\"" }')],
    ['a text that would be a number', list('', 'params: { mode: reflect }'), 'smooth.mode', '5', list('', 'params: { mode: "5" }')],
    ['single quotes', list('', "params: { mode: 'reflect' }"), 'smooth.mode', "it's", list('', "params: { mode: 'it''s' }")],
    ['double quotes', list('', 'params: { mode: "reflect" }'), 'smooth.mode', 'a"\n', list('', 'params: { mode: "a\\"\\n" }')],
    ['a number in quotes', list('', 'params: { sigma: "5" }'), 'smooth.sigma', 6, list('', 'params: { sigma: "6" }')],
    ['an equal number, spelled its own way', list('', 'params: { sigma: 5.00 }'), 'smooth.sigma', 5, list('', 'params: { sigma: 5.00 }')],
    ['a list', list('', 'params: { roi: [1, 2,  3, 4] }'), 'smooth.roi', [1, 0, 3, 4], list('', 'params: { roi: [1, 0,  3, 4] }'), rectangle([0, 0, 1, 1])],
    ['a list in lines, and longer', list('', 'params:\n      roi:\n        - 1 # one\n        - 2\n        - 3'), 'smooth.roi', [1, 5, 3, 4], list('', 'params:\n      roi:\n        - 1 # one\n        - 5\n        - 3\n        - 4')],
    ['a list as a text', list('', 'params: { roi: "1,2,3,4" }'), 'smooth.roi', [1, 0, 3, 4], list('', 'params: { roi: "1, 0, 3, 4" }'), rectangle([0, 0, 1, 1])],
    ['a parameter of the list', list('parameters: { sigma: 5 } # all\n', 'params: { sigma: "{sigma}" }'), 'list.sigma', 6, list('parameters: { sigma: 6 } # all\n', 'params: { sigma: "{sigma}" }')],
    ['one that is the default in a views file', list('parameters: { row: 5 }\n', 'on: true'), 'views.row', 6, list('parameters: { row: 6 }\n', 'on: true')],
  ])('%s', (_, before, key, value, after, spec) => {
    expect(intoList(before, key, value, { spec })).toBe(after);
  });

  test('a parameter of a views file of the list stands in that file', () => {
    const text = list('', 'on: true');
    expect(intoList(text, 'views.own', 6)).toBe(text);
    expect(readFileSync(join(folder, 'views.ts'), 'utf8')).toBe(`${IMPORT}parameters({ own: 6 });`);
  });

  test.each<[string, string, string, ParamValue, string]>([
    ["a plugin's default", list('', 'on: true'), 'smooth.sigma', 6, 'list.yaml:4:5: the list does not say sigma, smooth.sigma has the default of smoothing/gaussian: write params: { sigma: 6 } in this step.'],
    ['a text over lines', list('', 'params:\n      mode: |\n        reflect\n'), 'smooth.mode', 'wrap', 'by hand'],
    ['what has an anchor', list('', 'params: { sigma: &s 5 }'), 'smooth.sigma', 6, 'by hand'],
  ])('%s is refused, and nothing is written', (_, text, key, value, message) => {
    expect(() => intoList(text, key, value)).toThrow(expect.objectContaining({ code: 'WRITE_PLACE', message: expect.stringContaining(message) }));
    expect(readFileSync(join(folder, 'list.yaml'), 'utf8')).toBe(text);
  });

  test('one default of several parameters is written when they agree', () => {
    const text = list('parameters: { row: 5 }\n', 'on: true');
    expect(() => intoList(text, 'views.row', 6, { others: [{ group: 'Edge', name: 'row', value: 7 }] })).toThrow(/also that of Edge.row, which is 7/);
    expect(intoList(text, 'views.row', 6, { others: [{ group: 'Edge', name: 'row', value: 6 }] })).toBe(text.replace('row: 5', 'row: 6'));
  });
});
