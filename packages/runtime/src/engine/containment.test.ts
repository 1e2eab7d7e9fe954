import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Summary } from './delivery.ts';
import { ScriptedYard, burn, type Script } from './scripted-yard.test.support.ts';
import { stuckThreads } from '../crew/worker-handle.ts';

/** Views beside the bad one: of the pool, one upon the other, and in train order. */
const GOOD = `
export const good = view.scalar({ id }, ({ id }) => id * 2);
export const other = view.scalar({ good }, ({ good }) => good + 1);
export const average = view.scalar({ id }, ({ id }) => id, { average: 4 });
export const spread = view.reduce(other, histogram({ bins: 10, range: [0, 1000] }));
`;
const GOOD_NAMES = ['good', 'other', 'average', 'spread'];
/** A view that hangs is given so long, on purpose: who waits for it is seen to have waited also where the machine is busy. */
const LIMIT = 1500;
const folder = mkdtempSync(join(tmpdir(), 'yard-containment-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = (views: string, script: Partial<Script> = {}): Promise<ScriptedYard> => ScriptedYard.start({ everyMs: 100, ...script, views: GOOD + views });

/** Nothing is lost, nothing out of order, no slot kept, and the good views have a value on every train. */
function expectContained(yard: ScriptedYard, { trains, views }: Summary, good = GOOD_NAMES): void {
  for (const [id, counts] of Object.entries(views)) expect([id, Object.values(counts).reduce((sum, n) => sum + n, 0)]).toEqual([id, trains]);
  const ids = Array.from({ length: trains }, (_, i) => i + 1);
  for (const seen of yard.early.seen.values()) expect(seen.map(({ trainId }) => trainId)).toEqual(ids);
  expect(yard.whole.trains.map(({ trainId }) => trainId)).toEqual(ids);
  for (const train of yard.whole.trains) expect(train.views).toEqual(yard.whole.trains[0]!.views);
  for (const name of good) expect([name, yard.of(name).filter(({ outcome }) => outcome !== 'value')], yard.notes.join('\n')).toEqual([name, []]);
  expect(yard.source.lent.size).toBe(yard.source.retired.size);
}

const outcomeOn = (yard: ScriptedYard, name: string, trainId: number) => yard.of(name).find((seen) => seen.trainId === trainId);
const hasValueAfter = (yard: ScriptedYard, name: string, trainId: number): boolean => yard.of(name).some((seen) => seen.trainId > trainId && seen.outcome === 'value');

const HANGS: [how: string, body: string][] = [
  ['loops', 'for (;;);'],
  ['gives a promise that never resolves', 'return new Promise<number>(() => {});'],
  ['gives a promise that resolves too late', `return new Promise<number>((resolve) => setTimeout(resolve, ${10 * LIMIT}, 1));`],
  ['sleeps in Atomics.wait', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);'],
  ['backtracks', "/(a+)+$/.test('a'.repeat(40) + 'b');"],
];

describe('others do not wait for a view that', () => {
  test.each(HANGS)('%s', { timeout: 120_000 }, async (_, body) => {
    const yard = await start(`export const bad = view.scalar({ id }, ({ id }) => { if (id === 10) { ${body} } return id; }, { timeoutMs: ${LIMIT} });`);
    await yard.until('it runs again', () => hasValueAfter(yard, 'bad', 10));
    expectContained(yard, await yard.stop());
    const late = outcomeOn(yard, 'bad', 10)!;
    expect(late).toMatchObject({ outcome: 'late', message: expect.stringMatching(`took longer than ${LIMIT} ms|kept 64 trains waiting`) });
    expect(late.ageMs).toBeGreaterThan(LIMIT - 100);
    expect(yard.oldest(GOOD_NAMES, 5)).toBeLessThan(late.ageMs);
    // Several trains went on before it came.
    expect(yard.early.trains.findIndex((part) => part.trainId === 10 && part.views.includes('views/bad'))).toBeGreaterThan(yard.early.trains.findIndex((part) => part.trainId === 13 && part.views.includes('views/good')));
    expect(yard.notes.filter((note) => /took longer|kept 64/.test(note))).toHaveLength(1);
  });

  test('is only slow: it has its values, and stays where it is', { timeout: 120_000 }, async () => {
    const yard = await start(`export const slow = view.scalar({ id }, ({ id }) => { if (id % 15 === 0) ${burn(300)} return id; }, { timeoutMs: 60_000 });`);
    await yard.until('it was slow twice', () => hasValueAfter(yard, 'slow', 31));
    const summary = await yard.stop();
    expectContained(yard, summary);
    expect([15, 30].map((trainId) => outcomeOn(yard, 'slow', trainId)!.outcome)).toEqual(['value', 'value']);
    // On a busy machine others may be so far ahead that it has no time for a train; it never fell.
    for (const { outcome, message } of yard.of('slow')) if (outcome !== 'value') expect(message).toMatch(/^its worker was still busy with train (15|30)$/);
    expect(yard.notes).toEqual([]);
  });

  test('is slow, where completeness counts: trains wait for it', { timeout: 120_000 }, async () => {
    const yard = await start(`export const slow = view.scalar({ id }, ({ id }) => { if (id % 15 === 0) ${burn(900)} return id; }, { timeoutMs: 60_000 });`, { verb: 'run', everyMs: 40 });
    await yard.until('it was slow twice', () => hasValueAfter(yard, 'slow', 31));
    expectContained(yard, await yard.stop(), [...GOOD_NAMES, 'slow']);
  });

  test('builds a plan: the second worker has it before it is its turn', { timeout: 120_000 }, async () => {
    const yard = await start(`const made = plan(() => ${burn(600).replace('}', 'return 1; }')});\nexport const table = view.scalar({ id }, ({ id }) => made() * id, { timeoutMs: 150 });`);
    await yard.until('trains come', () => hasValueAfter(yard, 'table', 30));
    expectContained(yard, await yard.stop());
    // Longer than its limit; nevertheless it never fell, on neither of the two.
    expect(yard.notes).toEqual([]);
    expect(yard.of('table').slice(20).filter(({ outcome }) => outcome !== 'value')).toEqual([]);
  });

  test('hangs in the first train: not as long as a first run may take', { timeout: 120_000 }, async () => {
    const yard = await start('export const bad = view.scalar({ id }, ({ id }) => { if (id === 1) for (;;); return id; });');
    await yard.until('it runs again', () => hasValueAfter(yard, 'bad', 1));
    expectContained(yard, await yard.stop());
    expect(yard.of('bad')[0]).toMatchObject({ outcome: 'late', message: expect.stringMatching(/took longer than 8000 ms|kept 64 trains waiting/) });
    expect(yard.oldest(GOOD_NAMES)).toBeLessThan(yard.of('bad')[0]!.ageMs / 2);
  });

  test('hangs in a plan', { timeout: 120_000 }, async () => {
    const yard = await start(`export const bad = view.scalar({ id }, ({ id }) => plan((n: number) => { if (n === 10) for (;;); return n; }, id)(), { timeoutMs: ${LIMIT} });`);
    await yard.until('it runs again', () => hasValueAfter(yard, 'bad', 10));
    expectContained(yard, await yard.stop());
    expect(outcomeOn(yard, 'bad', 10)!.outcome).toBe('late');
  });

  test('hangs together with another one', { timeout: 120_000 }, async () => {
    const yard = await start(`
export const first = view.scalar({ id }, ({ id }) => { if (id === 10) for (;;); return id; }, { timeoutMs: ${LIMIT} });
export const second = view.scalar({ id }, ({ id }) => { if (id === 10) for (;;); return id; }, { timeoutMs: ${LIMIT} });`);
    await yard.until('both run again', () => hasValueAfter(yard, 'first', 10) && hasValueAfter(yard, 'second', 10));
    expectContained(yard, await yard.stop());
    expect(['first', 'second'].map((name) => outcomeOn(yard, name, 10)!.outcome)).toEqual(['late', 'late']);
  });

  test('hangs on every 7th train: it is set aside after three, with all that is to be known', { timeout: 120_000 }, async () => {
    const yard = await start('export const bad = view.scalar({ id }, ({ id }) => { if (id % 7 === 0) for (;;); return id; }, { timeoutMs: 100 });\nexport const of = view.scalar({ bad }, ({ bad }) => bad);\nexport const without = view.scalar({ good, bad: optional(bad) }, ({ good, bad }) => good + (bad ?? 1000));');
    await yard.until('it is set aside', () => yard.of('bad').at(-1)?.message?.startsWith('set aside') === true);
    const aside = yard.of('bad').at(-1)!;
    expect(aside).toMatchObject({ outcome: 'failed', message: expect.stringMatching(/^set aside after it hung or ended its worker 3 times, on trains \d+, \d+ and \d+; the last time it took longer than 100 ms and was stopped .*Save the file, or yard ctl reload, or yard ctl resume views\/bad, to try it again$/) });
    for (const trainId of /trains (\d+), (\d+) and (\d+)/.exec(aside.message!)!.slice(1).map(Number)) expect([trainId % 7, outcomeOn(yard, 'bad', trainId)!.outcome]).toEqual([0, 'late']);
    // By hand it is tried again, in quarantine.
    const { trainId } = yard.of('bad').at(-1)!;
    expect(yard.engine.held.resume('bad', 'test')).toBe('views/bad runs again');
    await yard.until('it has values again', () => hasValueAfter(yard, 'bad', trainId));
    await yard.until('it is set aside again', () => yard.of('bad').at(-1)?.message?.startsWith('set aside') === true);
    const summary = await yard.stop();
    expectContained(yard, summary, [...GOOD_NAMES, 'without']);
    for (const [i, { outcome, message, value }] of yard.of('bad').entries()) {
      expect(yard.of('of')[i]).toMatchObject(outcome === 'value' ? { outcome, value } : { outcome: 'missing', message: `view#views/bad: ${message}` });
    }
  });
});

describe('a thread that does not end', () => {
  test('is left behind with its slot: trains go on, and the slot comes back when it ends after all', { timeout: 120_000 }, async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const yard = await start(`import { openSync, readSync } from 'node:fs';
export const bad = view.scalar({ id }, ({ id }) => { if (id === 10) readSync(openSync('${pipe}', 'r+'), new Uint8Array(1)); return id; }, { timeoutMs: 200 });`);
    await yard.until('its slot is given up', () => yard.source.retired.has(10));
    expect(stuckThreads()).toBe(1);
    await yard.until('it runs again', () => hasValueAfter(yard, 'bad', 10));
    writeFileSync(pipe, 'x');
    await yard.until('the slot comes back', () => !yard.source.lent.has(10));
    expect(stuckThreads()).toBe(0);
    expectContained(yard, await yard.stop());
    expect(outcomeOn(yard, 'bad', 10)!.outcome).toBe('late');
  });

  test('since it waits for a program: the program is ended', { timeout: 120_000 }, async () => {
    const yard = await start("import { execSync } from 'node:child_process';\nexport const bad = view.scalar({ id }, ({ id }) => { if (id === 10) execSync('sleep 4321; true'); return id; }, { timeoutMs: 200 });");
    await yard.until('it runs again', () => hasValueAfter(yard, 'bad', 10));
    await yard.until('the thread has gone', () => !yard.source.lent.has(10));
    expectContained(yard, await yard.stop());
    expect(readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && commandOf(pid).includes('sleep\u00004321'))).toEqual([]);
  });
});

function commandOf(pid: string): string {
  try {
    return execFileSync('cat', [`/proc/${pid}/cmdline`], { stdio: ['ignore', 'pipe', 'ignore'] }).toString();
  } catch {
    return '';
  }
}

describe('views in train order', () => {
  test('wait for a view of the pool that they take, and for no other', { timeout: 120_000 }, async () => {
    const yard = await start(`
export const bad = view.scalar({ id }, ({ id }) => { if (id === 10) for (;;); return id; }, { timeoutMs: ${LIMIT}, average: 3 });
export const sum = view.reduce(bad, histogram({ bins: 4, range: [0, 1000] }));
export const both = view.scalar({ average, bad }, ({ average, bad }) => average + bad);
export const before = view.scalar({ last: shifted(good, -1) }, ({ last }) => last);`);
    await yard.until('it runs again', () => hasValueAfter(yard, 'both', 12));
    const summary = await yard.stop();
    // The average is taken together with the bad one: these two wait.
    expectContained(yard, summary, ['good', 'other', 'average', 'spread']);
    expect(yard.oldest(['good', 'other', 'spread', 'before'], 5)).toBeLessThan(outcomeOn(yard, 'bad', 10)!.ageMs);
    expect(outcomeOn(yard, 'bad', 10)!.outcome).toBe('late');
    for (const { trainId, value } of yard.of('before').slice(1)) expect(value).toBe(2 * (trainId - 1));
    for (const { trainId, outcome } of yard.of('sum')) expect([trainId, outcome]).toEqual([trainId, outcomeOn(yard, 'bad', trainId)!.outcome === 'value' ? 'value' : 'missing']);
  });

  test('that hang keep only their like waiting, and cost these nothing', { timeout: 120_000 }, async () => {
    const yard = await start(`export const bad = view.scalar({ average, id }, ({ average, id }) => { if (id === 30) for (;;); return average; }, { timeoutMs: ${LIMIT} });`);
    await yard.until('it runs again', () => hasValueAfter(yard, 'bad', 30));
    const summary = await yard.stop();
    expectContained(yard, summary);
    expect(outcomeOn(yard, 'bad', 30)).toMatchObject({ outcome: 'late', message: expect.stringContaining(`took longer than ${LIMIT} ms`) });
    expect(yard.oldest(['good', 'other'], 5)).toBeLessThan(outcomeOn(yard, 'bad', 30)!.ageMs);
    expect(yard.notes.filter((note) => note.includes('views/bad took longer'))).toHaveLength(1);
  });

  test('that hang again and again are set aside; the others go on', { timeout: 120_000 }, async () => {
    const yard = await start('export const bad = view.scalar({ last: shifted(good, -1), id }, ({ id }) => { if (id % 8 === 0) for (;;); return id; }, { timeoutMs: 150 });');
    await yard.until('it is set aside', () => yard.of('bad').at(-1)?.message?.startsWith('set aside after it hung') === true);
    const { trainId } = yard.of('bad').at(-1)!;
    await yard.until('others go on', () => hasValueAfter(yard, 'average', trainId + 5));
    expectContained(yard, await yard.stop());
  });

  test('an action whose reducer hangs is given up; nothing else is touched', { timeout: 120_000 }, async () => {
    const yard = await start(`export const dark = keep<number>();
const hangs = reducer({ name: 'hangs', kind: 'scalar', initial: () => 0, add: (n: number) => { if (n === 2) for (;;); return n + 1; }, merge: (a: number, b: number) => a + b, result: (n: number) => n });
export const record = action('Record', { of: good, reduce: hangs, trains: 5, into: dark });`);
    await yard.until('trains come', () => hasValueAfter(yard, 'spread', 5));
    yard.engine.byHand.action('', 'record', 'test');
    await yard.until('it is given up', () => yard.engine.state().actions[0]?.message !== undefined);
    const at = yard.engine.state().trains.done;
    await yard.until('others go on', () => hasValueAfter(yard, 'spread', at + 5));
    expect(yard.engine.state().actions[0]!.message).toContain('nothing was recorded');
    expectContained(yard, await yard.stop());
  });

  test('a reducer that has no result at the end costs its own final value alone', { timeout: 120_000 }, async () => {
    const ending = join(folder, 'ending');
    const yard = await start(`import { existsSync } from 'node:fs';
const hangs = reducer({ name: 'hangs', kind: 'scalar', initial: () => 0, add: (n: number) => n + 1, merge: (a: number, b: number) => a + b, result: (n: number) => { if (existsSync('${ending}')) for (;;); return n; } });
export const bad = view.reduce(good, hangs);`);
    await yard.until('trains come', () => hasValueAfter(yard, 'spread', 20));
    const stopped = yard.stop();
    writeFileSync(ending, '');
    expectContained(yard, await stopped);
    expect(yard.finals).toEqual(['views/spread']);
    expect(yard.notes.join()).toMatch(/views\/bad took longer than 2000 ms/);
  });
});

describe('a view hangs', () => {
  test('while the code is loaded again: the old train has its outcome, the new code is not kept waiting', { timeout: 120_000 }, async () => {
    const bad = (n: number): string => `export const bad = view.scalar({ id }, ({ id }) => { if (id === 10) for (;;); return id * ${n}; }, { timeoutMs: ${LIMIT} });`;
    const yard = await start(bad(1));
    await yard.until('it hangs', () => hasValueAfter(yard, 'good', 12));
    expect(outcomeOn(yard, 'bad', 10)).toBeUndefined();
    yard.save(GOOD.replace('id * 2', 'id * 3') + bad(2));
    await yard.engine.reload('test');
    await yard.until('the new code runs', () => hasValueAfter(yard, 'good', yard.of('good').findLast(({ trainId, value }) => value === 2 * trainId)!.trainId));
    await yard.until('the bad one runs', () => hasValueAfter(yard, 'bad', 20));
    const summary = await yard.stop();
    expectContained(yard, summary);
    expect(outcomeOn(yard, 'bad', 10)!.outcome).toBe('late');
    expect(yard.oldest(['good', 'other'], 5)).toBeLessThan(outcomeOn(yard, 'bad', 10)!.ageMs);
  });

  test('and was bad before, and is as it was: it is in quarantine from the first train of the new code on', { timeout: 120_000 }, async () => {
    const bad = `export const bad = view.scalar({ id }, ({ id }) => { if (id === 10 || id > 40) for (;;); return id; }, { timeoutMs: ${LIMIT} });`;
    const yard = await start(bad);
    await yard.until('it has hung', () => hasValueAfter(yard, 'bad', 10));
    yard.save(GOOD.replace('id * 2', 'id * 3') + bad);
    await yard.engine.reload('test');
    await yard.until('it is set aside', () => yard.of('bad').at(-1)?.message?.startsWith('set aside') === true);
    expectContained(yard, await yard.stop());
    expect(yard.oldest(['good', 'other'], 20)).toBeLessThan(LIMIT);
  });

  test.each([2, 3])('with %i workers, on trains in a row: that is one fall, not one for each', { timeout: 120_000 }, async (workers) => {
    const yard = await start(`export const bad = view.scalar({ id }, ({ id }) => { if (id >= 20 && id < 20 + ${workers}) for (;;); return id; }, { timeoutMs: ${LIMIT} });`, { workers, everyMs: 20 });
    await yard.until('it runs again', () => hasValueAfter(yard, 'bad', 20 + workers));
    expectContained(yard, await yard.stop());
    expect(yard.of('bad').every(({ message }) => message?.startsWith('set aside') !== true)).toBe(true);
  });

  test('and trains are dropped meanwhile: each has its outcome in its place', { timeout: 120_000 }, async () => {
    const yard = await start(`export const bad = view.scalar({ id }, ({ id }) => { if (id === 10) for (;;); return id; }, { timeoutMs: ${LIMIT} });`, { lost: (trainId) => trainId % 4 === 3 });
    await yard.until('it runs again', () => hasValueAfter(yard, 'bad', 10));
    const summary = await yard.stop();
    expectContained(yard, summary, []);
    for (const name of GOOD_NAMES) expect(yard.of(name).map(({ trainId, outcome }) => [trainId, outcome])).toEqual(yard.of(name).map(({ trainId }) => [trainId, trainId % 4 === 3 ? 'dropped' : 'value']));
  });

  test('the yard is ended meanwhile: nobody waits for it, and it is late', { timeout: 120_000 }, async () => {
    const yard = await start('export const bad = view.scalar({ id }, ({ id }) => { if (id === 10) for (;;); return id; }, { timeoutMs: 600_000 });');
    await yard.until('others go on', () => hasValueAfter(yard, 'good', 13));
    const stopped = yard.stop();
    yard.engine.hurry();
    expectContained(yard, await stopped);
    expect(outcomeOn(yard, 'bad', 10)).toMatchObject({ outcome: 'late', message: 'was still running when the yard was ended' });
  });
});
