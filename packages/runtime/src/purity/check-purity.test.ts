import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ProjectFolder } from '../project/project-folder.ts';
import { loadInstalled, type Installed } from '../packs/load-specs.ts';
import { RecordedTrains } from '../source/recorded-trains.ts';
import { checkPurity } from './check-purity.ts';
import type { PurityReport } from './purity-report.ts';
import { shuffled } from './shuffled.ts';

const folder = mkdtempSync(join(tmpdir(), 'yard-purity-'));
let installed: Installed;
beforeAll(async () => {
  installed = await loadInstalled(folder);
  const { writeNpy } = await import('@trainyard/stack');
  writeNpy(join(folder, 'frames.npy'), { dtype: 'uint16', shape: [12, 3, 4], data: Uint16Array.from({ length: 144 }, (_, i) => (i * 7919) % 1000) });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let number = 0;
async function check(text: string, more: Record<string, string> = {}): Promise<PurityReport> {
  const at = join(folder, `n${++number}`);
  mkdirSync(at);
  for (const [name, content] of Object.entries({ ...more, 'views.ts': `import { From, View, action, keep, plan, shifted, skip, view } from '@trainyard/core';\nimport { histogram, mean } from '@trainyard/core/reducers';\nconst frame = 'stack#frame';\nconst id = 'internal#train_id';\n${text}` })) writeFileSync(join(at, name), content);
  const source = await RecordedTrains.ofStack(join(folder, 'frames.npy'), { from: 0, to: Infinity });
  try {
    return await checkPurity({ file: join(at, 'views.ts'), installed, source, most: 100, project: new ProjectFolder(at) });
  } finally {
    await source.close();
  }
}

test('views that hang on their train alone, plans, reducers, windows and failures: nothing is found', async () => {
  const report = await check(`const lut = plan(() => new Map([[1, 2]]));
export const sum = view.scalar({ frame }, ({ frame }) => frame.sum() * lut().get(1)!);
export const img = view.image({ frame }, ({ frame }) => frame.mul(2));
export const inner = view.compute({ img }, ({ img }) => ({ max: img.max(), f: () => 1 }));
export const top = view.scalar({ inner }, ({ inner }) => inner.max);
export const some = view.scalar({ id }, ({ id }) => { if (id % 3 === 0) throw new Error('three ' + id); return id % 4 ? NaN : skip('fours'); });
export const smooth = view.scalar({ sum }, ({ sum }) => sum, { average: 4 });
export const before = view.scalar({ now: sum, then: shifted(sum, -2) }, ({ now, then }) => now - then);
export const spread = view.reduce(sum, histogram({ bins: 9, range: [0, 50000] }));
export const all = view.reduce(img, mean());`);
  expect(report.findings).toEqual([]);
  expect(report).toMatchObject({ trains: 12, trainIds: [0, 11], views: { pool: 6, reduce: 3 } });
});

test('a closure that counts: the first train that differs, by how much, which of the views is to blame, and what may be the cause', async () => {
  const { findings } = await check(`const counter = (() => { let n = 0; return () => ++n; })();
export const counts = view.scalar({ id }, () => counter());
export const taken = view.scalar({ counts }, ({ counts }) => counts * 2);
export const sum = view.reduce(taken, mean());
export const good = view.scalar({ id }, ({ id }) => id);`);
  expect(findings).toHaveLength(1);
  expect(findings[0]).toMatchObject({ kind: 'order', view: 'views/counts', trainId: 0, order: 'backwards, on two workers', followers: ['views/taken'], where: { line: 6, column: 14 } });
  expect(findings[0]!.difference).toMatch(/^1, then [56]$/);
  expect(findings[0]!.trains).toBeGreaterThan(8);
  expect(findings[0]!.suspects).toEqual([expect.objectContaining({ name: 'counter', what: expect.stringMatching(/^is made by a function and may keep values/), where: expect.objectContaining({ line: 5 }) })]);
});

test('a map under another name, the first frame kept for ever, chance, the clock', async () => {
  const { findings } = await check(`const cache = new Map<string, number>();
export const cached = view.scalar({ frame }, ({ frame }) => { const c = cache; if (!c.has('k')) c.set('k', frame.sum()); return c.get('k')!; });
class Held { first: any; keep(x: any) { const me = this; me.first ??= x; return this.first; } }
const held = new Held();
export const first = view.image({ frame }, ({ frame }) => frame.sub(held.keep(frame.copy())));
export const noise = view.scalar({ frame }, ({ frame }) => frame.sum() + Math.random());
export const clock = view.text({ id }, () => new Date().toISOString() + process.hrtime.bigint());`);
  expect(Object.fromEntries(findings.map(({ view, kind }) => [view, kind]))).toEqual({ 'views/cached': 'order', 'views/first': 'order', 'views/noise': 'repeat', 'views/clock': 'repeat' });
  const of = (name: string) => findings.find(({ view }) => view === `views/${name}`)!;
  expect(of('cached').suspects).toEqual([expect.objectContaining({ name: 'cache', what: expect.stringMatching(/^is a Map, one in each worker/) })]);
  expect(of('first').suspects.map(({ name }) => name)).toEqual(['held']);
  expect(of('first').difference).toMatch(/of 12 elements, the greatest difference is \d+ at \[\d, \d\]: /);
  expect(of('noise')).toMatchObject({ trainId: 0, trains: 12, order: 'in order once more, on another worker' });
  expect(of('noise').suspects.map(({ name }) => name)).toEqual(['Math.random()']);
});

test('a view that writes to its inputs', async () => {
  const { findings } = await check(`export const zeroed = view.scalar({ x: frame, id }, ({ x, id }) => { if (id > 3) (x.data as Uint16Array)[0] = 7; return id; });
export const later = view.scalar({ a: view.compute({ frame }, ({ frame }) => ({ list: [frame.sum()] })) }, async ({ a }) => { await 1; a.list.push(1); return a.list.length; });
export const fails = view.image({ frame }, ({ frame }) => { (frame.data as Uint16Array).fill(1); throw new Error('after'); });`);
  expect(findings.map(({ kind, view, difference, trainId }) => [kind, view, difference, trainId])).toEqual(expect.arrayContaining([['input', 'views/zeroed', 'x', 4], ['input', 'views/later', 'a', 0], ['input', 'views/fails', 'frame', 0]]));
});

test('a class, a view in train order that is no function of the trains before it', async () => {
  const { findings } = await check(`let made = 0;
const next = { of: () => Math.random() };
export class Tool { @View.Scalar v(@From('stack#frame') x: any) { return x.sum(); } @View.Scalar w(@From('view#v') v: number) { return v + next.of(); } }
export const total = view.scalar({ id }, ({ id }) => id, { average: 3 });
export const odd = view.scalar({ total }, ({ total }) => total + next.of());
void made;`);
  expect(findings.map(({ kind, view }) => [kind, view])).toEqual([['repeat', 'Tool/w'], ['reduce', 'views/odd']]);
  expect(findings[1]).toMatchObject({ trainId: 0, difference: expect.stringMatching(/then/), suspects: [expect.objectContaining({ name: 'next' }), expect.objectContaining({ name: 'Math.random()' })] });
});

test('one that hangs and one that ends its worker are said and set aside; the others are compared', async () => {
  const { findings } = await check(`export const hangs = view.scalar({ id }, ({ id }) => { if (id === 5) for (;;); return id; }, { timeoutMs: 300 });
export const ends = view.scalar({ id }, ({ id }) => { if (id === 7) setImmediate(() => { throw new Error('gone'); }); return id; });
export const noise = view.scalar({ id }, ({ id }) => id + Math.random());
export const taken = view.scalar({ hangs }, ({ hangs }) => hangs);`);
  expect(findings.find(({ kind }) => kind === 'hang')).toMatchObject({ view: 'views/hangs', trainId: 5, difference: 'took longer than 0.3 s' });
  expect(findings.some(({ kind, view }) => kind === 'repeat' && view === 'views/noise')).toBe(true);
  expect(findings.some(({ view }) => view === 'views/taken')).toBe(false);
}, 60_000);

test('files that do not load are refused with all that is wrong', async () => {
  await expect(check('let n = 0;\nexport const v = view.scalar({ id }, () => n++);')).rejects.toMatchObject({ problems: [expect.objectContaining({ code: 'VIEW_KEEPS_STATE' })] });
});

test('the shuffle holds every train and is the same each time', () => {
  const ids = Array.from({ length: 50 }, (_, i) => i);
  expect(shuffled(ids, 1)).not.toEqual(ids);
  expect(shuffled(ids, 1)).toEqual(shuffled(ids, 1));
  expect(shuffled(ids, 2)).not.toEqual(shuffled(ids, 1));
  expect(shuffled(ids, 1).toSorted((a, b) => a - b)).toEqual(ids);
});
