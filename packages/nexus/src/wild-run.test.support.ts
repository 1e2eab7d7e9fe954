import { outcomeNames, type Reason } from '@trainyard/core';
import { numberTypes, type NumberData, type NumberType } from './file/dtype.ts';
import type { ArrayValue, ResultView, RowLabels, SeriesValue } from './result-view.ts';
import type { ResultsWriter, TrainOutcome } from './results-writer.ts';

/** A view for tests. */
export function viewOf(id: string, more: Partial<ResultView> = {}): ResultView {
  const [group, name] = id.split('/') as [string, string];
  return { id, group, name, kind: 'scalar', stage: 'pool', cumulative: false, ...more };
}

/** An array of one repeated value. */
export function filled(dtype: NumberType, shape: readonly number[], value: number): ArrayValue {
  const size = shape.reduce((product, length) => product * length, 1);
  const big = dtype === 'int64' || dtype === 'uint64';
  const data = big ? new numberTypes[dtype](size).fill(BigInt(Math.trunc(value))) : (new numberTypes[dtype](size) as Float64Array).fill(value);
  return { dtype, shape, data: data as NumberData };
}

/** Numbers in [0, 1) from a seed. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) >>> 0;
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
  };
}

export interface Train {
  readonly trainId: number;
  readonly outcomes: Map<string, TrainOutcome>;
  readonly reasons: Map<string, Reason>;
}

/** Views whose shapes, types, names and labels change between trains in every way that a user's code may bring about. */
export const wildViews: readonly ResultView[] = [
  viewOf('views/number', { unit: 'ADU' }),
  viewOf('views/flag'),
  viewOf('views/text', { kind: 'text' }),
  viewOf('views/image', { kind: 'image', title: 'A camera' }),
  viewOf('views/vector', { kind: 'vector' }),
  viewOf('views/wild', { kind: 'matrix' }),
  viewOf('views/table', { kind: 'table' }),
  viewOf('views/curves', { kind: 'vector' }),
  viewOf('left/labelled', { kind: 'vector', hash: 'abc' }),
  viewOf('left/never'),
  viewOf('sums/total', { kind: 'vector', stage: 'reduce', cumulative: true }),
];

/** The content is a function of seed and train ID, so that a part of the run holds the same. */
export function wildTrain(seed: number, trainId: number): Train {
  const random = randomOf(seed * 7919 + trainId);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)];
  const value = (): number => pick([0, -0, NaN, 1.5, -3, 1e300, trainId % 97]);
  const types: readonly NumberType[] = seed % 3 === 0 ? ['float32'] : seed % 3 === 1 ? ['uint8', 'int8', 'uint16'] : (Object.keys(numberTypes) as NumberType[]);
  const small = (): number => Math.floor(random() * 4);
  const array = (shape: readonly number[]): ArrayValue => {
    const dtype = pick(types);
    return filled(dtype, shape, dtype === 'bool' ? small() % 2 : dtype.startsWith('float') ? value() : small());
  };
  const outcomes = new Map<string, TrainOutcome>();
  const reasons = new Map<string, Reason>();
  const give = (id: string, make: () => TrainOutcome['value'], labels?: RowLabels): void => {
    const code = random() < 0.7 ? 0 : 1 + Math.floor(random() * 5);
    if (code === 0) outcomes.set(id, { code, value: make()!, ...(labels && { labels }) });
    else {
      outcomes.set(id, { code });
      reasons.set(id, { outcome: outcomeNames[code] as Reason['outcome'], message: `no ${pick(['light', 'beam', 'train'])}`, ...(code === 3 && { where: { file: 'views.ts', line: 3 } }) });
    }
  };
  give('views/number', value);
  give('views/flag', () => (seed % 2 === 0 ? random() < 0.5 : pick([true, 2, 3n])));
  give('views/text', () => pick(['', 'ja', 'größer', 'x'.repeat(trainId % 40)]));
  give('views/image', () => filled('float32', [20, 30], value()), { unit: 'counts', axes: [{ name: 'y', unit: 'mm', values: Array.from({ length: 20 }, (_, i) => i) }, { name: 'x', values: Float64Array.from({ length: 30 }, (_, i) => i / 2) }] });
  give('views/vector', () => array([small()]));
  give('views/wild', () => pick<() => ArrayValue>([() => array([2, 3]), () => array([small(), 3]), () => array([small(), small(), 2]), () => array([])].slice(0, (seed % 4) + 1))());
  const column = (): SeriesValue => pick<SeriesValue>([[1, 2, 3], [1, 'two'], [], ['a', 'b']].slice(0, (seed % 4) + 1));
  give('views/table', () => ({ peak: [trainId, 2, 3], 'odd/name': column(), ...(random() < 0.8 && { extra: [1] }) }));
  give('views/curves', () => (random() < (seed % 2) * 0.3 ? array([4]) : { up: array([4]), down: filled('float64', [seed % 2 === 0 ? 4 : small()], value()) }));
  const length = seed % 2 === 0 ? 3 : small();
  give('left/labelled', () => filled('float64', [length], value()), random() < (seed % 3) / 2 ? undefined : { axes: [{ name: 'data', values: Array.from({ length: length + 1 }, (_, i) => i) }], ...(random() < 0.7 && { errors: filled('float64', [length], 1) }) });
  return { trainId, outcomes, reasons };
}

/** Writes a range of the run as the runtime does: a block's value when the block is over. */
export function writeTrains(writer: ResultsWriter, trains: readonly Train[]): void {
  const block = (trainId: number): number => Math.floor(trainId / 64);
  trains.forEach((train, i) => {
    writer.addTrain(train.trainId, train.outcomes, train.reasons);
    const next = trains[i + 1];
    if (next && block(next.trainId) === block(train.trainId)) return;
    const value = filled('float64', [4], block(train.trainId));
    writer.addBlock('sums/total', { block: block(train.trainId), lastTrainId: train.trainId, value, labels: { axes: [{ name: 'edge', values: [0, 1, 2, 3, 4] }] } });
  });
}
