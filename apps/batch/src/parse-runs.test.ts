import { expect, test } from 'vitest';
import { parseRuns } from './parse-runs.ts';

test('numbers and ranges, in order, each once', () => {
  expect(parseRuns('1,2-4')).toEqual([1, 2, 3, 4]);
  expect(parseRuns(' 12 , 3-5,4, r0007')).toEqual([3, 4, 5, 7, 12]);
  expect(parseRuns('0-0')).toEqual([0]);
});

test.each(['', '1,', 'x', '4-2', '1..3', '-3', '12345', '1-2-3'])('"%s" is refused', (text) => {
  expect(() => parseRuns(text)).toThrow(expect.objectContaining({ code: 'JOB_RUNS' }));
});
