import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openHdf5 } from '@trainyard/hdf5';
import { ResultsWriter, diffResults, mergeResults, readResults, type ResultsOptions, type RowLabels } from './index.ts';
import { filled, viewOf, wildTrain, wildViews, writeTrains, type Train } from './wild-run.test.support.ts';

const folder = mkdtempSync(join(tmpdir(), 'nexus-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
const FIRST = 64 * 1000 + 20;
const options: ResultsOptions = { views: wildViews, force: true, title: 'a run', provenance: { list: 'trainyard: 1', version: '0.1.0', argv: ['yard', 'run'] } };

function trainsOf(seed: number, from: number, to: number): Train[] {
  return Array.from({ length: to - from }, (_, i) => from + i).filter((trainId) => trainId % 11 !== 0).map((trainId) => wildTrain(seed, trainId));
}

async function write(path: string, trains: readonly Train[], more: Partial<ResultsOptions> = {}): Promise<void> {
  const writer = await ResultsWriter.create(path, { ...options, ...more });
  writer.addParameter('views.sigma', 5, 'px');
  writeTrains(writer, trains);
  const blocks = [...new Set(trains.map((train) => Math.floor(train.trainId / 64)))];
  writer.setFinal('sums/total', filled('float64', [4], trains.length), { unit: 'counts' }, blocks.map((index) => ({ level: 0, index, state: { sum: Float64Array.of(index, NaN) } })));
  writer.close();
}

describe('what was written', () => {
  test('is read back value by value', async () => {
    const trains = trainsOf(4, FIRST, FIRST + 100);
    await write(at('read.h5'), trains);
    const file = await readResults(at('read.h5'));
    expect(file.title).toBe('a run');
    expect(file.provenance).toEqual(options.provenance);
    expect(file.parameters).toEqual({ 'views.sigma': 5 });
    expect([...file.trainIds]).toEqual(trains.map((train) => train.trainId));
    expect(file.views.map((view) => view.id).sort()).toEqual(wildViews.map((view) => view.id).sort());
    expect(file.views.find((view) => view.id === 'left/labelled')).toEqual(wildViews.find((view) => view.id === 'left/labelled'));
    for (const id of ['views/number', 'views/text']) {
      const given = trains.filter((train) => train.outcomes.get(id)!.code === 0);
      expect([...file.rowTrainIds(id)]).toEqual(given.map((train) => train.trainId));
      const values = [...file.rows(id)].map((row) => (typeof row.value === 'number' ? row.value : (row.value as { data: string[] }).data[0]));
      expect(values).toEqual(given.map((train) => train.outcomes.get(id)!.value));
      expect([...file.outcomes(id)]).toEqual(trains.map((train) => train.outcomes.get(id)!.code));
    }
    const image = [...file.rows('views/image', 1, 2)][0];
    expect(image.labels?.axes?.map((axis) => [axis.name, axis.unit, axis.values?.length])).toEqual([['y', 'mm', 20], ['x', undefined, 30]]);
    expect(image.labels?.unit).toBe('counts');
    expect(file.final('sums/total')).toMatchObject({ value: { shape: [4], data: Float64Array.of(90, 90, 90, 90) }, labels: { unit: 'counts' } });
    expect(file.nodes('sums/total')[1]).toEqual({ level: 0, index: 1001, state: { sum: Float64Array.of(1001, NaN) } });
    expect(file.reasons().find((reason) => reason.outcome === 'failed')?.where).toBe('views.ts:3');
    expect(() => file.outcomes('views/total')).toThrow('There is no view views/total');
    file.close();
  });

  test('has the axes of a final value where they are not those of the rows, and its counts', async () => {
    const names = ['v/same', 'v/grown', 'v/only'];
    const writer = await ResultsWriter.create(at('final.h5'), { force: true, views: names.map((id) => viewOf(id, { kind: 'vector', stage: 'reduce', cumulative: true })) });
    const edges = (...values: number[]): RowLabels => ({ unit: 'counts', axes: [{ name: 'value', unit: 'ADU', values }], counts: { nan: 3, units: 5 } });
    for (const [i, grown] of [edges(0, 1, 2), edges(0, 2, 4)].entries()) {
      writer.addBlock('v/same', { block: i, lastTrainId: i * 64, value: filled('float64', [2], 1), labels: edges(0, 1, 2) });
      writer.addBlock('v/grown', { block: i, lastTrainId: i * 64, value: filled('float64', [2], 1), labels: grown });
    }
    for (const id of names) writer.setFinal(id, filled('float64', [3], 9), id === 'v/same' ? edges(0, 1, 2) : edges(0, 4, 8, 12), []);
    writer.close();
    const file = await readResults(at('final.h5'));
    const axesOf = (values: number[]): unknown => [{ name: 'value', unit: 'ADU', values: Float64Array.from(values) }];
    expect(names.map((id) => file.final(id)!.labels!.axes)).toEqual([axesOf([0, 1, 2]), axesOf([0, 4, 8, 12]), axesOf([0, 4, 8, 12])]);
    expect(file.final('v/grown')!.labels).toMatchObject({ unit: 'counts', counts: { nan: 3, counts_units: 5 } });
    expect([...file.rows('v/grown')].map(({ labels }) => labels!.axes![0]!.values)).toEqual([Float64Array.of(0, 1, 2), Float64Array.of(0, 2, 4)]);
    file.close();
    const raw = await openHdf5(at('final.h5'));
    expect(names.map((id) => raw.dataset(`/entry/results/${id}/final`).attribute('axes'))).toEqual([['value'], ['final_value'], ['value']]);
    raw.close();
  });

  test('keeps arrays of any shape and type, joined or flat', async () => {
    const writer = await ResultsWriter.create(at('shapes.h5'), { force: true, views: [viewOf('v/joined', { kind: 'vector' }), viewOf('v/flat', { kind: 'matrix' }), viewOf('v/widened', { kind: 'vector' })] });
    const joined = [filled('int16', [2, 3], 1), filled('int16', [0, 3], 0), filled('int16', [5, 3], 2), filled('int16', [2, 3], 3)];
    const flat = [filled('uint8', [2, 3], 1), filled('uint8', [2, 4], 2), filled('uint8', [], 3), filled('uint8', [1, 2, 3], 4)];
    const widened = [filled('uint8', [2], 200), filled('int16', [2], -7), filled('int64', [2], 9), filled('float32', [2], 0.5)];
    joined.forEach((value, i) => {
      if (i === 2) writer.flush();
      writer.addTrain(i, new Map([['v/joined', { code: 0, value }], ['v/flat', { code: 0, value: flat[i] }], ['v/widened', { code: 0, value: widened[i] }]]));
    });
    writer.close();
    const file = await readResults(at('shapes.h5'));
    const of = (id: string): unknown[] => [...file.rows(id)].map((row) => row.value);
    expect(of('v/joined')).toEqual(joined.map((value) => (value.shape[0] === 0 ? { ...value, shape: [0] } : value)));
    expect(of('v/flat')).toEqual(flat);
    expect(of('v/widened')).toEqual([[200, 200], [-7, -7], [9, 9], [0.5, 0.5]].map((data) => ({ dtype: 'float64', shape: [2], data: Float64Array.from(data) })));
    file.close();
  });

  test('holds every NaN as the same one, and -0 as it is', async () => {
    const odd = new Float32Array(Uint32Array.of(0xffc12345, 0x7f800000, 0x7f800001, 0x80000000).buffer);
    const writer = await ResultsWriter.create(at('nan.h5'), { force: true, views: [viewOf('v/x', { kind: 'vector' })] });
    writer.addTrain(1, new Map([['v/x', { code: 0, value: { dtype: 'float32', shape: [4], data: odd } }]]));
    writer.close();
    const file = await openHdf5(at('nan.h5'));
    const stored = file.dataset('/entry/results/v/x/data').read() as Float32Array;
    expect([...new Uint32Array(stored.buffer, stored.byteOffset, 4)]).toEqual([0x7fc00000, 0x7f800000, 0x7fc00000, 0x80000000]);
    expect(new Uint32Array(odd.buffer)[0]).toBe(0xffc12345);
    file.close();
  });
});

describe('parts of a run', () => {
  test.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])('merge to the file of the single run (seed %i)', async (seed) => {
    const [from, to] = [FIRST, FIRST + 300];
    await write(at('whole.h5'), trainsOf(seed, from, to));
    const cuts = [from, 64 * 1001, 64 * 1003, 64 * 1004, to];
    const paths = cuts.slice(1).map((_, i) => at(`part${i}.h5`));
    for (const [i, path] of paths.entries()) await write(path, trainsOf(seed, cuts[i], cuts[i + 1]), { provenance: { ...options.provenance, argv: [`part ${i}`] } });
    await mergeResults(paths.toReversed(), at('merged.h5'), {
      force: true,
      finalOf: async (id, nodes) => {
        expect([id, nodes.length]).toEqual(['sums/total', 5]);
        return { value: filled('float64', [4], trainsOf(seed, from, to).length), labels: { unit: 'counts' } };
      },
    });
    expect(await diffResults(at('whole.h5'), at('merged.h5'))).toEqual([]);
  });

  test('that overlap or do not belong together are refused by name', async () => {
    const finalOf = async (): Promise<undefined> => undefined;
    await write(at('a.h5'), trainsOf(1, FIRST, FIRST + 20));
    await write(at('b.h5'), trainsOf(1, FIRST + 20, FIRST + 60));
    await expect(mergeResults([at('a.h5'), at('b.h5')], at('ab.h5'), { finalOf })).rejects.toThrow(/b\.h5/);
    await write(at('b.h5'), trainsOf(1, 64 * 1002, 64 * 1003), { provenance: { ...options.provenance, version: '0.2.0' } });
    await expect(mergeResults([at('a.h5'), at('b.h5')], at('ab.h5'), { finalOf })).rejects.toMatchObject({ code: 'NEXUS_PARTS', message: expect.stringContaining('"version"') as string });
    await write(at('b.h5'), trainsOf(1, 64 * 1002, 64 * 1003), { views: wildViews.map((view) => ({ ...view, hash: 'other' })) });
    await expect(mergeResults([at('a.h5'), at('b.h5')], at('ab.h5'), { finalOf })).rejects.toThrow('the view');
    expect(readdirSync(folder).filter((name) => name.startsWith('ab'))).toEqual([]);
  });
});

describe('a difference', () => {
  test('is said with place and values', async () => {
    const write = async (path: string, values: readonly number[], more: string[] = []): Promise<void> => {
      const writer = await ResultsWriter.create(at(path), { force: true, views: ['v/x', ...more].map((id) => viewOf(id)) });
      values.forEach((value, i) => writer.addTrain(i, new Map([['v/x', { code: 0, value }]])));
      writer.close();
    };
    await write('x.h5', [1, NaN, 0, 5]);
    await write('y.h5', [1, NaN, -0, 5]);
    await write('z.h5', [1, NaN, 0], ['v/more']);
    expect(await diffResults(at('x.h5'), at('y.h5'))).toMatchObject([{ path: '/entry/results/v/x/data', kind: 'values', count: 1, first: [2], values: [0, -0] }]);
    const kinds = (await diffResults(at('x.h5'), at('z.h5'))).map((difference) => `${difference.kind} ${difference.path}`);
    expect(kinds).toEqual(expect.arrayContaining(['shape /entry/trainId', 'shape /entry/results/v/x/data', 'missing /entry/results/v/more/outcome']));
  });
});

describe('the file', () => {
  test('is never overwritten unasked, and a left-over part is kept', async () => {
    writeFileSync(at('there.h5'), 'precious');
    await expect(ResultsWriter.create(at('there.h5'), { views: [] })).rejects.toMatchObject({ code: 'NEXUS_EXISTS' });
    writeFileSync(at('new.h5.part'), 'left over');
    const writer = await ResultsWriter.create(at('new.h5'), { views: [viewOf('v/x')] });
    expect(writer.leftOver).toBe(at('new.h5.part-1'));
    expect(existsSync(writer.leftOver!)).toBe(true);
    writer.addTrain(5, new Map([['v/x', { code: 0, value: 1 }]]));
    expect(() => writer.addTrain(5, new Map())).toThrow('Train 5 came after 5');
    writeFileSync(at('new.h5'), 'made meanwhile');
    expect(() => writer.close()).toThrow('made a file of that name meanwhile');
    const file = await readResults(at('new.h5.part'));
    expect([...file.rows('v/x')]).toEqual([{ trainId: 5, value: 1 }]);
    file.close();
  });

  test('given up stays as it was flushed, and is no longer being written', async () => {
    const writer = await ResultsWriter.create(at('given-up.h5'), { views: [viewOf('v/x')] });
    await expect(ResultsWriter.create(at('given-up.h5'), { views: [] })).rejects.toMatchObject({ code: 'NEXUS_BUSY' });
    writer.addTrain(1, new Map([['v/x', { code: 0, value: 1 }]]));
    writer.flush();
    writer.addTrain(2, new Map([['v/x', { code: 0, value: 2 }]]));
    writer.abandon();
    expect(() => writer.flush()).toThrow('closed');
    const file = await readResults(at('given-up.h5.part'));
    expect([...file.trainIds]).toEqual([1]);
    file.close();
    const next = await ResultsWriter.create(at('given-up.h5'), { views: [] });
    expect(next.leftOver).toBe(at('given-up.h5.part-1'));
    next.close();
  });

  test('refuses what it cannot hold, by view and train', async () => {
    const writer = await ResultsWriter.create(at('refused.h5'), { force: true, views: [viewOf('v/x')] });
    expect(() => writer.addTrain(1, new Map([['v/x', { code: 0 }]]))).toThrow('Train 1 has the outcome "value" and no value');
    expect(() => writer.addTrain(2, new Map([['v/x', { code: 0, value: { dtype: 'float32', shape: [3], data: new Float32Array(2) } }]]))).toThrow('2 values for the shape [3]');
    expect(() => writer.setFinal('v/x', 1, undefined, [])).toThrow('one row per train');
    expect(() => writer.addViews([viewOf('v/x/y')])).toThrow('GROUP/NAME');
    writer.abandon();
  });

  test('takes views that come later', async () => {
    const writer = await ResultsWriter.create(at('later.h5'), { force: true, views: [viewOf('v/x')] });
    writer.addTrain(1, new Map([['v/x', { code: 0, value: 1 }]]));
    writer.addViews([viewOf('v/x'), viewOf('w/y')]);
    writer.addTrain(2, new Map([['w/y', { code: 0, value: true }]]));
    writer.addJournal({ trainId: 2, kind: 'generation', name: 'views.ts', value: { number: 2 } });
    writer.close();
    const file = await readResults(at('later.h5'));
    expect([[...file.outcomes('v/x')], [...file.outcomes('w/y')]]).toEqual([[0, 1], [1, 0]]);
    expect(file.journal()).toEqual([{ trainId: 2, kind: 'generation', name: 'views.ts', value: { number: 2 } }]);
    file.close();
  });
});
