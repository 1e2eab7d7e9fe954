import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { decodeValue, type ActionState, type YardState } from '@trainyard/control';
import { openRun } from '@trainyard/exdf';
import { diffResults, readResults, type ArrayValue } from '@trainyard/nexus';
import { writeSimRun } from '@trainyard/sim';
import { Control, Workshop, type RunningYard } from '../support/yard.ts';

const shop = new Workshop();
afterAll(() => shop.close());

const MOTOR = 'SQS_ILH_LAS/MOTOR/DELAY';
const XGM = 'SA3_XGM/XGM/DOOCS';
const VIEWS = `
import { parameters, scan, skip, slider, view } from '@trainyard/core';
import { mean, sum } from '@trainyard/statistics';
const p = parameters({ sigma: slider(2, 0.5, 20, 'px'), gain: 1, other: 0 });
const FLUX = 'karabo#${XGM}.pulseEnergy.photonFlux';
export const flux = view.scalar({ f: FLUX, id: 'internal#train_id' }, ({ f, id }) => {
  if (id % 13 === 4) throw new Error('a bad train');
  return id % 7 === 3 ? skip('not this one') : f * p.sigma;
}, { unit: 'uJ' });
export const pulses = view.vector({ x: 'karabo#${XGM}:output[data.intensityTD]' }, ({ x }) => x.mul(p.gain));
export const sigmaScan = scan('Sigma scan', { set: { sigma: [1, 2, 3] }, of: { flux, pulses }, reduce: { flux: mean(), pulses: sum() }, trains: 10 });
export const gainScan = scan('Gain scan', { set: { gain: [1, 2], other: [1, 2, 3] }, of: { pulses }, reduce: mean(), trains: 4 });
export const delayScan = scan('Delay scan', { by: 'karabo#${MOTOR}.actualPosition', within: 0.01, of: { flux }, reduce: mean(), trains: 100 });
`;

describe('a scan over a recorded run', { timeout: 90_000 }, () => {
  const RUN = shop.path('r0001');
  const FIRST = 20_000;
  const TRAINS = 130;
  let flux: number[];
  let motor: number[];

  beforeAll(async () => {
    shop.write('views.ts', VIEWS);
    await writeSimRun(RUN, { seed: 5, firstTrainId: FIRST, trains: TRAINS, small: true, detector: false });
    const run = await openRun(RUN);
    const read = (source: string, key: string): number[] => Array.from(run.sources.get(source)!.keys.get(key)!.read().data as Float64Array, Number);
    [flux, motor] = [read(XGM, 'pulseEnergy.photonFlux'), read(MOTOR, 'actualPosition')];
    run.close();
  });

  /** Trains with a value of the view `flux`, as the file above has it. */
  const hasValue = (i: number): boolean => (FIRST + i) % 13 !== 4 && (FIRST + i) % 7 !== 3;

  it('steps through the run: the same trains at each point, and the same bits, however many workers there are', async () => {
    for (const workers of ['1', '3']) {
      const done = await shop.run('run', 'views.ts', '--run', RUN, '--action', 'sigmaScan', 'gainScan', '--workers', workers, '--out', `w${workers}.h5`);
      expect(done.code).toBe(0);
      expect(done.stderr).toMatch(/Sigma scan: done, 3 points; written to .*\.trainyard\/scans\/sigmaScan-.*\.h5/);
    }
    expect(await diffResults(shop.path('w1.h5'), shop.path('w3.h5'))).toEqual([]);
    const file = await readResults(shop.path('w1.h5'));
    const table = file.final('views/sigmaScan')!.value as Record<string, ArrayValue>;
    // Both scans go on side by side: a train that is one too many for the one is none of the other's either.
    const outcomes = file.outcomes('views/sigmaScan');
    const taken = Array.from({ length: TRAINS }, (_, i) => i).filter((i) => outcomes[i] === 0);
    const points = [0, 1, 2].map((point) => taken.slice(point * 10, point * 10 + 10));
    expect(taken).toEqual(Array.from({ length: taken.at(-1)! + 1 }, (_, i) => i).filter(hasValue));
    expect([...table['sigma']!.data]).toEqual([1, 2, 3]);
    expect([...table['trains']!.data]).toEqual([10, 10, 10]);
    expect([...table['firstTrainId']!.data]).toEqual(points.map((point) => FIRST + point[0]!));
    expect([...table['lastTrainId']!.data]).toEqual(points.map((point) => FIRST + point.at(-1)!));
    const means = points.map((point, i) => point.reduce((sum, at) => sum + flux[at]! * (i + 1), 0) / 10);
    for (const [i, value] of [...table['flux']!.data].entries()) expect(value).toBeCloseTo(means[i]!, 9);
    const along = file.final('views/sigmaScan.pulses')!;
    expect((along.value as ArrayValue).shape).toEqual([3, 100]);
    expect(along.labels!.axes![0]).toMatchObject({ name: 'sigma', unit: 'px', values: Float64Array.of(1, 2, 3) });
    expect((file.final('views/gainScan.pulses')!.value as ArrayValue).shape).toEqual([2, 3, 100]);
    const seen = points.map((point) => [point[0]!, point.at(-1)!] as const).flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i));
    expect([...table['failed']!.data].reduce<number>((sum, n) => sum + Number(n), 0)).toBe(seen.filter((i) => (FIRST + i) % 13 === 4).length);
    // The parameters are as they were after the scan: the journal says who set them.
    const sets = file.journal().filter(({ kind, name }) => kind === 'parameter' && name === 'views.sigma');
    expect(sets.map(({ trainId, value }) => [trainId, (value as { value: number; who: string }).value])).toEqual([[FIRST, 1], [FIRST + points[0]!.at(-1)! + 1, 2], [FIRST + points[1]!.at(-1)! + 1, 3], [FIRST + points[2]!.at(-1)! + 1, 2]].map(([trainId, value], i) => [i === 0 ? 0 : trainId, value]));
    file.close();
  });

  it('by a motor that was recorded: each stretch is a point, less the train after the move', async () => {
    expect((await shop.run('run', 'views.ts', '--run', RUN, '--action', 'delayScan', '--out', 'delay.h5')).code).toBe(0);
    const file = await readResults(shop.path('delay.h5'));
    const table = file.final('views/delayScan')!.value as Record<string, ArrayValue>;
    const stretches: number[][] = [];
    for (let i = 0; i < TRAINS; i++) {
      if (i > 0 && Math.abs(motor[i]! - motor[i - 1]!) <= 0.01) stretches.at(-1)!.push(i);
      else stretches.push([]);
    }
    const taken = stretches.map((stretch) => stretch.filter(hasValue));
    expect([...table['trains']!.data]).toEqual(taken.map(({ length }) => length));
    expect([...table['actualPosition']!.data]).toEqual(taken.map(([first]) => motor[first!]));
    for (const [i, value] of [...table['flux']!.data].entries()) expect(value).toBeCloseTo(taken[i]!.reduce((sum, at) => sum + flux[at]! * 2, 0) / taken[i]!.length, 9);
    file.close();
  });

  it('that is too short ends with what it has, says so, and is written', async () => {
    const done = await shop.run('run', 'views.ts', '--run', RUN, '--trains', '0:15', '--action', 'sigmaScan');
    expect(done.stderr).toMatch(/Sigma scan: ended at point 2 of 3: the data ended; written to (\S+\.h5)\./);
    const file = await readResults(/written to (\S+\.h5)\./.exec(done.stderr)![1]!);
    const table = file.final('views/sigmaScan')!.value as Record<string, ArrayValue>;
    expect([...table['trains']!.data][0]).toBe(10);
    expect(Number(table['trains']!.data[1])).toBeLessThan(10);
    file.close();
    const read = await shop.run('read', /written to (\S+\.h5)\./.exec(done.stderr)![1]!, 'sigmaScan.flux');
    expect(read.code).toBe(0);
  });

  it('is known to check; what is wrong with it is said at its line', async () => {
    expect((await shop.run('check', 'views.ts', '--run', RUN)).code).toBe(0);
    shop.write('wrong.ts', VIEWS.replace('sigma: [1, 2, 3]', 'sigmma: [1, 2, 3]'));
    const wrong = await shop.run('check', 'wrong.ts');
    expect(wrong.code).toBe(2);
    expect(wrong.stdout).toMatch(/wrong\.ts:11:14: error: .*Did you mean "sigma"\? \(SCAN_PARAMETER\)/);
  });
});

describe('a scan on a stream', { timeout: 90_000 }, () => {
  let sim: RunningYard;
  let endpoint: string;
  beforeAll(async () => {
    sim = shop.start(['sim', '--endpoint', 'tcp://127.0.0.1:*', '--small', '--no-detector', '--rate', '50', '--json']);
    endpoint = (await sim.line(/"endpoint":"(tcp:[^"]+)"/))[1]!;
  });

  async function live(name: string): Promise<{ yard: RunningYard; control: Control; address: string; file: string; folder: string; env: string[] }> {
    const file = shop.write(`${name}/views.ts`, VIEWS.replace('trains: 10 ', 'trains: 20 '));
    const yard = shop.start(['live', file, '--stream', endpoint]);
    const [address] = await yard.line(/http:\/\/127\.0\.0\.1:\d+\/\S+/);
    const control = new Control(address);
    await control.until('trains come', (state) => state.trains.done > 2);
    return { yard, control, address: address!, file, folder: shop.path(name, '.trainyard', 'scans'), env: ['--pid', String(yard.child.pid)] };
  }
  /** How long the values of a view are, as a viewer gets them. */
  function watched(address: string, view: string): number[] {
    const lengths: number[] = [];
    const url = new URL(address);
    const socket = new WebSocket(`ws://${url.host}/api/socket${url.search}`);
    socket.on('error', () => undefined);
    socket.on('open', () => socket.send(JSON.stringify({ type: 'watch', wants: [{ key: view, id: view, as: { as: 'whole' } }] })));
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (!isBinary) return;
      const { value, labels } = decodeValue(new Uint8Array(data));
      expect(labels?.axes?.[0]?.name).toBe('sigma');
      lengths.push((value as { shape: number[] }).shape[0]!);
      socket.send(JSON.stringify({ type: 'ack', key: view }));
    });
    return lengths;
  }
  const scanOf = (state: YardState, name: string): ActionState => state.actions.find((one) => one.name === name)!;
  const sigmaOf = (state: YardState): unknown => state.parameters.find(({ name }) => name === 'sigma')!.value;
  async function end(yard: RunningYard): Promise<void> {
    yard.signal('SIGTERM');
    expect((await yard.finished).code).toBe(130);
  }

  it('is followed to its end by yard ctl scan; the parameter is put back, a reload meanwhile changes nothing', async () => {
    const { yard, control, address, file, folder, env } = await live('whole');
    const lengths = watched(address, 'views/sigmaScan.flux');
    const following = shop.run('ctl', 'scan', 'sigmaScan', '--json', ...env);
    const at = await control.until('its second point', (state) => (scanOf(state, 'sigmaScan').progress?.point ?? 0) >= 2);
    expect(scanOf(at, 'sigmaScan').progress).toMatchObject({ points: 3, trains: 20, leftMs: expect.any(Number) as number });
    expect(sigmaOf(at)).toBe(at.actions.find(({ name }) => name === 'sigmaScan')!.progress!.point);
    writeFileSync(file, `// a comment\n${readFileSync(file, 'utf8')}`);
    const refused = await control.request({ verb: 'action', group: 'views', name: 'sigmaScan' });
    expect(refused).toMatchObject({ ok: false, code: 'ACTION_RUNS' });
    const { code, json } = await following;
    expect([code, json.at(-1)]).toMatchObject([0, { type: 'done', whole: true, message: expect.stringContaining('done, 3 points') as string }]);
    expect(json.some(({ type, point }) => type === 'progress' && point === 1)).toBe(true);
    const state = await control.state();
    expect([sigmaOf(state), state.generation.number]).toEqual([2, 2]);
    // A viewer sees it grow.
    expect(lengths.at(-1)).toBe(3);
    expect(lengths.toSorted((a, b) => a - b)).toEqual(lengths);
    expect(lengths[0]).toBeLessThan(3);
    const [written] = readdirSync(folder).filter((name) => name.endsWith('.h5'));
    const results = await readResults(`${folder}/${written}`);
    const table = results.final('views/sigmaScan')!.value as Record<string, ArrayValue>;
    expect([...table['trains']!.data]).toEqual([20, 20, 20]);
    results.close();
    await end(yard);
  });

  it('two that set one parameter are refused, others go side by side; cancelled ones keep their points', async () => {
    const { yard, control, folder, file } = await live('two');
    writeFileSync(file, `${readFileSync(file, 'utf8')}\nexport const again = scan('Again', { set: { sigma: [4, 5] }, of: flux, reduce: mean(), trains: 20 });\n`);
    await control.until('the new scan', (state) => scanOf(state, 'again') !== undefined);
    expect(await control.request({ verb: 'action', group: 'views', name: 'sigmaScan' })).toMatchObject({ ok: true });
    expect(await control.request({ verb: 'action', group: 'views', name: 'again' })).toMatchObject({ ok: false, code: 'SCAN_BUSY', message: expect.stringMatching(/Sigma scan is setting views\.sigma/) as string });
    expect(await control.request({ verb: 'action', group: 'views', name: 'delayScan' })).toMatchObject({ ok: true });
    await control.until('both have a point', (state) => ['sigmaScan', 'delayScan'].every((name) => (scanOf(state, name).progress?.point ?? 0) >= 2));
    expect(await control.request({ verb: 'cancel', group: 'views', name: 'sigmaScan' })).toMatchObject({ ok: true });
    expect(await control.request({ verb: 'cancel', group: 'views', name: 'delayScan' })).toMatchObject({ ok: true });
    expect(await control.request({ verb: 'cancel', group: 'views', name: 'delayScan' })).toMatchObject({ ok: false, code: 'CANCEL_UNKNOWN' });
    const state = await control.until('both are written', (now) => scanOf(now, 'sigmaScan').file !== undefined && scanOf(now, 'delayScan').file !== undefined);
    expect(scanOf(state, 'sigmaScan')).toMatchObject({ whole: false, message: expect.stringMatching(/^ended at point \d of 3: cancelled; written to/) as string });
    expect(sigmaOf(state)).toBe(2);
    expect(readdirSync(folder).filter((name) => /^(sigma|delay)Scan-.*\.h5$/.test(name))).toHaveLength(2);
    await end(yard);
  });

  it('ends where somebody else sets its parameter, or its code changes, and says so', async () => {
    const { yard, control, file } = await live('ends');
    await control.request({ verb: 'action', group: 'views', name: 'sigmaScan' });
    await control.until('a point is through', (state) => (scanOf(state, 'sigmaScan').progress?.point ?? 0) >= 2);
    await control.request({ verb: 'set', group: 'views', name: 'sigma', value: 7 });
    const touched = await control.until('it has ended', (state) => scanOf(state, 'sigmaScan').file !== undefined);
    expect(scanOf(touched, 'sigmaScan').message).toMatch(/ended at point \d of 3: .+ set views\.sigma; written/);
    expect(sigmaOf(touched)).toBe(7);

    await control.request({ verb: 'action', group: 'views', name: 'sigmaScan' });
    await control.until('a point is through', (state) => (scanOf(state, 'sigmaScan').progress?.point ?? 0) >= 2);
    writeFileSync(file, readFileSync(file, 'utf8').replace('f * p.sigma', 'f * p.sigma + 1'));
    const reloaded = await control.until('it has ended', (state) => scanOf(state, 'sigmaScan').progress === undefined && scanOf(state, 'sigmaScan').file !== undefined);
    expect(scanOf(reloaded, 'sigmaScan').message).toMatch(/ended at point \d of 3: .*flux.*; written to/);
    const results = await readResults(scanOf(reloaded, 'sigmaScan').file!);
    expect((results.final('views/sigmaScan')!.value as Record<string, ArrayValue>)['trains']!.data[0]).toBe(20);
    results.close();
    expect(sigmaOf(reloaded)).toBe(7);
    await end(yard);
  });

  it('a restart finds the parameter as it was before the scan, and the points that were through', async () => {
    const { yard, control, file, folder } = await live('killed');
    await control.request({ verb: 'set', group: 'views', name: 'sigma', value: 5 });
    await control.request({ verb: 'action', group: 'views', name: 'sigmaScan' });
    await control.until('its second point', (state) => (scanOf(state, 'sigmaScan').progress?.point ?? 0) >= 2);
    const until = Date.now() + 10_000;
    while (!(existsSync(folder) && readdirSync(folder).some((name) => name.endsWith('.h5'))) && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
    yard.signal('SIGKILL');
    await yard.finished;
    const results = await readResults(`${folder}/${readdirSync(folder).find((name) => name.endsWith('.h5'))}`);
    expect(Number((results.final('views/sigmaScan')!.value as Record<string, ArrayValue>)['trains']!.data[0])).toBe(20);
    results.close();
    const next = shop.start(['live', file, '--stream', endpoint]);
    const again = new Control((await next.line(/http:\/\/127\.0\.0\.1:\d+\/\S+/))[0]);
    const state = await again.until('trains come', (now) => now.trains.done > 2);
    expect(sigmaOf(state)).toBe(5);
    expect(scanOf(state, 'sigmaScan').progress).toBeUndefined();
    await end(next);
  });
});
