import { tmpdir } from 'node:os';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { LogLine } from '@trainyard/control';
import { everything } from '../../test/script.ts';
import { ScriptedYard } from '../../test/scripted-yard.ts';
import { addLines, YardStore } from './yard-store.ts';

/** A page in a window that nobody looks at: it has no frames. */
async function hiddenPage(): Promise<{ readonly yard: ScriptedYard; readonly store: YardStore }> {
  vi.stubGlobal('document', { hidden: true });
  vi.stubGlobal('requestAnimationFrame', () => 1);
  vi.stubGlobal('cancelAnimationFrame', () => {});
  const yard = new ScriptedYard({ ...everything(64), journal: [{ at: Date.now(), trainId: 1, who: 'ben', what: 'action', name: 'dark' }] }, tmpdir());
  await yard.start(50);
  const store = new YardStore({ href: yard.url });
  onTestFinished(async () => {
    store.close();
    await yard.stop();
    vi.unstubAllGlobals();
  });
  return { yard, store };
}

const line = (at: number, view = 'views/a'): LogLine => ({ view, at, trainId: at, level: 'log', text: `line ${at}` });

it('addLines keeps the last 200 of each view, each once, in order', () => {
  let logs = addLines(new Map(), [line(1), line(2), line(1, 'views/b')]);
  logs = addLines(logs, [line(2), line(3)]);
  expect(logs.get('views/a')!.map(({ at }) => at)).toEqual([1, 2, 3]);
  expect(logs.get('views/b')).toHaveLength(1);
  logs = addLines(logs, Array.from({ length: 500 }, (_, k) => line(10 + k)));
  expect(logs.get('views/a')).toHaveLength(200);
});

it('a hidden page takes what is small, and nothing more while it is frozen', async () => {
  const { yard, store } = await hiddenPage();
  const small = ['TimingTool/edge', 'views/report', 'views/hits'];
  for (const id of [...small, 'TimingTool/camera']) store.want(id, { as: 'whole' });
  const acks = () => small.map((id) => yard.heard.acks.get(id) ?? 0);
  await expect.poll(() => Math.min(...acks())).toBeGreaterThan(3);
  expect(yard.heard.acks.get('TimingTool/camera')).toBeUndefined();
  const frozen = store.pastTrains().at(-1)!;
  store.freeze(frozen);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const before = acks();
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(acks()).toEqual(before);
  expect(store.pastTrains()).toContain(frozen);
  store.freeze(undefined);
  await expect.poll(() => acks().every((count, k) => count > before[k] + 2)).toBe(true);
});

it('after a line that was down, sources, log lines and journal entries are there once', async () => {
  const { yard, store } = await hiddenPage();
  const told = () => ({ link: store.snapshot().link, sources: store.snapshot().tree?.sources.length, lines: [...store.snapshot().logs.values()].flat().length, entries: store.snapshot().journal.length });
  const all = { link: 'open', sources: yard.script.tree.sources.length, lines: yard.script.logs.length, entries: 1 };
  await expect.poll(told).toEqual(all);
  await yard.stop();
  await expect.poll(() => told().link).toBe('lost');
  const { logs } = yard.script;
  logs.push({ ...logs[0], at: Date.now() });
  await yard.start(50);
  await expect.poll(told).toEqual({ ...all, lines: all.lines + 1 });
});
