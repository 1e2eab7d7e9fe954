import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BLOCK, blockOf } from '@trainyard/core';
import { diffResults, readResults } from '@trainyard/nexus';
import { ALL_TRAINS, Engine, FileSink, ProjectFolder, RecordedTrains, loadCode, loadInstalled, mergeParts, type Installed, type TrainIdRange } from '@trainyard/runtime';
import { writeGappedRun } from './sim-run.support.ts';
import { VIEWS } from './views.support.ts';

const folder = mkdtempSync(join(tmpdir(), 'yard merge '));
const views = join(folder, 'views.ts');
const run = join(folder, 'r0007');
const FIRST = 10_050;
/** The blocks that the run has trains of. */
const BLOCKS = [157, 158, 160, 161, 162];
let installed: Installed;

beforeAll(async () => {
  writeFileSync(views, VIEWS);
  await writeGappedRun(run);
  installed = await loadInstalled(folder);
  await compute('whole.h5');
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true }));

async function compute(out: string, part?: TrainIdRange): Promise<number> {
  const source = part ? await RecordedTrains.ofPart(run, part) : await RecordedTrains.ofRun(run, ALL_TRAINS);
  const sink = await FileSink.open({ path: join(folder, out), force: false, title: 'views.ts', provenance: { program: 'trainyard' } });
  const engine = new Engine({ file: views, verb: 'run', source, sinks: [sink], installed, version: '0', watch: false, workers: 2, sets: { gain: '3' }, project: new ProjectFolder(folder) });
  sink.onRoom = () => source.onChange();
  await engine.start();
  return (await engine.finished).trains;
}

/** Each range is computed once, however many cuts it is in. */
const known = new Map<string, string>();
async function partOf(blocks: readonly number[]): Promise<string> {
  const from = blocks[0]! * BLOCK;
  const to = (blocks.at(-1)! + 1) * BLOCK;
  const name = `part-${from}-${to}.h5`;
  if (!known.has(name)) await compute(name, { first: FIRST, from, to });
  known.set(name, name);
  return join(folder, name);
}

describe('parts of a run', () => {
  it('say how far back their views look', async () => {
    const code = await loadCode(views, {}, installed);
    // deep: its window of 40, the value 60 train IDs before, that one's window of 25.
    expect(code.descriptor.reach).toBe(39 + 60 + 24);
    await code.close();
  });

  it('merge to the bits of one run, whichever way it is cut and in whatever order they come', async () => {
    for (let cut = 0; cut < 2 ** (BLOCKS.length - 1); cut += 1) {
      const ranges: number[][] = [[]];
      for (const [i, block] of BLOCKS.entries()) {
        ranges.at(-1)!.push(block);
        if (i < BLOCKS.length - 1 && (cut >> i) % 2 === 1) ranges.push([]);
      }
      const parts: string[] = [];
      for (const range of ranges) parts.push(await partOf(range));
      const out = join(folder, `merged-${cut}.h5`);
      await mergeParts({ file: views, sets: { gain: '3' }, installed, parts: cut % 2 ? parts.toReversed() : [...parts.slice(1), parts[0]!], out });
      expect(await diffResults(out, join(folder, 'whole.h5')), `cut into blocks ${JSON.stringify(ranges)}`).toEqual([]);
    }
  }, 300_000);

  it('of shapes that do not join have their blocks, and no final value', async () => {
    const file = await readResults(join(folder, 'whole.h5'));
    expect(file.rowCount('views/mixed')).toBe(BLOCKS.length);
    expect(file.final('views/mixed')).toBeUndefined();
    expect(file.outcomes('views/mixed').every((code) => code === 0)).toBe(true);
    expect(file.outcomes('views/picky')[file.trainIds.indexOf(158 * BLOCK)]).toBe(3);
    expect(file.rowCount('views/picky')).toBe(BLOCKS.length);
    file.close();
  });

  it('count and write no train but their own', async () => {
    const file = await readResults(await partOf([161, 162]));
    expect(blockOf(file.trainIds[0]!)).toBe(161);
    expect(file.outcomes('views/total').every((code) => code === 0)).toBe(true);
    file.close();
    expect(await compute('counted.h5', { first: FIRST, from: 161 * BLOCK, to: 162 * BLOCK })).toBe(BLOCK);
  });

  it('of which one holds no train still merge', async () => {
    expect(await compute('empty.h5', { first: FIRST, from: 159 * BLOCK, to: 160 * BLOCK })).toBe(0);
    const out = join(folder, 'with-empty.h5');
    await mergeParts({ file: views, sets: { gain: '3' }, installed, parts: [await partOf(BLOCKS), join(folder, 'empty.h5')], out });
    expect(await diffResults(out, join(folder, 'whole.h5'))).toEqual([]);
  });

  it('cannot be made of a view that takes a running result', async () => {
    const file = join(folder, 'running.ts');
    writeFileSync(file, `${VIEWS}\nexport const running = view.scalar({ all: overall }, ({ all }) => all.max());\n`);
    const code = await loadCode(file, {}, installed);
    expect(code.descriptor.reach).toBe(Infinity);
    await code.close();
  });

  it('say which reducer failed, at the user’s line', async () => {
    const file = join(folder, 'broken.ts');
    writeFileSync(file, `import { reducer, view } from '@trainyard/core';
const broken = reducer({ name: 'broken', kind: 'scalar', initial: () => 0, add: (sum: number, value: number) => sum + value,
  merge() { throw new Error('cannot be joined'); }, result: (sum: number) => sum });
export const sum = view.reduce('internal#train_id', broken);
`);
    const code = await loadCode(file, {}, installed);
    await expect(code.fold('broken/sum', [{ level: 0, index: 1, state: 1 }, { level: 0, index: 2, state: 1 }])).rejects.toMatchObject({ code: 'MERGE_REDUCER', message: expect.stringContaining('cannot be joined'), where: { file, line: 3 } });
    await code.close();
  });
});
