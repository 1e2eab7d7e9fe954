import { spawn, spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isSimArray, makeTrain } from '@trainyard/sim';
import { afterAll, describe, expect, it } from 'vitest';
import { Workshop } from '../support/yard.ts';
import { PYTHON, hasPeers } from './peer.ts';

/** The notebooks, executed by Jupyter's own kernel in a copy of their folder. */
const folder = fileURLToPath(new URL('../../examples/notebooks/', import.meta.url));
const peers = hasPeers('karabo_bridge', 'extra_data', 'xarray', 'h5netcdf', 'matplotlib', 'nbclient', 'ipykernel');
const shop = new Workshop();
afterAll(() => shop.close());

/** Executes a notebook; gives what `expression` is at its end, and how many images it has shown. */
async function execute<T>(notebook: string, expression: string, ...replaced: readonly string[]): Promise<{ values: T; images: number }> {
  const at = shop.path('notebooks');
  const child = spawn(PYTHON, [fileURLToPath(new URL('notebooks.py', import.meta.url)), at, join(folder, notebook), expression, ...replaced], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, PATH: `/usr/bin:${process.env['PATH']}`, IPYTHONDIR: shop.path('ipython'), MPLCONFIGDIR: shop.path('matplotlib') } });
  const said = ['', ''];
  child.stdout.on('data', (data: Buffer) => (said[0] += data.toString()));
  child.stderr.on('data', (data: Buffer) => (said[1] += data.toString()));
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect(code, said[1]).toBe(0);
  return JSON.parse(said[0]!) as { values: T; images: number };
}

describe.skipIf(!peers)('notebooks', () => {
  it('live.ipynb: what `yard live` publishes is what the functions give', async () => {
    cpSync(folder, shop.path('notebooks'), { recursive: true });
    const sim = shop.start(['sim', '--endpoint', 'tcp://127.0.0.1:*', '--small', '--no-detector', '--rate', '20', '--json']);
    const stream = (await sim.line(/"endpoint":"(tcp:[^"]+)"/))[1]!;
    const yard = shop.start(['live', 'notebooks/list.yaml', '--stream', stream, '--publish', 'tcp://127.0.0.1:*']);
    const published = (await yard.line(/Results are on (tcp:\S+?),/))[1]!;
    const { values, images } = await execute<{ ids: number[]; profiles: number[][]; spots: number[][] }>('live.ipynb', '{"ids": [int(i) for i in ids], "profiles": profiles.tolist(), "spots": spots.tolist()}', 'tcp://127.0.0.1:4546', published);
    for (const one of [yard, sim]) {
      one.signal('SIGTERM');
      expect((await one.finished).code).toBe(130);
    }
    expect(images).toBe(1);
    expect(values.ids).toHaveLength(20);
    expect(values.ids.every((id, i) => i === 0 || id > values.ids[i - 1]!)).toBe(true);
    for (const [i, id] of values.ids.entries()) {
      const camera = makeTrain(1, id, { small: true, detector: false }).sources.get('SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output')!.get('data.image.pixels');
      if (camera === undefined || !isSimArray(camera)) throw new Error('the simulated camera gives no array');
      const [height, width] = camera.shape as [number, number];
      const pixels = camera.data as Uint16Array;
      const brightest = pixels.indexOf(pixels.reduce((most, one) => Math.max(most, one)));
      expect(values.spots[i]).toEqual([Math.floor(brightest / width), brightest % width, pixels[brightest]]);
      expect(values.profiles[i]).toHaveLength(width);
      for (const column of [0, 17, width - 1]) expect(values.profiles[i]![column]).toBeCloseTo(pixels.filter((_, at) => at % width === column).reduce((sum, one) => sum + one, 0) / height, 9);
    }
  }, 180_000);

  it('results.ipynb: a results file by xarray has what the functions give on what EXtra-data reads', async () => {
    cpSync(folder, shop.path('notebooks'), { recursive: true });
    for (const args of [['sim', '--write', 'r0001', '--small', '--no-detector', '--trains', '30'], ['run', 'notebooks/list.yaml', '--run', 'r0001', '--out', 'notebooks/results.h5']]) {
      const { code, stderr } = await shop.run(...args);
      expect(code, stderr).toBe(0);
    }
    const { values, images } = await execute<{ ids: number[]; profile: number[][]; spot: number[][]; corr: number; counts: Record<string, number> }>('results.ipynb', '{"ids": both.trainId.values.tolist(), "profile": both.profile.values.tolist(), "spot": both.spot.values.tolist(), "corr": corr, "counts": counts}');
    const script = `import json, sys\nimport numpy as np\nfrom extra_data import RunDirectory\nsys.path.insert(0, ${JSON.stringify(folder)})\nsys.dont_write_bytecode = True\nimport spot\nimages = RunDirectory(${JSON.stringify(shop.path('r0001'))})["SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:daqOutput", "data.image.pixels"].xarray()\nprofile, values = [spot.profile(one) for one in images.values], [spot.spot(one) for one in images.values]\nprint(json.dumps({"ids": images.trainId.values.tolist(), "profile": [one.tolist() for one in profile], "spot": np.array(values).tolist(), "corr": np.corrcoef([one[2] for one in values], [one.mean() for one in profile])[0, 1]}))`;
    const python = spawnSync(PYTHON, ['-c', script], { encoding: 'utf8' });
    const expected = JSON.parse(python.stdout) as typeof values;
    expect({ ids: values.ids, profile: values.profile, spot: values.spot }).toEqual({ ids: expected.ids, profile: expected.profile, spot: expected.spot });
    expect(values.corr).toBeCloseTo(expected.corr, 10);
    expect(values.counts).toEqual({ value: 30, none: 0, missing: 0, failed: 0, late: 0, dropped: 0 });
    expect(images).toBe(1);
  }, 180_000);
});
