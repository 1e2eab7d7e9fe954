import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openRun } from './open/open-run.ts';

const golden = fileURLToPath(new URL('../golden/runs/', import.meta.url));
const PYTHON = '/usr/bin/python3';

/** What the installed EXtra-data reads from a run; its own warnings stay out of the answer. */
const PROGRAM = `
import contextlib, hashlib, io, json, sys, warnings
warnings.simplefilter('ignore')
import numpy as np, extra_data
out = {}
with contextlib.redirect_stderr(io.StringIO()):
    run = extra_data.RunDirectory(sys.argv[1])
    for source in sorted(run.all_sources):
        for key in sorted(run.keys_for_source(source)):
            data = run[source, key]
            try:
                array = data.ndarray()
                ids = data._trainid_index() if array.shape[0] else []
            except Exception as error:
                out[source + ' ' + key] = type(error).__name__
                continue
            raw = '\\0'.join(x if isinstance(x, str) else x.decode() for x in array.tolist()).encode() if array.dtype == object else np.ascontiguousarray(array).tobytes()
            out[source + ' ' + key] = {'dtype': 'str' if array.dtype == object else array.dtype.name, 'shape': list(array.shape),
                'sha256': hashlib.sha256(raw).hexdigest(), 'trainIds': [int(t) for t in ids]}
print(json.dumps({'version': extra_data.__version__, 'trainIds': [int(t) for t in run.train_ids], 'keys': out}))
`;

const available = (() => {
  try {
    execFileSync(PYTHON, ['-c', 'import extra_data, h5py'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

interface Told { version: string; trainIds: number[]; keys: Record<string, string | { dtype: string; shape: number[]; sha256: string; trainIds: number[] }> }

/** It writes a cache into the folder that it reads: give it a copy. */
function ask(run: string): Told {
  const copy = mkdtempSync(join(tmpdir(), 'exdf-'));
  cpSync(golden + run, copy, { recursive: true });
  try {
    return JSON.parse(execFileSync(PYTHON, ['-c', PROGRAM, copy], { encoding: 'utf8' })) as Told;
  } finally {
    rmSync(copy, { recursive: true });
  }
}

async function ours(run: string): Promise<Told['keys']> {
  const opened = await openRun(golden + run);
  const keys: Told['keys'] = {};
  for (const source of opened.sources.values()) {
    for (const key of source.keys.values()) {
      const { dtype, shape, data, trainIds } = key.read();
      const bytes = Array.isArray(data) ? Buffer.from(data.join('\0')) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      keys[`${source.name} ${key.name}`] = { dtype, shape, sha256: createHash('sha256').update(bytes).digest('hex'), trainIds };
    }
  }
  opened.close();
  return keys;
}

describe.skipIf(!available)('side by side with the EXtra-data installed here', () => {
  // Debian's EXtra-data is 1.7, older than the 1.24 behind expected-runs.test.ts. It hands out text as bytes, which
  // the program above decodes.
  it.each(['v0.1', 'v0.5', 'v1.0', 'v1.1', 'v1.2', 'v1.3'])('%s: the same rows for every key', async (run) => {
    const told = ask(run);
    expect(await ours(run)).toEqual(told.keys);
  });

  it.each(['index-gap', 'index-leading'])('%s: ours are right where EXtra-data takes the wrong rows', async (run) => {
    const told = ask(run);
    const key = 'B/ADC/1:output data.x';
    const right = (await ours(run))[key];
    expect(told.keys[key]).not.toEqual(right);
    expect(right).toMatchObject({ dtype: 'int32' });
  });
});
