import { encode } from '@msgpack/msgpack';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeHistory, encodeHistory } from './history.ts';
import type { History } from './page.ts';

const good: History = { id: 'views/x', width: 4, trainId: Float64Array.of(1e9, 1e9 + 4), min: Float64Array.of(1, Number.NaN), max: Float64Array.of(3, Number.NaN), mean: Float64Array.of(2, Number.NaN), count: Uint32Array.of(4, 0), first: 1e9, last: 1e9 + 7 };

test('a history comes back as it was', () => {
  const numbers = fc.array(fc.double(), { maxLength: 50 });
  fc.assert(fc.property(fc.string(), fc.integer({ min: 0, max: 20 }), numbers, (id, power, values) => {
    const width = 2 ** power;
    const column = Float64Array.from(values);
    const history: History = { id, width, trainId: column.map((_, i) => 1e9 + i * width), min: column, max: column, mean: column, count: Uint32Array.from(values, (_, i) => i), first: 1e9, last: 1e9 + values.length * width };
    expect(decodeHistory(encodeHistory(history))).toEqual(history);
  }));
});

test('a history that is not to be believed', () => {
  const bytes = encodeHistory(good);
  for (let length = 0; length < bytes.length; length++) expect(() => decodeHistory(bytes.subarray(0, length))).toThrow(RangeError);
  const bad: Record<string, unknown>[] = [{ width: 0 }, { width: 1.5 }, { first: '1' }, { id: 7 }, { max: Float64Array.of(1) }, { mean: Float32Array.of(1, 2) }, { count: Float64Array.of(1, 2) }, { trainId: Float64Array.of(2, 1) }, { trainId: Float64Array.of(Number.NaN, 1) }];
  for (const part of bad) expect(() => decodeHistory(encodeHistory({ ...good, ...part } as History)), JSON.stringify(part)).toThrow(/^HISTORY: /);
  for (const value of [5, null, [1]]) expect(() => decodeHistory(encode(value))).toThrow(RangeError);
});
