import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Labelled, parseDataPath, type NdArray } from '@trainyard/core';
import { ResultsWriter, type ResultValue, type ResultView, type RowLabels } from '@trainyard/nexus';
import type { TrainTask } from '../worker/messages.ts';
import { resultsInputs } from '../worker/train-inputs.ts';
import { RecordedResults } from './recorded-results.ts';
import { RecordedTrains } from './recorded-trains.ts';

const folder = mkdtempSync(join(tmpdir(), 'yard-results-'));
const path = join(folder, 'out.h5');
const FIRST = 6400 - 4;
let results: RecordedResults;

const view = (name: string, kind: ResultView['kind'], more: Partial<ResultView> = {}): ResultView => ({ id: `v/${name}`, group: 'v', name, kind, stage: 'pool', cumulative: false, ...more });
const floats = (...values: number[]): ResultValue => ({ dtype: 'float32', shape: [values.length], data: Float32Array.from(values) });

beforeAll(async () => {
  const writer = await ResultsWriter.create(path, { views: [view('total', 'scalar'), view('grows', 'vector'), view('image', 'image'), view('pair', 'vector'), view('pulse', 'vector'), view('says', 'text'), view('spread', 'vector', { stage: 'reduce', cumulative: true }), view('never', 'scalar')] });
  const labels: RowLabels = { unit: 'ADU', axes: [{ name: 'y' }, { name: 'x', unit: 'mm', values: [0, 0.5, 1] }], errors: { dtype: 'float32', shape: [2, 3], data: new Float32Array(6).fill(2) } };
  for (let i = 0; i < 8; i++) {
    const failed = i === 2 || i === 3;
    const value = (of: ResultValue, more?: RowLabels) => ({ code: 0, value: of, ...(more && { labels: more }) });
    writer.addTrain(FIRST + i, new Map([
      ['v/total', failed ? { code: 3 } : value(i)],
      ['v/grows', value(floats(...Array.from({ length: i }, (_, k) => k)))],
      ['v/image', value({ dtype: 'int16', shape: [2, 3], data: new Int16Array(6).fill(i) }, labels)],
      ['v/pair', value({ a: { dtype: 'float64', shape: [2], data: Float64Array.of(i, 1) }, b: [i, 2] })],
      ['v/pulse', value({ real: { dtype: 'float64', shape: [3], data: Float64Array.of(i, 1, 2) } }, { axes: [{ name: 'time', unit: 's', values: [0, 0.5, 1] }] })],
      ['v/says', value(`train ${i}`)],
      ['v/spread', { code: 0 }],
      ['v/never', { code: 2 }],
    ]), i === 2 ? new Map([['v/total', { outcome: 'failed' as const, message: 'no peak', where: { file: 'views.ts', line: 3 } }]]) : undefined);
    if (i === 3) writer.addBlock('v/spread', { block: 99, lastTrainId: FIRST + 3, value: floats(1, 2) });
  }
  writer.addBlock('v/spread', { block: 100, lastTrainId: FIRST + 7, value: floats(3, 4) });
  writer.setFinal('v/spread', floats(4, 6), { unit: 'counts' }, []);
  writer.close();
  results = await RecordedResults.open(path);
});
afterAll(() => {
  results.close();
  rmSync(folder, { recursive: true });
});

/** What a view, or a viewer, has of a path at the train that many after the first. */
const at = (i: number, text: string): unknown => {
  const found = resultsInputs({ type: 'train', seq: 0, trainId: FIRST + i } as TrainTask, results).get(text, parseDataPath(text));
  return 'value' in found ? found.value : found.missing;
};
const numbers = (value: unknown): unknown => (value instanceof Labelled ? value.array : (value as NdArray)).toNested();

test('the tree has a source for each view, with a key for each series', async () => {
  const { sources } = results.tree;
  expect(Object.fromEntries(sources.map(({ name, keys }) => [name, keys.map(({ key, dtype, shape }) => `${key} ${dtype}${shape.length ? ` (${shape.join(', ')})` : ''}`)]))).toEqual({
    'yard/v/total': ['data float64', 'outcome str'],
    'yard/v/grows': ['data float32 (0)', 'outcome str'],
    'yard/v/image': ['data int16 (2, 3)', 'outcome str'],
    'yard/v/pair': ['data series', 'data.a float64 (2)', 'data.b float64 (2)', 'outcome str'],
    'yard/v/pulse': ['data series', 'data.real float64 (3)', 'outcome str'],
    'yard/v/says': ['data str', 'outcome str'],
    'yard/v/spread': ['data float32 (2)', 'final float32 (2)', 'outcome str'],
    'yard/v/never': ['outcome str'],
  });
  const kinds = sources.flatMap(({ name, keys }) => keys.flatMap(({ key, kind }) => (kind ? [`${name} ${key} ${kind}`] : [])));
  expect(kinds.sort()).toEqual(['yard/v/grows data vector', 'yard/v/image data image', 'yard/v/pair data vector', 'yard/v/pulse data vector', 'yard/v/says data text', 'yard/v/spread data vector', 'yard/v/spread final vector', 'yard/v/total data scalar']);
  const trains = await RecordedTrains.ofResults(path, { from: 1, to: Infinity });
  expect(trains).toMatchObject({ tree: results.tree, total: 7, files: [path], status: { kind: 'results', what: path } });
  await trains.close();
});

test('series have the axis that they share again', () => {
  const pulse = at(4, 'karabo#yard/v/pulse[data]') as Labelled;
  expect([numbers((pulse.array as unknown as Record<string, NdArray>)['real']), pulse.labels.axes]).toEqual([[4, 1, 2], [{ name: 'time', unit: 's', values: Float64Array.of(0, 0.5, 1) }]]);
  expect(numbers(at(4, 'karabo#yard/v/pulse[data.real]'))).toEqual([4, 1, 2]);
});

test('every path of the tree reads back as the value that the view gave', () => {
  for (const { path: text } of results.tree.sources.flatMap(({ keys }) => keys)) expect(String(at(5, text))).not.toContain(': ');
  expect([at(5, 'karabo#yard/v/total[data]'), at(5, 'yard/v/says.data'), at(5, 'karabo#yard/v/total[outcome]'), at(5, 'internal#train_id')]).toEqual([5, 'train 5', 'value', FIRST + 5]);
  expect([0, 3, 7].map((i) => numbers(at(i, 'karabo#yard/v/grows[data]')))).toEqual([[], [0, 1, 2], [0, 1, 2, 3, 4, 5, 6]]);
  expect(numbers(at(6, 'karabo#yard/v/pair[data.a]'))).toEqual([6, 1]);
  expect(at(6, 'karabo#yard/v/pair[data]')).toMatchObject({ a: { shape: [2] }, b: { shape: [2] } });
});

test('labels come with it', () => {
  const image = at(4, 'karabo#yard/v/image[data]') as Labelled;
  expect(image).toBeInstanceOf(Labelled);
  expect(image.array).toMatchObject({ dtype: 'int16', shape: [2, 3] });
  expect(image.labels).toMatchObject({ unit: 'ADU', axes: [{ name: '.' }, { name: 'x', unit: 'mm', values: Float64Array.of(0, 0.5, 1) }] });
  expect(numbers(image.labels.errors)).toEqual([[2, 2, 2], [2, 2, 2]]);
});

test('a reducer over all trains has the value of the block at each train, and the final one at all', () => {
  expect([0, 3, 4, 7].map((i) => numbers(at(i, 'karabo#yard/v/spread[data]')))).toEqual([[1, 2], [1, 2], [3, 4], [3, 4]]);
  expect([0, 7].map((i) => numbers(at(i, 'karabo#yard/v/spread[final]')))).toEqual([[4, 6], [4, 6]]);
});

test('where there is no value it is said why there was none, or what there is', () => {
  expect(at(3, 'karabo#yard/v/total[data]')).toBe('karabo#yard/v/total.data: the outcome was failed when this was written: no peak');
  expect(at(0, 'karabo#yard/v/never[data]')).toBe('karabo#yard/v/never.data: the outcome was missing when this was written');
  expect(at(3, 'karabo#yard/v/total[outcome]')).toBe('failed');
  expect(at(0, 'karabo#yard/v/totl[data]')).toContain('Did you mean "yard/v/total"?');
  expect(at(0, 'karabo#yard/v/total[dat]')).toContain('Did you mean "data"?');
  for (const name of ['constructor', 'toString', 'c']) expect(at(0, `karabo#yard/v/pair[data.${name}]`)).toContain(`there is no ${name} in it`);
  expect(at(0, 'stack#frame')).toContain('a results file has what views gave');
});
