import type { PanelData } from '@trainyard/control';
import { ndarray } from '@trainyard/nd';
import { expect, it } from 'vitest';
import { cellText, columnsOf, rowOrder } from './table-columns.ts';

it('has columns by name, of a 2-D array by number', () => {
  expect(columnsOf({ n: ndarray(Int32Array.of(1, 2), [2]), name: ['a', 'b'] }).map(({ name, values, numeric }) => [name, Array.from(values), numeric])).toEqual([['n', [1, 2], true], ['name', ['a', 'b'], false]]);
  expect(columnsOf(ndarray(Float64Array.of(1, 2, 3, 4, 5, 6), [3, 2])).map(({ name, values }) => [name, values])).toEqual([['0', [1, 3, 5]], ['1', [2, 4, 6]]]);
  expect(columnsOf(true)).toEqual([{ name: 'value', values: ['true'], numeric: false }]);
});

it('has the lists and objects of a stream', () => {
  const of = (value: unknown) => columnsOf(value as PanelData).map(({ name, values }) => [name, Array.from(values)]);
  expect(of(['OPEN', 'shut'])).toEqual([['value', ['OPEN', 'shut']]]);
  expect(of({ mode: 'SASE', at: 4, more: { a: [1] } })).toEqual([['mode', ['SASE']], ['at', [4]], ['more', ['{"a":[1]}']]]);
});

it('sorts numbers as numbers, texts with numbers in them by these, and what is missing last', () => {
  const order = (values: (number | string)[], falling = false) => rowOrder({ name: '', values, numeric: true }, values.length + 1, falling);
  expect(order([10, 9, Number.NaN, 9])).toEqual([1, 3, 0, 2, 4]);
  expect(order([10, 9, Number.NaN, 9], true)).toEqual([0, 1, 3, 2, 4]);
  expect(order(['run 10', 'run 9'])).toEqual([1, 0, 2]);
});

it('says what is missing', () => {
  expect([cellText(undefined, 6), cellText(1.23456789, 4), cellText('x', 6)]).toEqual(['–', '1.235', 'x']);
});
