import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import {
  From, NdArray, Sliding, State, View, action, array, groupsOfModule, keep, labelled, optional, outcomeNames, pulses, reducer, shifted, skip, stale, view,
  type DataPath, type Image,
} from '@trainyard/core';
import { correlation, histogram, mean, scatter } from '@trainyard/core/reducers';
import { BufferRing } from './buffer-ring.ts';
import { link } from './link.ts';
import type { LoadedGeneration } from './load-generation.ts';
import { ViewLogs } from './logs.ts';
import type { ReduceTask, TrainTask, WireOutcome } from './messages.ts';
import { PoolExecutor } from './pool-executor.ts';
import { ReduceExecutor } from './reduce-executor.ts';
import { statusCell } from './run-views.ts';
import type { TrainInputs } from './train-inputs.ts';
import { readWire } from './wire.ts';
import { linkScans } from '../scan/link-scans.ts';

const consoles = { ...console };
const logs = new ViewLogs();
afterAll(() => void Object.assign(console, consoles));
const A = 'karabo#A/CAM/1:output[data]';
const B = 'karabo#B/XGM/1.energy';
const HERE = fileURLToPath(import.meta.url);

const generation = (exports: Record<string, unknown>): LoadedGeneration => {
  const groups = groupsOfModule('views', exports);
  const graph = link(groups, new Map(), (id) => ({ hash: id, parts: {} }));
  return { graph, scans: linkScans(graph, groups, () => undefined), files: [HERE] } as unknown as LoadedGeneration;
};

/** Both stages of one generation in this thread: gives what each view gave, by name, with its value. */
class Yard {
  readonly pool: PoolExecutor;
  readonly reduce: ReduceExecutor;
  readonly ring = new BufferRing();
  readonly status = statusCell();
  readonly generation: LoadedGeneration;
  #seq = 0;
  constructor(exports: Record<string, unknown>) {
    this.generation = generation(exports);
    this.pool = new PoolExecutor(this.generation, this.ring, logs, this.status);
    this.reduce = new ReduceExecutor(this.generation, new BufferRing(), logs, this.status);
  }

  async train(trainId: number, values: Readonly<Record<string, unknown>> = {}, more: Partial<TrainTask> = {}) {
    const inputs: TrainInputs = {
      get(key: string, path: DataPath) {
        if (path.kind === 'internal') return { value: trainId };
        if (values[key] instanceof Error) throw values[key];
        return key in values ? { value: values[key] } : { missing: `${key}: the source has no data in this train` };
      },
    };
    const seq = this.#seq++;
    const pooled = await this.pool.run({ type: 'train', seq, trainId, collects: this.generation.graph.actions.map(({ of }) => of.key), ...more }, inputs);
    const memory = pooled.buffer?.memory;
    const reduced = await this.reduce.run({ type: 'reduce', seq, trainId, parts: [{ outcomes: pooled.outcomes, ...(memory && { memory }) }] } as ReduceTask);
    const seen: Record<string, any> = {};
    const take = (outcomes: Readonly<Record<string, WireOutcome>>, buffer: SharedArrayBuffer | undefined): void => {
      for (const [id, { code, value, message, where }] of Object.entries(outcomes)) seen[id.replace('views/', '')] = { is: outcomeNames[code], ...(value !== undefined && { value: plain(readWire(value, buffer)) }), ...(message !== undefined && { message }), ...(where && { where }) };
    };
    take(pooled.outcomes, memory);
    take(reduced.outcomes, reduced.buffer?.memory);
    // The buffers are used again: nothing that is kept may lie in them.
    if (pooled.buffer) new Uint8Array(pooled.buffer.memory).fill(0xff);
    if (pooled.buffer) this.ring.release(pooled.buffer.id);
    return { seen, logs: pooled.logs, blocks: reduced.blocks.map(({ id, block, lastTrainId, value }) => ({ id, block, lastTrainId, value: plain(readWire(value, reduced.buffer?.memory)) })), constants: reduced.constants ?? [], progress: reduced.progress };
  }
}

function plain(value: unknown): unknown {
  if (value instanceof NdArray) return value.toNested();
  return value !== null && typeof value === 'object' && 'array' in value ? (value.array as NdArray).toNested() : value;
}

describe('a view in the pool', () => {
  const image = array([[1, 2], [3, 4]]);

  test('gives a value, or none with its reason', async () => {
    const { seen } = await new Yard({
      sum: view.scalar({ x: A }, ({ x }) => x.sum()), img: view.image({ x: A }, ({ x }) => x.mul(2)), nothing: view.scalar({ x: A }, () => undefined), closed: view.text({ x: A }, () => skip('shutter closed')),
      slow: view.scalar({ x: A }, async ({ x }) => Promise.resolve(x.max())), id: view.scalar({ id: 'internal#train_id' }, ({ id }) => id),
    }).train(7, { [A]: image });
    expect(seen).toEqual({
      sum: { is: 'value', value: 10 }, img: { is: 'value', value: [[2, 4], [6, 8]] }, nothing: { is: 'none', message: 'the view returned nothing' }, closed: { is: 'none', message: 'shutter closed' }, slow: { is: 'value', value: 4 }, id: { is: 'value', value: 7 },
    });
  });

  test('is missing what its path, or a view before it, does not give; says which and why', async () => {
    const { seen } = await new Yard({
      a: view.scalar({ x: A, b: B }, () => 1), of: view.scalar({ a: 'view#a' }, () => 1), none: view.scalar({ b: B }, () => skip('closed')), ofNone: view.scalar({ n: 'view#none' }, () => 1),
      bad: view.scalar({ b: B }, () => { throw new Error('broken'); }), ofBad: view.scalar({ n: 'view#bad' }, () => 1), other: view.scalar({ b: B }, ({ b }) => b),
    }).train(1, { [B]: 5 });
    expect(seen).toMatchObject({
      a: { is: 'missing', message: `${A}: the source has no data in this train` },
      of: { is: 'missing', message: `view#views/a: ${A}: the source has no data in this train` },
      ofNone: { is: 'missing', message: 'view#views/none: closed' },
      ofBad: { is: 'missing', message: 'view#views/bad: broken' },
      other: { is: 'value', value: 5 },
    });
  });

  test('runs without an optional input', async () => {
    const yard = new Yard({ a: view.scalar({ b: B, x: optional(A), n: optional('view#none') }, ({ b, x, n }) => b + (x === undefined ? 100 : 0) + (n === undefined ? 1000 : 0)), none: view.scalar({ b: B }, () => skip()) });
    expect((await yard.train(1, { [B]: 1 })).seen['a'].value).toBe(1101);
    expect((await yard.train(2, { [B]: 1, [A]: 3 })).seen['a'].value).toBe(1001);
  });

  test('failing fails that view alone, with the message and the user\'s line', async () => {
    const { seen } = await new Yard({
      type: view.scalar({ x: A }, ({ x }) => x.nothing.at.all), text: view.scalar({ x: A }, () => { throw 'text'; }), rejects: view.scalar({ x: A }, () => Promise.reject(new RangeError('too far'))),
      wrong: view.scalar({ x: A }, ({ x }) => x), good: view.scalar({ x: A }, () => 1),
    }).train(1, { [A]: image });
    expect(seen['type']).toMatchObject({ is: 'failed', message: expect.stringContaining('TypeError: '), where: { file: HERE, line: expect.any(Number) } });
    expect(seen['text']).toEqual({ is: 'failed', message: 'threw text, which is not an Error' });
    expect(seen['rejects']).toMatchObject({ is: 'failed', message: 'RangeError: too far' });
    expect(seen['wrong']).toMatchObject({ is: 'failed', message: expect.stringContaining('a scalar is one number') });
    expect(seen['good']).toEqual({ is: 'value', value: 1 });
  });

  test('data that cannot be read fail who takes them, not the train', async () => {
    const { seen } = await new Yard({ a: view.scalar({ x: A }, () => 1), r: view.reduce(A, mean()), b: view.scalar({ b: B }, () => 2) }).train(1, { [A]: new Error('MODULES_DIFFER: ...'), [B]: 1 });
    expect(seen).toMatchObject({ a: { is: 'failed', message: 'MODULES_DIFFER: ...' }, r: { is: 'missing', message: 'MODULES_DIFFER: ...' }, b: { is: 'value' } });
  });

  test('runs on every Nth train ID', async () => {
    const yard = new Yard({ a: view.scalar({ b: B }, () => 1, { every: 3 }) });
    expect((await yard.train(6, { [B]: 1 })).seen['a'].is).toBe('value');
    expect((await yard.train(7, { [B]: 1 })).seen['a']).toEqual({ is: 'none', message: 'not due: it runs on every 3th train ID' });
  });

  test('takes pulses; a single value has none', async () => {
    const yard = new Yard({ a: view.vector({ p: pulses('1::2', A) }, ({ p }) => p) });
    expect((await yard.train(1, { [A]: array([1, 2, 3, 4]) })).seen['a'].value).toEqual([2, 4]);
    expect((await yard.train(2, { [A]: 3 })).seen['a']).toMatchObject({ is: 'failed', message: expect.stringContaining("has no pulses to choose from with pulses('1::2')") });
  });

  test('verdicts stand for views that are not run; what takes them is missing', async () => {
    let ran = 0;
    const yard = new Yard({ a: view.scalar({ b: B }, () => ++ran), c: view.scalar({ a: 'view#a' }, () => 1) });
    const { seen } = await yard.train(1, { [B]: 1 }, { verdicts: { 'views/a': { outcome: 'late', message: 'took 251 ms' } } });
    expect([ran, seen['a'], seen['c']]).toEqual([0, { is: 'late', message: 'took 251 ms' }, { is: 'missing', message: 'view#views/a: took 251 ms' }]);
  });

  test('others get the array alone, compute as it is; what cannot leave fails only when it must', async () => {
    const { seen } = await new Yard({
      v: view.vector({ b: B }, () => labelled(array([1, 2]) as unknown as NdArray<1>, { unit: 'ADU' })), of: view.scalar({ v: 'view#v' }, ({ v }) => (v instanceof NdArray ? v.sum() : -1)),
      map: view.compute({ b: B }, () => new Map([['a', 5]])), ofMap: view.scalar({ m: 'view#map' }, ({ m }) => m.get('a')), late: view.scalar({ m: stale('view#map2', 2) }, () => 1), map2: view.compute({ b: B }, () => new Map()),
    }).train(1, { [B]: 1 });
    expect(seen).toMatchObject({ v: { value: [1, 2] }, of: { value: 3 }, map: { is: 'value' }, ofMap: { value: 5 }, map2: { is: 'failed', message: expect.stringContaining('class Map cannot be handed') }, late: { is: 'missing' } });
    expect(seen['map']).not.toHaveProperty('value');
  });

  test('raw keys that are looked at come along', async () => {
    const yard = new Yard({ a: view.scalar({ b: B }, () => 1) });
    yard.pool.watch([A, B]);
    expect((await yard.train(1, { [A]: image })).seen).toMatchObject({ [A]: { value: [[1, 2], [3, 4]] }, [B]: { is: 'missing' } });
  });

  test('says which view runs while it runs', async () => {
    const during: number[][] = [];
    const yard: Yard = new Yard({ a: view.scalar({ b: B }, () => (during.push([...yard.status]), 1)), c: view.scalar({ b: B }, () => (during.push([...yard.status]), 1)) });
    await yard.train(1, { [B]: 1 });
    expect([during, yard.status[1]]).toEqual([[[1, 1, 0], [2, 2, 0]], 0]);
  });
});

describe('logs', () => {
  test('belong to their view and train, arrays in short, ten a second, the rest counted', async () => {
    const yard = new Yard({ loud: view.scalar({ b: B }, ({ b }) => { for (let i = 0; i < b; i++) console.log('line %d', i); return 1; }), warns: view.scalar({ b: B }, () => { console.warn(array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), new Float32Array(100)); return 1; }) });
    const { logs: lines } = await yard.train(5, { [B]: 500 });
    const loud = lines.filter((line) => line.view === 'views/loud');
    expect(loud.length).toBeGreaterThanOrEqual(10);
    expect(loud.length).toBeLessThanOrEqual(21);
    expect(loud[0]).toMatchObject({ trainId: 5, level: 'log', text: 'line 0' });
    expect(lines.find((line) => line.view === 'views/warns')).toMatchObject({ level: 'warn', text: expect.stringMatching(/float64 \(10\) min 1 mean 5\.5 max 10 Float32Array\(100\)/) });
    await new Promise((resolve) => setTimeout(resolve, 1010 - (Date.now() % 1000)));
    const next = (await yard.train(6, { [B]: 1 })).logs.find((line) => line.view === 'views/loud');
    expect(next!.swallowed).toBe(500 - loud.length - (loud.find((line) => line.swallowed)?.swallowed ?? 0));
  });
});

describe('what remembers', () => {
  test('an average is that of the last N train IDs, one value a train, also where views take it', async () => {
    const yard = new Yard({ v: view.scalar({ b: B }, ({ b }) => (b < 0 ? skip('closed') : b), { average: 3 }), of: view.scalar({ v: 'view#v' }, ({ v }) => v * 10), twice: view.scalar({ v: 'view#v' }, ({ v }) => v, { average: 2 }) });
    const seen = [];
    for (const [id, b] of [[10, 1], [11, 2], [12, 6], [13, 4], [14, -1], [20, 8]]) seen.push((await yard.train(id!, { [B]: b })).seen);
    expect(seen.map((s) => s['v'].value ?? s['v'].message)).toEqual([1, 1.5, 3, 4, 'closed', 8]);
    expect(seen.map((s) => s['of'].value ?? s['of'].message)).toEqual([10, 15, 30, 40, 'view#views/v: closed', 80]);
    expect(seen.map((s) => s['twice'].value)).toEqual([1, 1.25, 2.25, 3.5, undefined, 8]);
  });

  test('a reducer folds blocks of 64 train IDs, tells each that ended, and the rest when it is finished', async () => {
    const yard = new Yard({ total: view.scalar({ b: B }, ({ b }) => b), m: view.reduce('view#total', mean()), ofM: view.scalar({ m: 'view#m' }, ({ m }) => m as number) });
    expect((await yard.train(62, { [B]: 2 })).blocks).toEqual([]);
    expect((await yard.train(63, { [B]: 4 })).seen['ofM'].value).toBe(3);
    expect((await yard.train(64, {})).blocks).toEqual([]);
    const third = await yard.train(65, { [B]: 9 });
    expect([third.blocks, third.seen['ofM'].value, third.seen['m'].is]).toEqual([[{ id: 'views/m', block: 0, lastTrainId: 63, value: 3 }], 5, 'value']);
    const { finals, blocks } = yard.reduce.finish();
    expect(blocks).toMatchObject([{ id: 'views/m', block: 1, lastTrainId: 65, value: 9 }]);
    expect(finals).toMatchObject([{ id: 'views/m', value: 5, nodes: [{ level: 1, index: 0, state: { state: { count: 3 } } }] }]);
  });

  test('blocks of different shapes: each is told, a train that does not fit its own fails, and the end says why there is no final value', async () => {
    const yard = new Yard({ m: view.reduce(A, mean()) });
    await yard.train(1, { [A]: array([1, 2]) });
    const bad = await yard.train(70, { [A]: array([1, 2, 3]) });
    expect(bad.blocks).toEqual([{ id: 'views/m', block: 0, lastTrainId: 1, value: [1, 2] }]);
    expect((await yard.train(71, { [A]: array([3, 4]) })).seen['m']).toMatchObject({ is: 'failed', message: expect.stringContaining('one shape; so far it was (3), this train has (2)') });
    expect((await yard.train(200, { [A]: array([3, 4]) })).seen['m'].is).toBe('value');
    const { finals, notes } = yard.reduce.finish();
    expect(finals[0]!.nodes.map(({ level, index }) => [level, index])).toEqual([[0, 0], [0, 1], [1, 1]]);
    expect(notes).toEqual([expect.stringMatching(/^views\/m has no final value: A mean over trains needs one shape/)]);
  });

  test('bounded reducers give a value a train, as a window by itself does', async () => {
    const yard = new Yard({ h: view.reduce(B, { ...histogram({ bins: 2, range: [0, 2] }), window: 3 }) });
    const alone = new Sliding(histogram({ bins: 2, range: [0, 2] }), 3);
    for (const [id, b] of [[1, 0], [2, 1], [3, 1], [4, 0], [9, 1]] as const) {
      alone.add(id, b);
      expect((await yard.train(id, { [B]: b })).seen['h'].value).toEqual(plain(alone.resultAt(id)));
    }
  });

  test('a reducer of several inputs gets them by name; a train that has some of them is folded, one that has none is missing', async () => {
    const yard = new Yard({
      t: view.scalar({ x: A }, ({ x }) => x.sum()), c: view.reduce({ x: B, y: 'view#t' }, correlation()), s: view.reduce({ x: B, y: 'view#t' }, scatter({ trains: 2 })), of: view.scalar({ c: 'view#c' }, ({ c }) => c['slope'].get(0)),
    });
    const seen = [];
    for (const [id, b, a] of [[1, 1, 3], [2, 2, undefined], [3, 2, 5], [4, undefined, undefined], [5, undefined, 9], [6, 3, 7]]) seen.push((await yard.train(id!, { ...(b !== undefined && { [B]: b }), ...(a !== undefined && { [A]: array([a]) }) })).seen);
    expect(seen.map((s) => s['c'].is)).toEqual(['value', 'value', 'value', 'missing', 'value', 'value']);
    expect(seen[3]!['c'].message).toBe(`${B}: the source has no data in this train; view#views/t: ${A}: the source has no data in this train`);
    expect(seen.map((s) => s['s'].value)).toEqual([[[1, 3]], [[1, 3]], [[2, 5]], undefined, [], [[3, 7]]]);
    expect(seen[5]!['of'].value).toBe(2);
    const { finals, buffer } = yard.reduce.finish();
    const final = readWire(finals[0]!.value, buffer!.memory) as Record<string, NdArray>;
    expect([final['pairs']!.item(), final['incomplete']!.item()]).toEqual([3, 2]);
  });

  test('in a class a state names a view for each input', async () => {
    class Tool {
      line = correlation();
      x(b: number): number {
        return b;
      }
      y(b: number): number {
        return 2 * b + 1;
      }
    }
    for (const name of ['x', 'y'] as const) {
      (From(B) as (target: object, key: string, index: number) => void)(Tool.prototype, name, 0);
      View.Scalar(Tool.prototype, name, Object.getOwnPropertyDescriptor(Tool.prototype, name) as TypedPropertyDescriptor<(b: number) => number>);
    }
    State({ x: 'x', y: 'y' })(Tool.prototype, 'line');
    const yard = new Yard({ Tool });
    for (const [id, b] of [[1, 1], [2, 5]]) await yard.train(id!, { [B]: b });
    const { finals, buffer } = yard.reduce.finish();
    expect((readWire(finals[0]!.value, buffer!.memory) as Record<string, NdArray>)['slope']!.item()).toBe(2);
  });

  test('stale takes the newest of the last N train IDs, shifted that of another train', async () => {
    const yard = new Yard({ s: view.scalar({ b: stale(B, 3) }, ({ b }) => b), f: view.vector({ x: shifted(A, -2) }, ({ x }) => x), rare: view.scalar({ b: shifted(B, -1) }, ({ b }) => b, { every: 2 }), both: view.scalar({ n: 'view#no', b: stale(B, 5) }, ({ b }) => b), no: view.scalar({ b: A }, () => (yard.status[0]! > 30 ? 1 : skip())) });
    const seen = [];
    for (let id = 1; id <= 6; id++) seen.push((await yard.train(id, { ...(id < 3 && { [B]: id }), [A]: array([id, id]) })).seen);
    expect(seen.map((s) => s['s'].value ?? s['s'].message)).toEqual([1, 2, 2, 2, `${B}: no value in the last 3 train IDs`, `${B}: no value in the last 3 train IDs`]);
    expect(seen.map((s) => s['f'].value ?? s['f'].message)).toEqual([`${A}: train -1 had no value`, `${A}: train 0 had no value`, [1, 1], [2, 2], [3, 3], [4, 4]]);
    expect(seen[1]!['rare'].value).toBe(1);
  });

  test('every counts train IDs for reducers, too', async () => {
    const yard = new Yard({ m: view.reduce(B, mean({ trains: 10 }), { every: 2 }) });
    expect((await yard.train(2, { [B]: 4 })).seen['m'].value).toBe(4);
    expect((await yard.train(3, { [B]: 100 })).seen['m']).toMatchObject({ is: 'none', message: expect.stringContaining('not due') });
    expect((await yard.train(4, { [B]: 6 })).seen['m'].value).toBe(5);
  });

  test('goes on in the next generation where its code is the same, else starts anew and says so', async () => {
    const exports = { v: view.scalar({ b: B }, ({ b }) => b, { average: 100 }), m: view.reduce(B, mean()) };
    const first = new Yard(exports);
    await first.train(1, { [B]: 10 });
    const state = structuredClone(first.reduce.saveState());
    const second = new Yard(exports);
    expect(second.reduce.restoreState(state)).toEqual({ notes: [], givenUp: [] });
    expect((await second.train(2, { [B]: 20 })).seen['v'].value).toBe(15);
    expect(second.reduce.finish().finals[0]!.value).toBe(15);
    const third = new Yard({ ...exports, v: view.scalar({ b: B }, ({ b }) => b, { average: 50 }) });
    expect(third.reduce.restoreState(state).notes).toEqual(['views/v starts anew: its inputs or options changed.']);
    expect((await third.train(2, { [B]: 20 })).seen['v'].value).toBe(20);
  });

  test('clear starts one view, or all anew', async () => {
    for (const [what, expected] of [['views/v', [20, 15]], [undefined, [20, 20]], ['views/other', [15, 15]]] as const) {
      const yard = new Yard({ v: view.scalar({ b: B }, ({ b }) => b, { average: 100 }), w: view.scalar({ b: B }, ({ b }) => b, { average: 100 }) });
      await yard.train(1, { [B]: 10 });
      yard.reduce.clear(what);
      const { seen } = await yard.train(2, { [B]: 20 });
      expect([seen['v'].value, seen['w'].value]).toEqual(expected);
    }
  });
});

describe('actions', () => {
  test('collect so many trains with a value, then give the constant; progress is told', async () => {
    const dark = keep<Image>();
    const yard = new Yard({ dark, img: view.image({ x: A }, ({ x }) => x), record: action('Record dark', { of: 'view#img', reduce: mean(), trains: 2, into: dark }) });
    expect((await yard.train(1, { [A]: array([[1, 2]]) })).progress).toBeUndefined();
    yard.reduce.actions.start('views', 'record');
    yard.reduce.actions.start('views', 'nothing');
    expect(await yard.train(2, { [A]: array([[1, 2]]) })).toMatchObject({ progress: [{ group: 'views', name: 'record', done: 1, of: 2 }], constants: [] });
    expect((await yard.train(3, {})).progress).toBeUndefined();
    const last = await yard.train(4, { [A]: array([[3, 4]]) });
    expect(last.progress).toMatchObject([{ done: 2, of: 2 }]);
    const [constant] = last.constants;
    expect(constant!.key).toBe('views.dark');
    expect(plain(readWire(constant!.value, constant!.memory))).toEqual([[2, 3]]);
    expect((await yard.train(5, { [A]: array([[3, 4]]) })).progress).toBeUndefined();
  });

  test('of a raw path, and of a reducer over all trains', async () => {
    const [a, b] = [keep(), keep()];
    const yard = new Yard({ a, b, m: view.reduce(B, mean()), one: action('A', { of: B, reduce: mean(), trains: 1, into: a }), two: action('B', { of: 'view#m', reduce: mean(), trains: 1, into: b }) });
    await yard.train(1, { [B]: 2 });
    yard.reduce.actions.start('views', 'one');
    expect((await yard.train(2, { [B]: 4 })).constants[0]!.value).toBe(4);
    yard.reduce.actions.start('views', 'two');
    expect((await yard.train(3, { [B]: 6 })).constants[0]!.value).toBe(4);
  });

  test('several collect side by side, each the trains that it would alone', async () => {
    const [a, b] = [keep(), keep()];
    const yard = new Yard({ a, b, one: action('A', { of: B, reduce: mean(), trains: 3, into: a }), two: action('B', { of: B, reduce: mean(), trains: 1, into: b }) });
    yard.reduce.actions.start('views', 'one');
    yard.reduce.actions.start('views', 'two');
    const recorded: unknown[] = [];
    for (let id = 1; id <= 4; id++) for (const { key, value } of (await yard.train(id, { [B]: id })).constants) recorded.push([id, key, value]);
    expect(recorded).toEqual([[1, 'views.b', 1], [3, 'views.a', 2]]);
  });

  test('what only an action takes leaves the worker while it collects, and while a viewer looks at it', async () => {
    const a = keep<number>();
    const hidden = view.scalar({ b: B }, ({ b }) => 2 * b, { hidden: true });
    const yard = new Yard({ a, c: keep<number>(), hidden, one: action('A', { of: A, reduce: mean(), trains: 3, into: a }), two: action('B', { of: hidden, reduce: mean(), trains: 3, into: a }) });
    const at = async (trainId: number, more: Partial<TrainTask>) => (await yard.train(trainId, { [A]: 7, [B]: 5 }, more)).seen;
    expect(await at(1, { collects: [] })).toEqual({ hidden: { is: 'value' } });
    expect(await at(2, { collects: [A] })).toEqual({ hidden: { is: 'value' }, [A]: { is: 'value', value: 7 } });
    expect(await at(3, { collects: ['view#views/hidden'] })).toEqual({ hidden: { is: 'value', value: 10 } });
    yard.pool.watch([A]);
    expect(await at(4, {})).toMatchObject({ [A]: { is: 'value', value: 7 } });
  });

  test('a reducer that fails ends the action, not the train', async () => {
    const a = keep();
    const bad = reducer<number, number, number>({ name: 'bad', kind: 'scalar', initial: () => 0, add: () => { throw new Error('no'); }, merge: (x) => x, result: (x) => x });
    const yard = new Yard({ a, v: view.scalar({ b: B }, () => 1), one: action('A', { of: B, reduce: bad, trains: 3, into: a }) });
    yard.reduce.actions.start('views', 'one');
    const { seen, progress, constants } = await yard.train(1, { [B]: 1 });
    expect([seen['v'].is, progress, constants]).toEqual(['value', [{ group: 'views', name: 'one', done: 3, of: 3, message: 'no' }], []]);
    expect((await yard.train(2, { [B]: 1 })).progress).toBeUndefined();
  });
});
