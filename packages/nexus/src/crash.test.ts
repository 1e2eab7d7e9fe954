import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { readResults, ResultsWriter } from './index.ts';
import { viewOf } from './wild-run.test.support.ts';

const folder = mkdtempSync(join(tmpdir(), 'nexus-crash-'));
afterAll(() => rmSync(folder, { recursive: true }));
const script = fileURLToPath(new URL('endless-writer.test.support.ts', import.meta.url));

test.each([150, 400, 701])('a writer killed after %i ms of writing leaves a whole file with every flushed train', async (milliseconds) => {
  const path = join(folder, `killed${milliseconds}.h5`);
  const child = spawn(process.execPath, ['--conditions=development', script, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  let busy: unknown;
  await new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve());
    child.stdout.on('data', (text: Buffer) => {
      if (printed === '') {
        setTimeout(() => {
          ResultsWriter.create(path, { views: [] }).catch((error: unknown) => (busy = error)).finally(() => child.kill('SIGKILL'));
        }, milliseconds);
      }
      printed += text.toString();
    });
  });
  expect(busy).toMatchObject({ code: 'NEXUS_BUSY' });
  const flushed = Number(printed.slice(0, printed.lastIndexOf('\n')).split('\n').at(-1));
  const file = await readResults(`${path}.part`);
  const trains = [...file.trainIds];
  expect(flushed).toBeGreaterThan(7);
  expect(trains.at(-1)).toBeGreaterThanOrEqual(flushed);
  expect(trains).toEqual(trains.map((_, i) => i));
  for (const id of ['v/number', 'v/image', 'v/vector', 'v/text']) {
    let row = 0;
    for (const { trainId, value } of file.rows(id)) {
      expect(trainId).toBe(row);
      if (id === 'v/number') expect(value).toBe(row);
      if (id === 'v/image') expect((value as { data: Float32Array }).data.every((pixel) => pixel === row)).toBe(true);
      if (id === 'v/vector') expect(Array.from((value as { data: Float64Array }).data)).toEqual(Array.from({ length: row % 5 }, () => row % 200));
      if (id === 'v/text') expect((value as { data: string[] }).data[0]).toBe('x'.repeat(row % 300));
      row += 1;
    }
    expect(row).toBe(trains.length);
  }
  file.close();
  // The next run finds it, keeps it and says so.
  const next = await ResultsWriter.create(path, { views: [viewOf('v/number')] });
  expect(next.leftOver).toBe(`${path}.part-1`);
  next.close();
}, 60_000);
