import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readResults } from '@trainyard/nexus';
import { FinishedTrain } from '../engine/finished-train.ts';
import type { GenerationDescriptor } from '../worker/generation.ts';
import { FileSink } from './file-sink.ts';

const folder = mkdtempSync(join(tmpdir(), 'yard-sink-'));
afterAll(() => rmSync(folder, { recursive: true }));
const DESCRIPTOR = {
  number: 1, params: [],
  views: [{ id: 'v/n', group: 'v', name: 'n', kind: 'scalar', hidden: false, rank: 0, stage: 'pool', inPool: true, cumulative: false, inputs: [], hash: 'h' }],
} as unknown as GenerationDescriptor;

/** Gives so many trains at once: the disk has no time for one of them meanwhile. */
async function flood(mayLose: boolean): Promise<{ readonly written: number; readonly said: string[]; readonly letGo: number; readonly full: boolean }> {
  const path = join(folder, `${mayLose}.h5`);
  const sink = await FileSink.open({ path, force: false, title: 'x', provenance: {}, mayLose });
  const said: string[] = [];
  sink.onSay = (text) => said.push(text);
  let letGo = 0;
  sink.generation(DESCRIPTOR);
  for (let seq = 0; seq < 5000; seq += 1) {
    const train = new FinishedTrain(seq, 100 + seq, new Map([['v/n', { outcome: { code: 0, value: seq }, memory: undefined }]]), () => (letGo += 1));
    sink.train(train);
    train.letGo();
  }
  const { full } = sink;
  await sink.close();
  const file = await readResults(path);
  const written = file.trainIds.length;
  file.close();
  return { written, said, letGo, full };
}

test('a stream does not wait for a disk that stands still: what memory may not hold is not written, and that is said', async () => {
  const { written, said, letGo } = await flood(true);
  expect([written, letGo]).toEqual([4096, 5000]);
  expect(said).toEqual(['The disk does not keep up: trains from 4196 on are not written. The views run on.', '904 trains were not written, since the disk did not keep up.']);
});

test('recorded data wait, and all are written', async () => {
  expect(await flood(false)).toEqual({ written: 5000, said: [], letGo: 5000, full: true });
});
