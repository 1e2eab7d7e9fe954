/**
 * Assembling AGIPD-1M, JUNGFRAU 4M and DSSC-1M images into an existing one, single frames and stacks; beside numpy doing the same copies in the same order
 * (what EXtra-geom's position_modules is: slices of the image assigned from slices of the data, the tiles' places taken from our plan).
 *
 *     npx node --conditions=development bench/geometry.ts
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exampleAgipd1m, exampleDssc1m, exampleJungfrau, type Geometry } from '@trainyard/geometry';
import { ndarray } from '@trainyard/nd';
import { quantile } from './support/process-stat.ts';

const cases: [string, Geometry][] = [['AGIPD-1M', exampleAgipd1m()], ['JUNGFRAU 4M', exampleJungfrau(8)], ['DSSC-1M', exampleDssc1m()]];
for (const [name, geometry] of cases) {
  const snapped = geometry.snap();
  const plan = join(tmpdir(), `trainyard-geometry-${process.pid}.json`);
  writeFileSync(plan, JSON.stringify({ shape: geometry.shape, size: snapped.size, tile: geometry.layout.tile, places: geometry.layout.places, modules: snapped.modules }));
  for (const frames of [1, 16]) {
    const size = geometry.shape.reduce((product, n) => product * n, 1);
    // Four different inputs in turn: one that stays in the cache would flatter.
    const inputs = [0, 1, 2, 3].map((k) => ndarray(Float32Array.from({ length: frames * size }, (_, i) => (i + k) % 1000), [frames, ...geometry.shape]));
    const out = snapped.emptyImage('float32', [frames]);
    const times: number[] = [];
    for (let i = 0; i < (frames === 1 ? 60 : 16); i++) {
      const began = performance.now();
      snapped.assemble(inputs[i % 4]!, { out });
      times.push(performance.now() - began);
    }
    const ours = quantile(times.slice(4), 0.5);
    const peer = spawnSync('/usr/bin/python3', [fileURLToPath(new URL('peers/assemble.py', import.meta.url)), plan, String(frames)], { encoding: 'utf8' });
    const theirs = Number(peer.stdout);
    console.log(`${name.padEnd(12)} ${String(frames).padStart(2)} frame(s): ours ${ours.toFixed(2)} ms, numpy ${theirs.toFixed(2)} ms, ${(ours / theirs).toFixed(2)}x its time`);
  }
}
