import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readWants } from './read-wants.ts';

const read = (as: unknown): unknown => readWants([{ key: 'k', id: 'v/x', as }])[0]?.as;

test('what is asked for is kept, numbers are brought within their bounds', () => {
  expect(read({ as: 'whole', more: 1 })).toEqual({ as: 'whole' });
  expect(read({ as: 'curve', pixels: 900, window: [10, 20] })).toEqual({ as: 'curve', pixels: 900, window: [10, 20] });
  expect(read({ as: 'curve', pixels: 1e9, window: [-5, 1e99] })).toEqual({ as: 'curve', pixels: 8192, window: [0, 2 ** 31] });
  expect(read({ as: 'curve', window: [1] })).toEqual({ as: 'curve', pixels: 1024 });
  expect(read({ as: 'picture', block: 4, window: [1.5, 2, 3, 4], plane: [3, null], scale: 'log', bits: 8, percent: 1 })).toEqual({ as: 'picture', block: 4, window: [1, 2, 3, 4], plane: [3, 0], scale: 'log', bits: 8, percent: 1 });
  expect(read({ as: 'picture', block: 99, bits: 16, percent: 1 })).toEqual({ as: 'picture', block: 64, scale: 'linear', bits: 16 });
  expect(read({ as: 'picture', block: 3, bits: 'exact' })).toEqual({ as: 'picture', block: 1, scale: 'linear', bits: 'exact' });
  expect(read({ as: 'picture', bits: 8, percent: 50 })).toEqual({ as: 'picture', block: 1, scale: 'linear', bits: 8, percent: 0 });
});

test('what cannot be read is left out: at most 500, texts of some length, each key once', () => {
  const want = { key: 'k', id: 'v/x', as: { as: 'whole' } };
  expect(readWants([null, 3, {}, { ...want, key: 1 }, { ...want, id: '' }, { ...want, id: 'x'.repeat(301) }, { ...want, key: 'x'.repeat(1001) }, { ...want, as: 'whole' }, { ...want, as: { as: 'toString' } }, want])).toEqual([want]);
  expect(readWants([want, { ...want, id: 'v/y' }])).toEqual([{ ...want, id: 'v/y' }]);
  expect(readWants(Array.from({ length: 700 }, (_, i) => ({ ...want, key: `${i}` })))).toHaveLength(500);
  for (const none of [undefined, null, {}, 'x']) expect(readWants(none)).toEqual([]);
});

test('whatever comes, what is read is a want', () => {
  const anything = fc.anything({ withBigInt: true, withObjectString: true });
  const as = fc.record({ as: fc.constantFrom('whole', 'curve', 'picture'), pixels: anything, block: anything, window: anything, plane: anything, scale: anything, bits: anything, percent: anything }, { requiredKeys: ['as'] });
  fc.assert(fc.property(fc.array(fc.oneof(anything, fc.record({ key: fc.string(), id: fc.string(), as: fc.oneof(as, anything) }))), (asked) => {
    const wants = readWants(asked);
    // Read again it is the same: nothing is in it that the first reading let through by mistake.
    expect(readWants(JSON.parse(JSON.stringify(wants)))).toEqual(wants);
  }));
});
