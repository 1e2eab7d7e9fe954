import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Labelled, NdArray, array, collectDeclarations, flatData, groupsOfModule, outcomeCode, outcomeNames, parameters, reducer, scan, slider, view, type ParamValue } from '@trainyard/core';
import { histogram, mean } from '@trainyard/core/reducers';
import { link } from '../worker/link.ts';
import type { Outcome } from '../worker/messages.ts';
import { reachOf, takersReach } from '../worker/reach.ts';
import { readWire } from '../worker/wire.ts';
import { linkScans } from './link-scans.ts';
import type { ScanCommand, ScanProgress } from './scan-messages.ts';
import { ScanStage } from './scan-stage.ts';

const POSITION = 'karabo#SQS/MOTOR/1.actualPosition';
const DIODE = 'karabo#SQS/DIODE/1.signal';
const SPECTRUM = 'karabo#SQS/SPECTROMETER/1:output[data.spectrum]';
const A = 'karabo#A/B/1.a';

async function load(make: () => Record<string, unknown>) {
  const { result, declared } = await collectDeclarations(async () => make());
  const groups = groupsOfModule('views', result, declared.parameters);
  const graph = link(groups, new Map(), (id) => ({ hash: id, parts: {} }));
  return { graph, scans: linkScans(graph, groups, () => ({ file: 'views.ts', line: 3 })) };
}

/** The scan `s` as the reduce worker runs it: commands and trains one after the other, its inputs raw paths. */
class Bench {
  progress: ScanProgress | undefined;
  readonly #stage: ScanStage;
  readonly #view: Awaited<ReturnType<typeof load>>['graph']['views'][number];
  constructor({ graph, scans }: Awaited<ReturnType<typeof load>>) {
    this.#stage = new ScanStage(scans);
    this.#view = graph.views.find(({ id }) => id === 'views/s')!;
  }

  start(values?: readonly ParamValue[]): this {
    this.#tell({ what: 'start' });
    if (values) this.point(values);
    return this;
  }
  point(values: readonly ParamValue[]): void {
    this.#tell({ what: 'point', values });
  }
  close(): void {
    this.#tell({ what: 'close' });
  }
  end(why: string): void {
    this.#tell({ what: 'end', why });
  }
  #tell(command: object) {
    return this.#stage.command({ type: 'scan', id: 'views/s', run: 1, ...command } as ScanCommand);
  }

  /** What became of a train, and why. An Error as a value is a failed view. */
  train(trainId: number, values: Readonly<Record<string, unknown>>): string {
    const raw = ({ key }: { readonly key: string }): Outcome => {
      const value = values[key];
      if (value instanceof Error) return { code: outcomeCode('failed'), message: value.message };
      return value === undefined ? { code: outcomeCode('missing'), message: `${key}: no data` } : { code: 0, value };
    };
    const input = (one: { readonly key: string }): Outcome => {
      const found = raw(one);
      return found.value instanceof Labelled ? { ...found, value: found.value.array } : found;
    };
    const { code, message } = this.#stage.view(this.#view, trainId, { input, raw }, false);
    [this.progress] = this.#stage.endTrain(trainId, { input, raw }, () => true);
    return message === undefined ? outcomeNames[code]! : `${outcomeNames[code]}: ${message}`;
  }

  /** What its views show: the table as lists, and each result along the points. */
  get points(): { table: Record<string, unknown[]>; along: Record<string, Labelled> } {
    const { finals, memory } = this.#tell({ what: 'give' })!;
    const values = Object.fromEntries(finals.map(({ id, value }) => [id, readWire(value, memory)]));
    const { 'views/s': table = {}, ...along } = values as Record<string, any>;
    return {
      table: Object.fromEntries(Object.entries(table).map(([name, column]) => [name, column instanceof NdArray ? [...flatData(column)] : column])) as Record<string, unknown[]>,
      along: Object.fromEntries(Object.entries(along).map(([id, value]) => [id.slice('views/s.'.length), value as Labelled])),
    };
  }

  /** As a reload hands it on. */
  async next(make: () => Record<string, unknown>): Promise<Bench> {
    const bench = new Bench(await load(make));
    bench.#stage.restore('views/s', structuredClone(this.#stage.save('views/s')));
    return bench;
  }
}

const bySigma = (more: object = {}) => () => {
  parameters({ sigma: slider(1, 0, 10, 'px'), gain: 1 });
  return { s: scan('S', { set: { sigma: [1, 2] }, of: { a: A }, reduce: mean(), trains: 2, ...more }) };
};
const byPosition = (more: object = {}) => () => ({ s: scan('S', { by: POSITION, within: 0.1, of: { a: A }, reduce: mean(), trains: 3, ...more }) });

describe('a scan of a parameter', () => {
  test('collects trains with a value from the boundary on, and nothing between points', async () => {
    const bench = new Bench(await load(bySigma()));
    expect(bench.train(1, { [A]: 5 })).toBe('none: not started: press "S", or yard ctl action s');
    bench.start([1]);
    expect(bench.train(2, { [A]: 10 })).toBe('value');
    expect(bench.train(3, {})).toBe(`missing: ${A}: no data`);
    expect(bench.train(4, { [A]: new Error('no') })).toBe('missing: no');
    expect(bench.progress).toMatchObject({ points: 0, trains: 1, through: 3 });
    expect(bench.train(5, { [A]: 20 })).toBe('value');
    expect(bench.progress).toMatchObject({ points: 1, closed: true, last: { trains: 2, missing: 1, failed: 1 } });
    expect(bench.train(6, { [A]: 99 })).toBe('none: between two points');
    bench.point([2]);
    bench.train(7, { [A]: 1 });
    bench.train(8, { [A]: 3 });
    bench.end('done');
    expect(bench.train(9, { [A]: 99 })).toBe('none: done');
    const { table, along } = bench.points;
    expect(table).toEqual({ sigma: [1, 2], a: [15, 2], trains: [2, 2], missing: [1, 0], failed: [1, 0], firstTrainId: [2, 7], lastTrainId: [5, 8] });
    expect([...flatData(along['a']!.array)]).toEqual([15, 2]);
    expect(along['a']!.labels.axes).toEqual([{ name: 'sigma', unit: 'px', values: Float64Array.of(1, 2) }]);
  });

  test('leaves out trains that settle, and those whose inputs look back beyond the point', async () => {
    const bench = new Bench(await load(bySigma({ settle: 2 }))).start([1]);
    expect([1, 2, 3].map((id) => bench.train(id, { [A]: id }))).toEqual(['none: settles: train 1 of 2', 'none: settles: train 2 of 2', 'value']);
    const back = new Bench(await load(() => {
      parameters({ sigma: 1 });
      const averaged = view.scalar({ a: A }, ({ a }) => a, { average: 3 });
      return { averaged, s: scan('S', { set: { sigma: [1] }, of: { a: averaged }, reduce: mean(), trains: 2 }) };
    })).start([1]);
    const averaged = { 'view#views/averaged': 7 };
    // Counted in train IDs: 13 is the first whose window has nothing from before 11.
    expect([11, 12, 13, 15].map((id) => back.train(id, averaged).split(':')[0])).toEqual(['none', 'none', 'value', 'value']);
  });

  test('a point ends after so many trains seen, with what it has', async () => {
    const bench = new Bench(await load(bySigma({ trains: 3, atMost: 4 }))).start([1]);
    for (let id = 1; id <= 4; id++) bench.train(id, id === 2 ? { [A]: 8 } : {});
    expect(bench.progress).toMatchObject({ points: 1, closed: true });
    bench.point([2]);
    bench.train(5, {});
    bench.close();
    expect(bench.points.table).toMatchObject({ sigma: [1, 2], a: [8, NaN], trains: [1, 0], missing: [3, 1], firstTrainId: [2, NaN] });
  });

  test('of several parameters is a grid, the last the fastest; NaN where it has not been', async () => {
    const bench = new Bench(await load(() => {
      parameters({ sigma: slider(1, 0, 10, 'px'), gain: 1 });
      return { s: scan('S', { set: { sigma: [1, 2], gain: [5, 6, 7] }, of: { a: A }, reduce: mean(), trains: 1 }) };
    })).start();
    let id = 0;
    for (const values of [[1, 5], [1, 6], [1, 7], [2, 5]]) {
      bench.point(values);
      bench.train(++id, { [A]: array([id, -id]) });
    }
    const { table, along } = bench.points;
    expect(table).toMatchObject({ sigma: [1, 1, 1, 2], gain: [5, 6, 7, 5] });
    expect(table).not.toHaveProperty('a');
    expect(along['a']!.array.shape).toEqual([2, 3, 2]);
    expect([...flatData(along['a']!.array)]).toEqual([1, -1, 2, -2, 3, -3, 4, -4, NaN, NaN, NaN, NaN]);
    expect(along['a']!.labels.axes!.map(({ name, values }) => [name, values && [...(values as Float64Array)]])).toEqual([['sigma', [1, 2]], ['gain', [5, 6, 7]], ['axis0', undefined]]);
  });

  test('several things are of the same trains; a reducer keeps its own axes', async () => {
    const bench = new Bench(await load(() => {
      parameters({ mode: 'a' });
      return { s: scan('S', { set: { mode: ['x', 'y'] }, of: { a: A, b: DIODE }, reduce: { a: mean(), b: histogram({ bins: 2, range: [0, 2], unit: 'V' }) }, trains: 2 }) };
    })).start(['x']);
    expect(bench.train(1, { [A]: 1 })).toMatch(/^missing/);
    bench.train(2, { [A]: 3, [DIODE]: 0.5 });
    bench.train(3, { [A]: 5, [DIODE]: 1.5 });
    const { table, along } = bench.points;
    expect(table).toMatchObject({ mode: ['x'], a: [4], trains: [2], missing: [1] });
    expect([...flatData(along['b']!.array)]).toEqual([1, 1]);
    expect(along['b']!.labels).toMatchObject({ unit: 'counts', axes: [{ name: 'mode' }, { name: 'value', unit: 'V', values: Float64Array.of(0, 1, 2) }] });
  });

  test('what cannot be folded ends it and says why; the points before stay', async () => {
    const bench = new Bench(await load(bySigma())).start([1]);
    bench.train(1, { [A]: 1 });
    bench.train(2, { [A]: 1 });
    bench.point([2]);
    bench.train(3, { [A]: array([1, 2]) });
    bench.train(4, { [A]: array([1, 2, 3]) });
    expect(bench.progress!.ended).toMatchObject({ failed: true, why: expect.stringMatching(/\(2\).*\(3\)|shape/) as string });
    expect(bench.points.table['trains']).toEqual([2, 1]);
    const odd = reducer<number, number, string>({ name: 'odd', kind: 'text', initial: () => 0, add: (n) => n + 1, merge: (a, b) => a + b, result: String });
    const text = new Bench(await load(bySigma({ reduce: odd }))).start([1]);
    text.train(1, { [A]: 1 });
    text.train(2, { [A]: 1 });
    expect(text.progress!.ended!.why).toMatch(/neither a number nor an array/);
  });

  test('goes on after a reload as if there had been none', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.option(fc.integer({ min: -5, max: 5 })), { minLength: 1, maxLength: 40 }), fc.nat(39), async (values, cut) => {
      const whole = new Bench(await load(byPosition({ settle: 1 }))).start();
      let cutUp = new Bench(await load(byPosition({ settle: 1 }))).start();
      for (const [id, a] of values.entries()) {
        if (id === cut) cutUp = await cutUp.next(byPosition({ settle: 1 }));
        const train = { [POSITION]: Math.floor(id / 7), ...(a !== null && { [A]: a }) };
        expect(cutUp.train(id, train)).toBe(whole.train(id, train));
      }
      expect(cutUp.points).toEqual(whole.points);
    }), { numRuns: 30 });
  });
});

describe('a scan by a source\'s value', () => {
  test('gives what numpy gives of a recorded motor scan', async () => {
    const golden = JSON.parse(readFileSync(new URL('./golden/motor-scan.json', import.meta.url), 'utf8')) as {
      within: number; settle: number; trains: number; trainIds: number[]; positions: number[]; diode: (number | null)[]; spectrum: number[][];
      points: { position: number; diode: number; spectrum: number[]; trains: number; missing: number; first: number; last: number }[];
    };
    const { within, settle, trains } = golden;
    const bench = new Bench(await load(() => ({ s: scan('S', { by: POSITION, within, settle, of: { diode: DIODE, spectrum: SPECTRUM }, reduce: mean(), trains, atMost: 1000 }) }))).start();
    for (const [i, trainId] of golden.trainIds.entries()) {
      const diode = golden.diode[i];
      bench.train(trainId, { [POSITION]: golden.positions[i]!, ...(diode !== null && { [DIODE]: diode }), [SPECTRUM]: array(golden.spectrum[i]!, 'float32') });
    }
    bench.end('the data ended');
    const { table, along } = bench.points;
    const { points } = golden;
    expect(table).toMatchObject({ trains: points.map((one) => one.trains), missing: points.map((one) => one.missing), firstTrainId: points.map((one) => one.first), lastTrainId: points.map((one) => one.last) });
    const close = (got: readonly unknown[], wanted: readonly number[]): void => got.forEach((value, i) => expect(Math.abs((value as number) / wanted[i]! - 1)).toBeLessThan(1e-13));
    close(table['actualPosition']!, points.map((one) => one.position));
    close(table['diode']!, points.map((one) => one.diode));
    expect(along['spectrum']!.array.shape).toEqual([points.length, 5]);
    close([...flatData(along['spectrum']!.array)], points.flatMap((one) => one.spectrum));
    expect(along['diode']!.labels.axes![0]!.name).toBe('actualPosition');
  });

  test('ends after so many points; equal positions have that very number as their mean', async () => {
    const bench = new Bench(await load(byPosition({ points: 2, settle: 0 }))).start();
    for (let id = 0; id < 12; id++) bench.train(id, { [POSITION]: 35.05 + 0.7 * Math.floor(id / 4), [A]: id });
    expect(bench.points.table).toMatchObject({ actualPosition: [35.05, 35.05 + 0.7], a: [1, 5], trains: [3, 3], lastTrainId: [2, 6] });
    expect(bench.train(99, { [POSITION]: 0, [A]: 0 })).toBe('none: done');
  });

  test('trains without a position go nowhere; a value that is no number ends it', async () => {
    const bench = new Bench(await load(byPosition())).start();
    bench.train(1, { [POSITION]: 1, [A]: 1 });
    expect(bench.train(2, { [POSITION]: 1, [A]: 1 })).toBe('value');
    expect(bench.train(3, { [A]: 1 })).toBe(`missing: ${POSITION}: no data`);
    expect(bench.train(4, { [POSITION]: 1, [A]: 1 })).toBe('value');
    bench.train(5, { [POSITION]: array([1]), [A]: 1 });
    expect(bench.progress!.ended).toMatchObject({ failed: true, why: expect.stringContaining('is no number') as string });
  });
});

test('a run can be cut although its views declare a scan', async () => {
  const { graph, scans } = await load(bySigma());
  expect([reachOf(graph.views), takersReach(graph.views).get('views/s'), scans[0]!.back]).toEqual([0, Infinity, 0]);
});

describe('what a scan may not be', () => {
  const refused = (make: () => Record<string, unknown>): Promise<unknown> => load(make).then(() => undefined, (error: { code?: string; message: string; where?: object }) => [error.code, error.message, error.where]);
  const where = { file: 'views.ts', line: 3 };

  test('is said at its line', async () => {
    expect(await refused(bySigma({ set: { sigmma: [1] } }))).toEqual(['SCAN_PARAMETER', expect.stringContaining('Did you mean "sigma"'), where]);
    expect(await refused(bySigma({ set: { sigma: [1, 20] } }))).toEqual(['PARAM_RANGE', expect.stringContaining('between 0 and 10 px'), where]);
    expect(await refused(bySigma({ set: { sigma: [1], 'views.sigma': [2] } }))).toEqual(['SCAN_PARAMETER', expect.stringContaining('by two names'), where]);
    expect(await refused(() => {
      parameters({ device: 'A' });
      return { s: scan('S', { set: { device: ['A', 'B'] }, of: 'karabo#{device}/B/1.a', reduce: mean(), trains: 1 }) };
    })).toEqual(['SCAN_PATH', expect.stringContaining('would load the code again'), where]);
    expect(await refused(() => {
      parameters({ sigma: 1 });
      const all = view.reduce(A, mean());
      return { all, s: scan('S', { set: { sigma: [1] }, of: all, reduce: mean(), trains: 1 }) };
    })).toEqual(['SCAN_OF', expect.stringContaining('over all trains'), where]);
  });

  test('a class has scans of its own parameters, two of its instances each theirs', async () => {
    const { group, Param } = await import('@trainyard/core');
    class Tool {
      sigma = 5;
      s = scan('S', { set: { sigma: [1, 2] }, of: A, reduce: mean(), trains: 1 });
    }
    Param({ min: 0 })(Tool.prototype, 'sigma');
    const { scans } = await load(() => ({ Tool, left: group(Tool, { prefix: 'left', sigma: 3 }) }));
    expect(scans.map(({ id, sets }) => [id, sets[0]!.group])).toEqual([['Tool/s', 'Tool'], ['left/s', 'left']]);
  });
});
