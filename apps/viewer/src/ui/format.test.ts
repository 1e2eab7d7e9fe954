import { expect, it } from 'vitest';
import { formatAge, formatNumber, formatRate, formatTick, formatWhere } from './format.ts';

it('formatNumber is short and never loses the sign or the power', () => {
  expect([0, 12, -3.2715926, 1.5e-7, 6.02e23, 2_123_456_789.5, Number.NaN, -Infinity].map((x) => formatNumber(x))).toEqual(['0', '12', '−3.2716', '1.5e-7', '6.02e23', '2.123e9', 'NaN', '−∞']);
});

it('formatTick, formatRate, formatAge', () => {
  expect([10_000, 2_500_000, 0.25].map(formatTick)).toEqual(['10k', '2.5M', '0.25']);
  expect([0, 0.5, 9.97, 4512].map(formatRate)).toEqual(['0.0 Hz', '0.50 Hz', '10.0 Hz', '4512 Hz']);
  expect([200, 30_000, 600_000, 7_200_000].map(formatAge)).toEqual(['0.2 s', '30 s', '10 min', '2 h']);
});

it('formatWhere is what an editor understands', () => {
  expect(formatWhere({ file: '/a/b/views.ts', line: 12, column: 5 })).toBe('views.ts:12:5');
  expect(formatWhere({ file: 'C:\\a\\views.ts', line: 12 })).toBe('views.ts:12');
  expect(formatWhere(undefined)).toBe('');
});
