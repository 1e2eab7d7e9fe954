import { expect, it } from 'vitest';
import { ScalarHistory } from './scalar-history.ts';

it('keeps the last values by train ID', () => {
  const history = new ScalarHistory(100);
  for (let train = 0; train < 500; train++) history.push(train, train * 2);
  const [trains, values] = history.columns();
  expect([trains.length, trains[0], trains.at(-1), values.at(-1), history.length]).toEqual([100, 400, 499, 998, 100]);
});

it('shows NaN and a pause of over 50 trains as gaps', () => {
  const history = new ScalarHistory();
  history.push(1, 1);
  history.push(2, Number.NaN);
  history.push(100, 3);
  expect(history.columns()).toEqual([[1, 2, 3, 100], [1, null, null, 3]]);
});

it('puts a late train in its place, replaces one that came twice, and begins again when the source did', () => {
  const history = new ScalarHistory();
  for (const train of [1000, 1002, 1001, 1001]) history.push(train, train);
  expect(history.columns()[0]).toEqual([1000, 1001, 1002]);
  history.push(5, 5);
  expect(history.columns()).toEqual([[5], [5]]);
});
