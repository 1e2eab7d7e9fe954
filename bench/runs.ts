/**
 * Recorded runs beside EXtra-data, one process each, warm: opening 400 files with and without a run map, selecting 80 sources with data, a table of 80 keys of
 * 6250 trains, and all frames of a detector of 16 modules. The least of three rounds; select and table open the run first, on both sides.
 *
 *     npx node --conditions=development bench/runs.ts
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { detector, openRun, type Run } from '@trainyard/exdf';

const folder = mkdtempSync(join(tmpdir(), 'trainyard-runs-'));
const peer = (...args: string[]): string => {
  const { stdout, stderr, status } = spawnSync('/usr/bin/python3', [fileURLToPath(new URL('peers/runs.py', import.meta.url)), ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout;
};

/** Milliseconds by the clock and of processors: on a busy machine only the second means something. */
async function timed(work: () => Promise<Run>): Promise<[number, number]> {
  const best: [number, number] = [Infinity, Infinity];
  for (let round = 0; round < 3; round++) {
    const [began, before] = [performance.now(), process.cpuUsage()];
    const run = await work();
    const { user, system } = process.cpuUsage(before);
    best[0] = Math.min(best[0], performance.now() - began);
    best[1] = Math.min(best[1], (user + system) / 1000);
    run.close();
  }
  return best;
}

try {
  peer('make', folder);
  const theirs = JSON.parse(peer('read', folder)) as Record<string, [number, number]>;
  const many = join(folder, 'many');
  const motors = Array.from({ length: 80 }, (_, i) => [`SPB_CTRL/MOTOR/${i}`, 'actualPosition'] as const);
  const target = new Uint8Array(80 * 16 * 512 * 128 * 4);
  const frames = async (kind: string): Promise<Run> => {
    const run = await openRun(join(folder, kind));
    detector(run).pixels.frames({ into: target });
    return run;
  };
  (await openRun(many, { runMap: 'write' })).close();
  const ours: Record<string, () => Promise<Run>> = {
    'open 400 files': () => openRun(many, { runMap: 'off' }),
    'open with a run map': () => openRun(many),
    'select 80 sources, all required': async () => (await openRun(many)).select(motors, { requireAll: true }),
    'table of 80 x 6250': async () => {
      const run = await openRun(many);
      run.table(motors);
      return run;
    },
    '16 modules x 80 frames, plain': () => frames('plain'),
    '16 modules x 80 frames, packed': () => frames('packed'),
  };
  console.log(`${'milliseconds'.padEnd(34)}${'ours'.padStart(8)}${'theirs'.padStart(8)}${'ratio'.padStart(7)}   of processors: ours, theirs, ratio`);
  for (const [name, work] of Object.entries(ours)) {
    const [own, other] = [await timed(work), theirs[name]!];
    const row = (i: 0 | 1): string => `${own[i].toFixed(0).padStart(8)}${other[i].toFixed(0).padStart(8)}${(own[i] / other[i]).toFixed(2).padStart(7)}`;
    console.log(`${name.padEnd(34)}${row(0)}   ${row(1)}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
