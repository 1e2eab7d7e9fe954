import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { YardState } from '@trainyard/control';
import { readResults, type ResultsFile } from '@trainyard/nexus';
import { Control, Workshop, type RunningYard } from '../support/yard.ts';
import { COUNTING, another, checkpoint, end, live as liveOf, newest, yardOf, type Live } from './week.support.ts';

/** What happens to a live yard in a week: crashes, kills, restarts. Real processes, real signals. */
const shop = new Workshop();
let sim: RunningYard;
let endpoint: string;
beforeAll(async () => {
  sim = shop.start(['sim', '--endpoint', 'tcp://127.0.0.1:*', '--small', '--no-detector', '--rate', '20', '--json']);
  endpoint = (await sim.line(/"endpoint":"(tcp:[^"]+)"/))[1]!;
});
afterAll(() => shop.close());

/** What the reducer counted of the trains in a file. */
const total = (results: ResultsFile): number => (results.final('views/trains')!.value as { data: Float64Array }).data[0]!;
const live = (views: string, folder: string, ...more: string[]): Promise<Live> => liveOf(shop, endpoint, views, folder, ...more);

describe('a native crash', () => {
  it('starts the yard again at the same address, with its state, and says what was lost', async () => {
    const one = await live(COUNTING, 'crash', '--set', 'gain=2');
    await one.control.request({ verb: 'set', group: '', name: 'gain', value: 3 });
    const { lookToken } = await one.control.get<{ lookToken: string }>('/api/hello');
    const layout = new URL('/api/layouts/night', one.address);
    const asLooking = { headers: { authorization: `Bearer ${lookToken}` } };
    expect((await fetch(`${layout.href}${new URL(one.address).search}`, { method: 'PUT', body: '{"trainyard":1,"tabs":[]}' })).status).toBe(200);
    await checkpoint(shop, 'crash');
    const before = await yardOf(one);
    const seen = (await one.control.state()).trains.done;
    process.kill(before, 'SIGSEGV');
    await one.yard.line(new RegExp(`\\(process ${before}\\) was ended at \\d\\d:\\d\\d:\\d\\d by SIGSEGV\\.`));
    await another(shop, one.control, before);
    const [, from, lost, to] = await one.yard.line(/views\/trains goes on from train (\d+)(?:; (?:train (\d+) is|trains \d+ to (\d+) are) not in it)?/);
    expect(Number(to ?? lost ?? from)).toBeGreaterThanOrEqual(Number(from));
    await one.yard.line(/went by while the yard was started again|No train was lost/);
    const state = await one.control.state();
    expect(state.parameters.find(({ name }) => name === 'gain')!.value).toBe(3);
    expect((await one.control.get<{ what: string; name: string; who: string }[]>('/api/journal'))).toContainEqual(expect.objectContaining({ what: 'crash', name: 'SIGSEGV', who: 'supervisor' }));
    expect((await shop.run('why', '--pid', String(one.yard.child.pid))).stdout).toMatch(/ended .* by SIGSEGV; this one took its place/);
    expect(await (await fetch(layout, asLooking)).json()).toMatchObject({ name: 'night', who: 'viewer' });
    // It has not started anew: this process alone has seen fewer trains.
    const { value } = await newest(one.address, 'views/trains');
    expect(value).toBeGreaterThan((await one.control.state()).trains.done);
    expect(value).toBeGreaterThan(seen / 4);
    await end(one.yard);
  }, 60_000);

  it('of a view that does it again and again: the second time it is set aside, ctl resume lets it try', async () => {
    // `kill` is a program here: process.kill is refused to a view.
    const one = await live(`import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { view } from '@trainyard/core';
export const id = view.scalar({ id: 'internal#train_id' }, ({ id }) => id);
export const bad = view.scalar({ id: 'internal#train_id' }, ({ id }) => { if (existsSync('armed')) execFileSync('kill', ['-SEGV', String(process.pid)]); return id; });
`, 'again');
    await one.control.until('it has a value', (now) => now.views.find(({ id }) => id === 'views/bad')?.newest?.outcome === 'value');
    shop.write('armed', '');
    await one.yard.line(/views\/bad on train \d+ ran then, and may be to blame/);
    await one.yard.line(/views\/bad is set aside: it ran at two crashes in a row/);
    rmSync(shop.path('armed'));
    await shop.eventually('the other view has values, the bad one its reason', async () => {
      const state = await one.control.state().catch(() => undefined);
      const view = (id: string) => state?.views.find((found) => found.id === id)?.newest;
      return view('views/id')?.outcome === 'value' && /set aside: it ran at two crashes in a row, the last by SIGSEGV/.test(view('views/bad')?.message ?? '');
    });
    expect(await one.control.request({ verb: 'resume', name: 'bad' })).toMatchObject({ ok: true, message: 'views/bad runs again' });
    await one.control.until('it has a value', (now) => now.views.find(({ id }) => id === 'views/bad')?.newest?.outcome === 'value');
    await end(one.yard);
  }, 80_000);

  it('five times within ten minutes is enough: it gives up, with the code of the signal', async () => {
    const { yard, control } = await live(COUNTING, 'enough');
    let last = 0;
    for (let crash = 0; crash < 5; crash += 1) {
      await shop.eventually('it is there', async () => {
        const state = await control.state().catch(() => undefined);
        if (state === undefined || state.pid === last) return false;
        last = state.pid;
        return true;
      });
      process.kill(last, 'SIGABRT');
    }
    const { code, stderr } = await yard.finished;
    expect(code).toBe(134);
    expect(stderr).toMatch(/crashed 5 times within 1 min and is not started again/);
  }, 120_000);
});

describe('kill -9', () => {
  it("of the yard is a person's will: it stays away, and the next start goes on", async () => {
    const one = await live(COUNTING, 'kill');
    await checkpoint(shop, 'kill');
    process.kill(await yardOf(one), 'SIGKILL');
    expect((await one.yard.finished).code).toBe(137);
    const two = await live(COUNTING, 'kill');
    await two.yard.line(/views\/trains goes on from train \d+/);
    const log = shop.path('kill/.trainyard/state/views.ts/yard.log');
    await shop.eventually('it is in the log', async () => existsSync(log) && /^\d{4}-\d\d-\d\dT[\d:.]+Z views\/trains goes on from train/m.test(readFileSync(log, 'utf8')));
    await end(two.yard);
  }, 60_000);

  it('of its supervisor: the yard ends in order by itself', async () => {
    const one = await live(COUNTING, 'orphan', '--out', shop.path('orphan.h5'));
    const pid = await yardOf(one);
    one.yard.signal('SIGKILL');
    await shop.eventually('it has ended', async () => {
      try {
        process.kill(pid, 0);
        return false;
      } catch {
        return true;
      }
    });
    expect(readdirSync(shop.folder)).toContain('orphan.h5');
    expect(readdirSync(shop.folder)).not.toContain('orphan.h5.part');
  }, 60_000);
});

describe('a view in train order that hangs', () => {
  it('costs the others the trains after the newest checkpoint, which are counted', async () => {
    const out = shop.path('hang.h5');
    const one = await live(`${COUNTING}import { existsSync, unlinkSync } from 'node:fs';
export const hangs = view.scalar({ trains }, ({ trains }) => { if (existsSync('now')) { unlinkSync('now'); for (;;); } return trains; }, { timeoutMs: 300 });
`, 'hang', '--out', out, '--force');
    await checkpoint(shop, 'hang');
    shop.write('now', '');
    const [, lost] = await one.yard.line(/views\/hangs took longer than 300 ms .*: what averages and other running results remember goes on as it was after train \d+; (\d+|no) trains? (?:after that (?:are|is) not in it|is lost from it)/);
    const { trains } = await one.control.state();
    await one.control.until('trains go on', (state) => state.trains.done > trains.done + 10);
    await end(one.yard);
    const results = await readResults(out);
    expect(total(results)).toBe(results.trainIds.length - (lost === 'no' ? 0 : Number(lost)));
    expect(results.outcomes('views/hangs').filter((code) => code === 4)).toHaveLength(1);
    // Blocks that were in the file already are not written once more.
    const blocks = [...results.rows('views/trains')].map(({ block }) => block!);
    expect(new Set(blocks).size).toBe(blocks.length);
    results.close();
  }, 60_000);
});

describe('signals', () => {
  it.each(['SIGINT', 'SIGHUP'] as const)('%s to the whole group, as a terminal gives it, is one: what runs is finished', async (signal) => {
    const file = shop.write(`${signal}/views.ts`, `import { view } from '@trainyard/core';
export const slow = view.scalar({ id: 'internal#train_id' }, async ({ id }) => { await new Promise((resolve) => setTimeout(resolve, 1500)); return id; }, { timeoutMs: 8000 });
`);
    const yard = shop.start(['live', file, '--stream', endpoint, '--workers', '1', '--json']);
    const [, url] = await yard.line(/"url":"([^"]+)"/);
    const { pid } = await new Control(url!).until('a train is computed', ({ workers }) => workers.busy > 0);
    // Both have it at once, and the supervisor passes it on.
    for (const one of [pid, yard.child.pid!]) process.kill(one, signal);
    const { code, json } = await yard.finished;
    expect(code).toBe(130);
    expect(json.at(-1)).toMatchObject({ type: 'summary', views: { 'views/slow': { late: 0, failed: 0 } } });
    expect((json.at(-1) as { views: Record<string, { value: number }> }).views['views/slow']!.value).toBeGreaterThan(0);
  }, 60_000);
});

describe('two yards', () => {
  it('on one list: the second says who has it, and keeps nothing; what a dead one had is taken over', async () => {
    const one = await live(COUNTING, 'two');
    const two = await live(COUNTING, 'two');
    await two.yard.line(new RegExp(`is watched by process ${await yardOf(one)} already \\(live views\\.ts, started`));
    await two.control.request({ verb: 'set', group: '', name: 'gain', value: 9 });
    await end(two.yard);
    expect(readdirSync(shop.path('two/.trainyard/state/views.ts'))).not.toContain('parameters.json');
    process.kill(await yardOf(one), 'SIGKILL');
    await one.yard.finished;
    const three = await live(COUNTING, 'two');
    expect(three.yard.output).not.toContain('already');
    expect((await three.control.state()).parameters.find(({ name }) => name === 'gain')!.value).toBe(1);
    await end(three.yard);
  }, 80_000);

  it('on two lists of one folder share nothing but constants', async () => {
    const one = await live(COUNTING, 'lists');
    const other = shop.write('lists/other.ts', COUNTING);
    const yard = shop.start(['live', other, '--stream', endpoint, '--socket', 'REQ', '--workers', '1']);
    await yard.line(/http:\/\/127\.0\.0\.1:\d+\/\S+/);
    await one.control.request({ verb: 'set', group: '', name: 'gain', value: 2 });
    await end(yard);
    await end(one.yard);
    expect(yard.output).not.toContain('already');
    expect(readdirSync(shop.path('lists/.trainyard/state/other.ts'))).not.toContain('parameters.json');
    expect(readdirSync(shop.path('lists/.trainyard/state/views.ts'))).toContain('parameters.json');
  }, 60_000);
});

describe('yard ctl suspend', () => {
  it('of the yard: no trains, no workers; what is remembered and the open file go on with resume', async () => {
    const out = shop.path('pause.h5');
    const one = await live(COUNTING, 'pause', '--out', out, '--force');
    const ctl = async (...args: string[]): Promise<string> => {
      const { code, stderr } = await shop.run('ctl', ...args, '--pid', String(await yardOf(one)));
      expect(code, stderr).toBe(0);
      return stderr;
    };
    expect(await ctl('suspend')).toContain('suspended: no trains are taken');
    const still = await one.control.state();
    expect(still.source).toMatchObject({ status: 'suspended', message: expect.stringMatching(/^Suspended by \S+ \(yard ctl\) at \d\d:\d\d/) });
    expect(still.workers.busy).toBe(0);
    expect((await shop.run('why', '--pid', String(still.pid))).stdout).toContain('Suspended by');
    // What is set, and saved, meanwhile holds later.
    await ctl('set', 'gain=4');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await one.control.state()).trains.done).toBe(still.trains.done);
    expect(await ctl('suspend')).toContain('suspended already');
    shop.write('pause/views.ts', `${COUNTING}export const more = view.scalar({ gain }, ({ gain }) => gain + 1);\n`);
    expect(await ctl('resume')).toContain('goes on');
    const later = await one.control.until('trains come again', (state) => state.trains.done > still.trains.done + 5 && state.views.some(({ id, counts }) => id === 'views/more' && counts.value > 0));
    expect(later.parameters[0]!.value).toBe(4);
    const journal = await one.control.get<{ what: string; who: string; name: string }[]>('/api/journal');
    expect(journal.filter(({ what }) => what === 'suspend' || what === 'resume').map(({ what, name }) => `${what} ${name}`)).toEqual(['suspend all', 'resume all']);
    expect(journal.filter(({ what }) => what === 'parameter').at(-1)!.who).toMatch(/^\S+ \(yard ctl\)$/);
    await end(one.yard);
    const results = await readResults(out);
    expect(total(results)).toBe(results.trainIds.length);
    expect(results.trainIds.length).toBeGreaterThan(still.trains.done + 5);
    results.close();
  }, 80_000);

  it('of the yard, and then its end: the final values are in the file all the same', async () => {
    const out = shop.path('paused.h5');
    const one = await live(COUNTING, 'paused', '--out', out, '--force');
    await one.control.request({ verb: 'suspend' });
    await end(one.yard);
    const results = await readResults(out);
    expect(total(results)).toBe(results.trainIds.length);
    results.close();
  }, 60_000);

  it('of a run over recorded data: all trains are computed in the end', async () => {
    await shop.run('sim', '--write', 'r0001', '--small', '--no-detector', '--trains', '100');
    const file = shop.write('recorded/views.ts', `${COUNTING}export const slow = view.scalar({ id: 'internal#train_id' }, async ({ id }) => { await new Promise((resolve) => setTimeout(resolve, 50)); return id; });\n`);
    const yard = shop.start(['run', file, '--run', 'r0001', '--workers', '1', '--out', 'recorded.h5', '--force', '--json']);
    const pid = String(yard.child.pid);
    await shop.eventually('it runs', async () => (await shop.run('ctl', 'suspend', '--pid', pid)).code === 0);
    const done = async (): Promise<number> => (JSON.parse((await shop.run('top', '--json', '--pid', pid)).stdout) as YardState).trains.done;
    const still = await done();
    expect(still).toBeLessThan(100);
    expect(await done()).toBe(still);
    expect((await shop.run('ctl', 'resume', '--pid', pid)).code).toBe(0);
    const { code, json } = await yard.finished;
    expect([code, (json.at(-1) as { trains: number }).trains]).toEqual([0, 100]);
    const results = await readResults(shop.path('recorded.h5'));
    expect([results.trainIds.length, total(results)]).toEqual([100, 100]);
    results.close();
  }, 60_000);

  it('of a view: its outcome is none with the reason, views that take it are missing it, over a restart, too', async () => {
    const views = `${COUNTING}export const twice = view.scalar({ gain }, ({ gain }) => 2 * gain);\n`;
    const one = await live(views, 'view');
    expect(await one.control.request({ verb: 'suspend', name: 'gian' })).toMatchObject({ ok: false, code: 'VIEW_UNKNOWN', message: expect.stringContaining('Did you mean "gain"?') });
    expect(await one.control.request({ verb: 'suspend', name: 'gain', who: 'anna (test)' })).toMatchObject({ ok: true, message: 'views/gain does not run any more' });
    const outcome = (id: string, wanted: string) => (state: YardState): boolean => state.views.find((view) => view.id === id)?.newest?.outcome === wanted;
    const state = await one.control.until('it is suspended', (now) => outcome('views/gain', 'none')(now) && outcome('views/twice', 'missing')(now));
    expect(state.views.find(({ id }) => id === 'views/gain')!.newest!.message).toMatch(/^suspended by hand \(anna \(test\)\)/);
    expect(state.views.find(({ id }) => id === 'views/twice')!.newest!.message).toContain('suspended by hand');
    expect(outcome('views/one', 'value')(state)).toBe(true);
    process.kill(await yardOf(one), 'SIGSEGV');
    await another(shop, one.control, state.pid);
    await one.control.until('it is still suspended', outcome('views/gain', 'none'));
    expect(await one.control.request({ verb: 'resume', name: 'views' })).toMatchObject({ ok: true, message: 'views/gain runs again' });
    await one.control.until('it runs again', outcome('views/twice', 'value'));
    expect(await one.control.request({ verb: 'resume', name: 'gain' })).toMatchObject({ ok: true, message: expect.stringContaining('nothing is to be resumed') });
    await end(one.yard);
  }, 80_000);
});
