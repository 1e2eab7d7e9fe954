import { describe, expect, test } from 'vitest';
import { collectDeclarations } from './declarations.ts';
import { asParameter, choice, parameters, readParameter, slider, type Parameter } from './parameters.ts';

describe('readParameter', () => {
  const sigma = slider(5, 0.5, 20, 'px');
  const integer: Parameter = { type: 'integer', default: 1, min: 0 };
  const flag = asParameter(true);
  const text = asParameter('a');
  const mode = choice('fast', ['fast', 'exact']);
  const list: Parameter = { type: 'numbers', default: [1], min: 0, max: 10 };

  test.each<[string, Parameter, unknown, unknown]>([
    ['a number', sigma, 3, 3],
    ['a number as text', sigma, ' 3.5 ', 3.5],
    ['a lower bound itself', sigma, 0.5, 0.5],
    ['an upper bound itself', sigma, '20', 20],
    ['a whole number', integer, '7', 7],
    ['true', flag, 'true', true],
    ['false', flag, false, false],
    ['a text', text, '', ''],
    ['a text that looks like a number', text, '3', '3'],
    ['one of the words', mode, 'exact', 'exact'],
    ['a list', list, [1, 2], [1, 2]],
    ['a list as text', list, '1, 2,3', [1, 2, 3]],
    ['a list in brackets', list, '[1,2]', [1, 2]],
    ['an empty list', list, [], []],
  ])('takes %s', (_, spec, value, read) => {
    expect(readParameter('p', spec, value)).toEqual(read);
  });

  test.each<[string, Parameter, unknown, string, string]>([
    ['a word for a number', sigma, 'wide', 'PARAM_TYPE', 'sigma must be a number, not "wide".'],
    ['an empty text for a number', sigma, '', 'PARAM_TYPE', 'must be a number'],
    ['NaN', sigma, NaN, 'PARAM_TYPE', 'must be a number'],
    ['null', sigma, null, 'PARAM_TYPE', 'not null'],
    ['an object', sigma, { valueOf: () => 3 }, 'PARAM_TYPE', 'must be a number'],
    ['too small', sigma, 0.4, 'PARAM_RANGE', 'sigma must lie between 0.5 and 20 px, not be 0.4.'],
    ['too large', sigma, '21', 'PARAM_RANGE', 'not be 21'],
    ['a bound on one side', integer, -1, 'PARAM_RANGE', 'between 0 and Infinity'],
    ['a part of a number', integer, 1.5, 'PARAM_TYPE', 'a whole number'],
    ['yes for a switch', flag, 'yes', 'PARAM_TYPE', 'true or false'],
    ['1 for a switch', flag, 1, 'PARAM_TYPE', 'true or false'],
    ['a number for a text', text, 3, 'PARAM_TYPE', 'must be a text'],
    ['another word', mode, 'slow', 'PARAM_TYPE', 'one of fast, exact'],
    ['a list with a gap', list, '1,,2', 'PARAM_TYPE', 'a list of numbers'],
    ['an empty text for a list', list, '', 'PARAM_TYPE', 'a list of numbers'],
    ['a list of texts', list, ['1'], 'PARAM_TYPE', 'a list of numbers'],
    ['a list out of bounds', list, [1, 11], 'PARAM_RANGE', 'not be 11'],
  ])('refuses %s', (_, spec, value, code, message) => {
    expect(() => readParameter('sigma', spec, value)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));
  });
});

describe('parameters', () => {
  test('are read through the object, as the runtime sets them', async () => {
    const { result: p, declared } = await collectDeclarations(() => Promise.resolve(parameters({ sigma: slider(5, 0.5, 20), on: true, name: 'x', mode: choice('a', ['a', 'b']), roi: [1, 2] })));
    expect({ ...p }).toEqual({ sigma: 5, on: true, name: 'x', mode: 'a', roi: [1, 2] });
    const [set] = declared.parameters;
    expect(Object.values(set!.specs).map((spec) => spec.type)).toEqual(['number', 'boolean', 'string', 'choice', 'numbers']);
    set!.values['sigma'] = 7;
    expect(p.sigma).toBe(7);
    expect(() => Object.assign(p, { sigma: 1 })).toThrow(TypeError);
  });

  test('a default out of its own bounds is refused where it is declared', () => {
    expect(() => parameters({ sigma: slider(50, 0, 20) })).toThrow(expect.objectContaining({ code: 'PARAM_RANGE' }));
  });

  test('declarations of two files loaded one inside the other stay apart', async () => {
    const outer = await collectDeclarations(async () => {
      parameters({ a: 1 });
      const inner = await collectDeclarations(() => Promise.resolve(parameters({ b: 1 })));
      parameters({ c: 1 });
      return inner.declared.parameters.map((set) => Object.keys(set.specs));
    });
    expect(outer.result).toEqual([['b']]);
    expect(outer.declared.parameters.map((set) => Object.keys(set.specs))).toEqual([['a'], ['c']]);
  });
});
