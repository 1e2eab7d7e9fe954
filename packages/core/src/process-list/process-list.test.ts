import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PluginParameter } from '../plugin-spec.ts';
import { checkProcessList, mainOutputName, type CheckableSpec } from './check-list.ts';
import { listParameterOf, type PluginStep } from './model.ts';
import { parseProcessList } from './parse-list.ts';

const spec = (id: string, parameters: Record<string, PluginParameter>, optional = false): CheckableSpec => ({
  id, version: '2.1.0', title: id, does: id, parameters, inputs: { image: { does: 'the image', rank: [2] }, ...(optional && { dark: { does: 'a dark', optional: true } }) },
  outputs: { image: { kind: 'image', does: 'smoothed' }, sum: { kind: 'scalar', does: 'its sum' } },
});
const plugins = new Map([
  spec('smoothing/gaussian', { sigma: { type: 'number', default: 5, min: 0.5, max: 20, unit: 'px' } }),
  spec('integration/azimuthal', { poni: { type: 'path', does: 'the geometry' }, bins: { type: 'integer', default: 100, min: 1 }, unit: { type: 'choice', default: 'q_nm^-1', choices: ['q_nm^-1', '2th_deg'] }, mask: { type: 'boolean', default: false }, range: { type: 'numbers', default: [] } }, true),
].map((one) => [one.id, one]));

const check = (text: string) => checkProcessList(parseProcessList(text, 'l.yaml'), plugins).map(({ severity, code, where }) => [code, where?.line, where?.column, ...(severity === 'warning' ? ['warning'] : [])]);
const IN = 'in: { image: "stack#frame" }';
const GOOD = `- plugin: smoothing/gaussian\n    ${IN}`;
const list = (steps: string, head = '') => `trainyard: 1\n${head}steps:\n  ${steps}`;

test('a good list', () => {
  const text = `trainyard: 1
title: tonight
parameters: { sigma: 3, det: SPB, wide: true, range: [1, 2] }
steps:
  - plugin: smoothing/gaussian@2   # a comment
    in: { image: "karabo#{det}_CAM/1:output[data.pixels]" }
    params: { sigma: "{sigma}" }
    as: smooth
  - plugin: smoothing/gaussian
    on: false
  - plugin: integration/azimuthal
    in: { image: view#smooth, dark: view#smooth/image }
    params: { poni: ./geo.poni, bins: 250, mask: "{wide}", range: "{range}" }
  - views: ./views.ts
`;
  const parsed = parseProcessList(text, '/data/l.yaml');
  expect(checkProcessList(parsed, plugins)).toEqual([]);
  expect(parsed.list).toEqual({
    file: '/data/l.yaml',
    parameters: { sigma: 3, det: 'SPB', wide: true, range: [1, 2] },
    steps: [
      { kind: 'plugin', plugin: 'smoothing/gaussian', major: 2, as: 'smooth', in: { image: 'karabo#{det}_CAM/1:output[data.pixels]' }, params: { sigma: '{sigma}' }, index: 0, where: { file: '/data/l.yaml', line: 5, column: 5 } },
      { kind: 'plugin', plugin: 'integration/azimuthal', as: 'azimuthal', in: { image: 'view#smooth', dark: 'view#smooth/image' }, params: { poni: './geo.poni', bins: 250, mask: '{wide}', range: '{range}' }, index: 2, where: { file: '/data/l.yaml', line: 11, column: 5 } },
      { kind: 'views', file: './views.ts', index: 3, where: { file: '/data/l.yaml', line: 14, column: 5 } },
    ],
  });
  expect(mainOutputName(parsed.list!.steps[0] as PluginStep, plugins.get('smoothing/gaussian')!)).toBe('smooth/image');
  expect([parsed.place('parameters', 'wide'), parsed.place('steps', 2, 'params', 'bins'), parsed.place('steps', 2, 'params', 'nothing'), parsed.place('steps', 99), parsed.place('nowhere')].map(({ line, column }) => [line, column])).toEqual([[3, 35], [13, 33], [13, 5], [4, 1], [1, 1]]);
});

test('five mistakes are five problems, each at its place', () => {
  const text = `trainyard: 1
parameters: { sigma: 50 }
steps:
  - plugin: smoothing/gausian
    ${IN}
  - plugin: smoothing/gaussian
    ${IN}
    as: smoothed
    params: { sigma: "{sigma}" }
  - plugin: integration/azimuthal
    in: { imge: view#smoothed }
    params: { bins: many, poni: a }
`;
  const problems = checkProcessList(parseProcessList(text, 'l.yaml'), plugins);
  expect(problems.map(({ code, where }) => [code, where?.line, where?.column])).toEqual([
    ['LIST_UNKNOWN_PLUGIN', 4, 5],
    ['PARAM_RANGE', 9, 15],
    ['LIST_UNKNOWN_INPUT', 11, 11],
    ['PARAM_TYPE', 12, 15],
  ]);
  expect(problems[0]!.message).toContain('Did you mean "smoothing/gaussian"?');
  expect(problems[2]!.message).toContain('Did you mean "image"?');
});

describe('one mistake', () => {
  test.each<[string, string, unknown[]]>([
    ['an empty file', '', ['LIST_FORM', undefined, undefined]],
    ['a text', 'steps', ['LIST_FORM', 1, 1]],
    ['a list at the top', '- a', ['LIST_FORM', 1, 1]],
    ['no version', `steps:\n  ${GOOD}`, ['LIST_VERSION', 1, 1]],
    ['another version', `trainyard: 2\nsteps:\n  ${GOOD}`, ['LIST_VERSION', 1, 12]],
    ['no steps', 'trainyard: 1', ['LIST_STEPS', 1, 1]],
    ['steps that are no list', 'trainyard: 1\nsteps: 5', ['LIST_STEPS', 2, 8]],
    ['a misspelt key at the top', `trainyard: 1\nparamters: {}\nsteps:\n  ${GOOD}`, ['LIST_UNKNOWN_KEY', 2, 1]],
    ['a misspelt key of a step', list(`${GOOD}\n    parms: {}`), ['LIST_UNKNOWN_KEY', 5, 5]],
    ['a key that is no text', list(`${GOOD}\n    5: {}`), ['LIST_UNKNOWN_KEY', 5, 5]],
    ['parameters that are no map', list(GOOD, 'parameters: 5\n'), ['LIST_PARAMETERS', 2, 13]],
    ['a parameter that is a map', list(GOOD, 'parameters: { a: { b: 1 } }\n'), ['LIST_PARAMETERS', 2, 15]],
    ['a parameter without a name', list(GOOD, 'parameters: { [1]: 2 }\n'), ['LIST_PARAMETERS', 2, 15]],
    ['a step that is no map', list('- 5'), ['LIST_STEP', 3 + 1, 5]],
    ['a step of nothing', list('- as: x'), ['LIST_STEP', 4, 5]],
    ['a plugin that is no text', list('- plugin: [a]'), ['LIST_STEP', 4, 13]],
    ['a views file that is no text', list('- views: 3'), ['LIST_STEP', 4, 12]],
    ['on that is neither true nor false', list(`${GOOD}\n    on: maybe`), ['LIST_STEP', 5 + 1, 9]],
    ['inputs that are no map', list('- plugin: smoothing/gaussian\n    in: [stack#frame]'), ['LIST_STEP', 5, 9]],
    ['an input that is a number', list('- plugin: smoothing/gaussian\n    in: { image: 3 }'), ['LIST_INPUT', 5, 18]],
    ['an input that is no path', list('- plugin: smoothing/gaussian\n    in: { image: "karabo#A/B/C" }'), ['PATH_SYNTAX', 5, 11]],
    ['a template without its parameter', list('- plugin: smoothing/gaussian\n    in: { image: "karabo#{det}/B/C.x" }'), ['PATH_TEMPLATE', 5, 11]],
    ['an input that no step makes', list('- plugin: smoothing/gaussian\n    in: { image: view#later }'), ['LIST_INPUT_NOT_PRODUCED', 5, 11]],
    ['an input that a later step makes', list(`- plugin: smoothing/gaussian\n    in: { image: view#late }\n    as: early\n  ${GOOD}\n    as: late`), ['LIST_INPUT_NOT_PRODUCED', 5, 11]],
    ['a missing input', list('- plugin: smoothing/gaussian'), ['LIST_INPUT_MISSING', 4, 5]],
    ['an unknown parameter', list(`${GOOD}\n    params: { sgima: 3 }`), ['LIST_UNKNOWN_PARAMETER', 6, 15]],
    ['a parameter of the wrong type', list(`${GOOD}\n    params: { sigma: wide }`), ['PARAM_TYPE', 6, 15]],
    ['a parameter out of range', list(`${GOOD}\n    params: { sigma: 0.1 }`), ['PARAM_RANGE', 6, 15]],
    ['a list parameter that is not there', list(`${GOOD}\n    params: { sigma: "{sgima}" }`, 'parameters: {}\n'), ['LIST_PARAMETER_UNDEFINED', 7, 15]],
    ['a list parameter that nobody takes', list(GOOD, 'parameters: { sigma: 3 }\n'), ['LIST_PARAMETER_UNUSED', 2, 15, 'warning']],
    ['another major version', list('- plugin: smoothing/gaussian@3\n    in: { image: "stack#frame" }'), ['LIST_PLUGIN_MAJOR', 4, 5]],
    ['a version that is no number', list('- plugin: smoothing/gaussian@new\n    in: { image: "stack#frame" }'), ['LIST_PLUGIN_NAME', 4, 13]],
    ['two steps of one name', list(`${GOOD}\n  ${GOOD}`), ['LIST_NAME_TWICE', 6, 5]],
    ['a name that is no name', list(`${GOOD}\n    as: "a b"`), ['LIST_NAME', 4, 5]],
    ['the second of two steps on one line', 'trainyard: 1\nsteps: [{ views: ./v.ts }, { plugin: a/b }]', ['LIST_UNKNOWN_PLUGIN', 2, 30]],
    ['a step after one that is off', list(`- plugin: a/b\n    on: false\n  - plugin: smoothing/gaussian`), ['LIST_INPUT_MISSING', 6, 5]],
    ['a name from Object', list(`${GOOD}\n    params: { constructor: 3 }`), ['LIST_UNKNOWN_PARAMETER', 6, 15]],
    ['__proto__ as a parameter', list(`${GOOD}\n    params: { __proto__: { sigma: 3 } }`), ['LIST_UNKNOWN_PARAMETER', 6, 15]],
    ['a tab', 'trainyard: 1\nsteps:\n\t- plugin: a/b', ['LIST_SYNTAX', 3, 1]],
    ['a key twice', `trainyard: 1\ntrainyard: 1\nsteps: []`, ['LIST_SYNTAX', 2, 1]],
    ['a tag', 'trainyard: 1\nsteps: !!js/function "x"', ['LIST_SYNTAX', 2, 8]],
    ['two documents', 'trainyard: 1\nsteps: []\n---\na: 1', ['LIST_SYNTAX', 4, 1]],
    ['an alias', 'trainyard: 1\nparameters: { a: &x 1, b: *x }\nsteps: []', ['LIST_ALIAS', 2, 27]],
  ])('%s', (_, text, problem) => {
    const found = check(text);
    expect(found[0]!.map((part, i) => (i === 1 && typeof part === 'number' && Math.abs(part - (problem[1] as number)) <= 1 ? problem[1] : part))).toEqual(problem);
    expect(found.filter(([code]) => code !== problem[0]).length).toBeLessThanOrEqual(1);
  });
});

test('what a step with an unknown plugin makes is not judged, other names are', () => {
  expect(check(list(`- plugin: a/unknown\n  - plugin: smoothing/gaussian\n    in: { image: view#unknown/mean }\n  - plugin: smoothing/gaussian\n    as: two\n    in: { image: view#unknwn }`)).map(([code]) => code)).toEqual(['LIST_UNKNOWN_PLUGIN', 'LIST_INPUT_NOT_PRODUCED']);
});

test('a list that takes views# of a views file is not known to be wrong before the file is loaded', () => {
  const text = list(`- views: ./views.ts\n  - plugin: smoothing/gaussian\n    in: { image: view#mine }`);
  expect(check(text)).toEqual([]);
  const known = checkProcessList(parseProcessList(text, 'l.yaml'), plugins, () => ['yours']);
  expect(known.map(({ code }) => code)).toEqual(['LIST_INPUT_NOT_PRODUCED']);
});

describe('hostile files', () => {
  test.each<[string, string, string]>([
    ['a bomb of aliases', `trainyard: 1\nparameters:\n  a: &a [x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 9 }, (_, i) => `  ${'bcdefghij'[i]}: &${'bcdefghij'[i]} [${Array(9).fill(`*${'abcdefghi'[i]}`).join(',')}]`).join('\n')}\nsteps: []`, 'LIST_ALIAS'],
    ['an alias of itself', 'trainyard: 1\nsteps: &a [*a]', 'LIST_ALIAS'],
    ['half a million brackets', '['.repeat(500_000), 'LIST_SYNTAX'],
    ['deep maps', `trainyard: 1\nsteps:\n- plugin: smoothing/gaussian\n  params: ${'{a: '.repeat(5000)}1${'}'.repeat(5000)}`, 'LIST_'],
    ['two million letters', 'a'.repeat(2_000_000), 'LIST_TOO_LARGE'],
    ['zero bytes', '\u0000\u0001\u0002', 'LIST_FORM'],
    ['a key that is a map', '? { a: 1 }\n: 2', 'LIST_UNKNOWN_KEY'],
  ])('%s', (_, text, code) => {
    const start = performance.now();
    expect(check(text)[0]![0]).toMatch(code);
    expect(performance.now() - start).toBeLessThan(15_000);
  });

  test('many steps take time in proportion', () => {
    const text = list(Array.from({ length: 8000 }, (_, i) => `- {plugin: smoothing/gaussian, as: s${i}, ${IN}}`).join('\n  '));
    const start = performance.now();
    expect(check(text)).toEqual([]);
    expect(performance.now() - start).toBeLessThan(15_000);
  });

  test('nothing reaches the prototype of objects', () => {
    checkProcessList(parseProcessList('trainyard: 1\n__proto__: { polluted: 1 }\nparameters: { __proto__: { polluted: 1 } }\nsteps:\n- plugin: smoothing/gaussian\n  in: { __proto__: { polluted: 1 } }\n  params: { __proto__: { polluted: 1 } }', 'l.yaml'), plugins);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('no text makes the parser throw', () => {
    const words = fc.constantFrom('trainyard: 1', 'steps:', '- plugin: smoothing/gaussian', 'in:', '{', '}', '[', ']', 'params: {', '&a', '*a', '!!map', '? ', ': ', '- ', '\n', '\n  ', '\n\t', '"', "'", '|', '>', '---', '...', '%', '#', '{sigma}', 'on: false', 'views: 5', '<<', '~', '.nan', '__proto__');
    fc.assert(fc.property(fc.oneof(fc.string(), fc.array(words, { maxLength: 20 }).map((parts) => parts.join(' ')), fc.array(words, { maxLength: 20 }).map((parts) => `trainyard: 1\nsteps:\n${parts.join('')}`)), (text) => {
      for (const { code, message, where } of checkProcessList(parseProcessList(text, 'l.yaml'), plugins)) {
        expect(code).toMatch(/^[A-Z_]+$/);
        expect(message).not.toBe('');
        expect(where?.file).toBe('l.yaml');
      }
    }), { numRuns: 300 });
  });
});

test('"{name}" takes a list parameter, anything around it does not', () => {
  expect(['{sigma}', '{a_1}', '{}', '{a b}', 'x{a}', '{a}{b}', 5, undefined].map(listParameterOf)).toEqual(['sigma', 'a_1', undefined, undefined, undefined, undefined, undefined, undefined]);
});
