import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { YardError, didYouMean, formatProblem } from './problem.ts';
import { closest, editDistance } from './suggest.ts';

test.each([['', '', 0], ['sigma', 'sigma', 0], ['sgima', 'sigma', 1], ['sigm', 'sigma', 1], ['sigmaa', 'sigma', 1], ['kitten', 'sitting', 3]])('%j to %j takes %i edits', (a, b, edits) => {
  expect(editDistance(a, b)).toBe(edits);
});

test('a distance is symmetric, at most the longer word, and cut at its limit', () => {
  fc.assert(fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
    const distance = editDistance(a, b);
    expect(editDistance(b, a)).toBe(distance);
    expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
    expect(distance === 0).toBe(a === b);
    if (Math.abs(a.length - b.length) > 2) expect(editDistance(a, b, 2)).toBe(3);
  }));
});

test('closest finds a slip of the finger and nothing else', () => {
  const known = ['smoothed', 'total', 'spread', 'TimingTool/edge'];
  expect(closest('smothed', known)).toBe('smoothed');
  expect(closest('TOTAL', known)).toBe('total');
  expect(closest('timingtool/egde', known)).toBe('TimingTool/edge');
  expect(closest('xyzzy', known)).toBeUndefined();
  expect(closest('total', [])).toBeUndefined();
});

test('problems read as one line', () => {
  expect(didYouMean('totl', ['total'])).toBe(' Did you mean "total"?');
  expect(didYouMean('qqqqqq', ['total'])).toBe('');
  const where = { file: 'views.ts', line: 12, column: 5 };
  expect(formatProblem({ severity: 'error', code: 'X_Y', message: 'It is wrong.', where })).toBe('views.ts:12:5: error: It is wrong. (X_Y)');
  expect(formatProblem({ severity: 'warning', code: 'X_Y', message: 'It is odd.', where: { file: 'l.yaml' } })).toBe('l.yaml: warning: It is odd. (X_Y)');
  expect(formatProblem({ severity: 'warning', code: 'X_Y', message: 'It is odd.' })).toBe('warning: It is odd. (X_Y)');
  expect(new YardError('CODE', 'text', where)).toMatchObject({ name: 'YardError', code: 'CODE', message: 'text', where });
});
