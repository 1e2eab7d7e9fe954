import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openRun, type RunKey } from '@trainyard/exdf';
import { describe, expect, it } from 'vitest';
import { hasPeers, PYTHON } from './peer.ts';

interface Facts { dtype: string; shape: number[]; sha256: string; trainIds: number[] }
type Keys = Record<string, Record<string, { suspect: Facts; strict: Facts }>>;
/** What `random-run-files.py` wrote; `strict`: without suspect trains. */
interface Told { trainIds: number[]; strictIds: number[]; keys: Keys; auxiliary: Keys; legacy: Record<string, string> }

function factsOf(key: RunKey): Facts {
  const { dtype, shape, data, trainIds } = key.read();
  const bytes = Array.isArray(data) ? Buffer.from(data.join('\0')) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { dtype, shape: [...shape], sha256: createHash('sha256').update(bytes).digest('hex'), trainIds: [...trainIds] };
}

const peers = hasPeers('h5py', 'numpy');
if (!peers && process.env['TRAINYARD_CI'] === '1') throw new Error('h5py is not there');

describe.skipIf(!peers)('runs as no DAQ would write them', () => {
  const fresh = Math.floor(Math.random() * 1e6);
  // Two of each format version that never change, and one of each that nobody has seen.
  const seeds = [...Array.from({ length: 12 }, (_, i) => i), ...Array.from({ length: 6 }, (_, i) => 1000 + 6 * fresh + i)];
  it.each(seeds)('every key holds the rows of its trains, seed %i', { timeout: 60_000 }, async (seed) => {
    const folder = mkdtempSync(join(tmpdir(), 'random-run-'));
    const done = spawnSync(PYTHON, [fileURLToPath(new URL('random-run-files.py', import.meta.url)), folder, String(seed)], { encoding: 'utf8', maxBuffer: 2 ** 28 });
    expect(done.status, done.stderr).toBe(0);
    const told = JSON.parse(done.stdout) as Told;
    for (const which of ['suspect', 'strict'] as const) {
      const run = await openRun(folder, { suspectTrains: which === 'suspect' });
      expect(run.trainIds).toEqual(which === 'suspect' ? told.trainIds : told.strictIds);
      for (const [sources, all] of [[run.sources, told.keys], [run.auxiliary, told.auxiliary]] as const) {
        for (const [name, keys] of Object.entries(all)) {
          // Auxiliary ones bear the aggregator before their name.
          const source = [...sources.values()].find((one) => one.name.replace(/^DA\d+@/, '') === name);
          expect([...source!.keys.keys()].toSorted(), name).toEqual(Object.keys(keys).toSorted());
          for (const [key, facts] of Object.entries(keys)) expect(factsOf(source!.keys.get(key)!), `${name} ${key}`).toEqual(facts[which]);
        }
      }
      for (const [old, name] of Object.entries(told.legacy)) {
        expect(run.sources.get(old)!.legacy).toBe(name);
        for (const [key, facts] of Object.entries(told.keys[name]!)) expect(factsOf(run.key(old, key)), `${old} ${key}`).toEqual(facts[which]);
      }
      run.close();
    }
    rmSync(folder, { recursive: true });
  });
});
