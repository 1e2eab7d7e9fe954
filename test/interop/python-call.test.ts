import { spawnSync } from 'node:child_process';
import { existsSync, renameSync } from 'node:fs';
import { readResults, type ResultsFile } from '@trainyard/nexus';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Control, Workshop, type Finished } from '../support/yard.ts';
import { PYTHON, hasPeers } from './peer.ts';

/** `python/call` in whole yards, with the field's Python: what it gives is what Python gives on the same file, and what goes wrong is of one view. */
const peers = hasPeers('extra_data', 'h5py', 'numpy', 'scipy');
const shop = new Workshop();
const run = shop.path('r0001');
const TRAINS = 24;
const CAMERA = 'SQS_ILH_LAS/CAM/BS_CAM_TT_OU1';

interface Step {
  readonly as: string;
  readonly function: string;
  readonly output: string;
  readonly timeoutMs?: number;
  readonly inputs?: string;
}

/** A process list of such steps, in a folder of its own beside the Python file that they take functions from. */
function list(folder: string, python: string, steps: readonly Step[]): string {
  shop.write(`${folder}/own.py`, python);
  return shop.write(`${folder}/list.yaml`, `trainyard: 1\nsteps:\n${steps.map(({ as, function: name, output, timeoutMs = 0, inputs = 'id: "internal#train_id"' }) => `  - plugin: python/call
    in: { image: "karabo#${CAMERA}:output[data.image.pixels]", ${inputs} }
    params: { file: ./own.py, function: ${name}, output: ${output}, python: ${PYTHON}, timeoutMs: ${timeoutMs} }
    as: ${as}
`).join('')}`);
}

interface Summary {
  readonly trains: number;
  readonly views: Record<string, Record<string, number>>;
}
function summary(finished: Finished): Summary {
  expect(finished.code, `${finished.stdout}${finished.stderr}`).toBe(0);
  const last = finished.json.at(-1) as unknown as Summary;
  for (const [id, counts] of Object.entries(last.views)) expect([id, Object.values(counts).reduce((sum, n) => sum + n, 0)]).toEqual([id, TRAINS]);
  return last;
}
const valuesOf = (out: ResultsFile, view: string): Map<number, unknown> => new Map(Array.from(out.rows(view), ({ trainId, value }) => [trainId, value]));
const alive = (pid: number): boolean => existsSync(`/proc/${pid}`);

beforeAll(async () => {
  expect((await shop.run('sim', '--write', run, '--small', '--no-detector', '--trains', String(TRAINS))).code).toBe(0);
});
afterAll(() => shop.close());

const FUNCTIONS = `import numpy as np
from scipy import ndimage

def profile(image, id):
    return image.mean(axis=0)

def smooth(image, id):
    return ndimage.gaussian_filter(image.astype("f4"), 2)

def turned(image, id):
    return image.T[::2, ::-3]

def spots(image, id):
    rows, columns = np.nonzero(image >= np.sort(image, axis=None)[-5])
    return {"row": rows[:5], "column": columns[:5], "value": image[rows[:5], columns[:5]]}

def odd(image, id):
    return int(image.max()) if id % 2 else None

def words(image, id):
    return f"{image.dtype} {image.shape} {id}"
`;

/** Reads the run by EXtra-data and calls the same functions; says where the results file has something else. */
const CHECK = `import sys
import h5py, numpy as np
from extra_data import RunDirectory

sys.path.insert(0, sys.argv[3])
import own

images = RunDirectory(sys.argv[1])["${CAMERA}:daqOutput", "data.image.pixels"].xarray()
with h5py.File(sys.argv[2]) as file:
    for name in ("profile", "smooth", "turned", "odd", "words", "spots"):
        group = file[f"entry/results/{name}/result"]
        expected = {int(tid): getattr(own, name)(image.values, int(tid)) for tid, image in zip(images.trainId, images)}
        expected = {tid: value for tid, value in expected.items() if value is not None}
        if name == "spots":
            same = all(np.array_equal(group["data"][key][()], np.stack([value[key] for value in expected.values()])) for key in ("row", "column", "value"))
        elif name == "words":
            same = [text.decode() for text in group["data"]] == list(expected.values()) and group["trainId"][()].tolist() == list(expected)
        else:
            same = np.array_equal(group["data"][()], np.stack(list(expected.values()))) and group["trainId"][()].tolist() == list(expected)
        print(name, len(expected), "same" if same else "OTHER")
`;

describe.skipIf(!peers)('a list with python/call over a run', () => {
  it('gives what the same functions give on what EXtra-data reads, to the bit', async () => {
    const steps = [['profile', 'vector'], ['smooth', 'image'], ['turned', 'image'], ['spots', 'table'], ['odd', 'scalar'], ['words', 'text']].map(([name, output]) => ({ as: name!, function: name!, output: output! }));
    const out = shop.path('same.h5');
    const { views } = summary(await shop.run('run', list('same', FUNCTIONS, steps), '--run', run, '--out', out, '--json', '--workers', '2'));
    expect(views['odd/result']).toMatchObject({ value: TRAINS / 2, none: TRAINS / 2 });
    const checked = spawnSync(PYTHON, [shop.write('check.py', CHECK), run, out, shop.path('same')], { encoding: 'utf8' });
    expect(checked.stdout.trim().split('\n'), checked.stderr).toEqual(['profile 24 same', 'smooth 24 same', 'turned 24 same', 'odd 12 same', 'words 24 same', 'spots 24 same']);
  }, 120_000);

  it('raises: failed, with the line of the .py; None: none; a function beside them has every value', async () => {
    const python = 'import numpy as np\n\ndef deep(image):\n    return np.linalg.inv(image[:2, :2] * 0.0)\n\ndef raises(image, id):\n    if id % 3 == 0:\n        return deep(image)\n    return id if id % 3 == 1 else None\n\ndef good(image, id):\n    return id\n';
    const out = shop.path('outcomes.h5');
    const finished = await shop.run('run', list('outcomes', python, [{ as: 'bad', function: 'raises', output: 'scalar' }, { as: 'good', function: 'good', output: 'scalar' }]), '--run', run, '--out', out, '--json');
    const { views } = summary(finished);
    expect(views['bad/result']).toMatchObject({ value: 8, none: 8, failed: 8 });
    expect(views['good/result']).toMatchObject({ value: TRAINS });
    const file = await readResults(out);
    expect(file.reasons().find(({ view, outcome }) => view === 'bad/result' && outcome === 'failed')).toMatchObject({ message: expect.stringContaining('LinAlgError: Singular matrix') as string, where: `${shop.path('outcomes', 'own.py')}:4:1` });
    expect([...valuesOf(file, 'bad/result').keys()].every((id) => id % 3 === 1)).toBe(true);
    file.close();
  }, 120_000);

  it('too slow: late, its process is ended, and another does the trains after', async () => {
    const python = 'import os, time\n\ndef slow(image, id):\n    if id == 10006:\n        while True:\n            pass\n    return os.getpid()\n';
    const out = shop.path('slow.h5');
    const { views } = summary(await shop.run('run', list('slow', python, [{ as: 'slow', function: 'slow', output: 'scalar', timeoutMs: 1000 }]), '--run', run, '--out', out, '--json', '--workers', '1'));
    expect(views['slow/result']).toMatchObject({ value: TRAINS - 1, late: 1 });
    const file = await readResults(out);
    const pids = valuesOf(file, 'slow/result') as Map<number, number>;
    file.close();
    expect(pids.has(10006)).toBe(false);
    expect(pids.get(10005)).not.toBe(pids.get(10007));
    expect([...pids.values()].filter(alive)).toEqual([]);
  }, 120_000);

  it('os._exit and a segmentation fault: quarantine, then on; the view beside it is untouched', async () => {
    const python = 'import ctypes, os\n\ndef dies(image, id):\n    if id == 10004:\n        os._exit(3)\n    if id == 10011:\n        ctypes.string_at(0)\n    return id\n\ndef good(image, id):\n    return image.sum(dtype="f8")\n';
    const out = shop.path('dies.h5');
    const finished = await shop.run('run', list('dies', python, [{ as: 'dies', function: 'dies', output: 'scalar' }, { as: 'good', function: 'good', output: 'scalar' }]), '--run', run, '--out', out, '--json');
    const { views } = summary(finished);
    expect(views['dies/result']).toMatchObject({ value: TRAINS - 2, failed: 2 });
    expect(views['good/result']).toMatchObject({ value: TRAINS });
    const said = finished.stdout + finished.stderr;
    expect(said).toMatch(/Python ended itself with code 3 in dies\(\) of own\.py/);
    expect(said).toMatch(/Python was ended by SIGSEGV in dies\(\) at own\.py:7/);
    const file = await readResults(out);
    expect([...valuesOf(file, 'dies/result').keys()]).toEqual([...valuesOf(file, 'good/result').keys()].filter((id) => id !== 10004 && id !== 10011));
    file.close();
  }, 120_000);
});

describe.skipIf(!peers)('live', () => {
  it('a save of the .py is seen between two trains, one of a file that it imports, too; what does not load changes nothing', async () => {
    const sim = shop.start(['sim', '--endpoint', 'tcp://127.0.0.1:*', '--small', '--no-detector', '--rate', '10', '--json']);
    const endpoint = (await sim.line(/"endpoint":"(tcp:[^"]+)"/))[1]!;
    const own = (n: number): string => `import helper\n\ndef which(image, id):\n    return ${n} + helper.MORE\n`;
    shop.write('live/helper.py', 'MORE = 0.25\n');
    const yard = shop.start(['live', list('live', own(1), [{ as: 'which', function: 'which', output: 'scalar' }]), '--stream', endpoint, '--out', 'live.h5']);
    const [address] = await yard.line(/http:\/\/127\.0\.0\.1:\d+\/\S+/);
    const control = new Control(address);
    const valued = (count: number) => (state: Awaited<ReturnType<Control['state']>>): boolean => state.views[0]!.counts.value >= count;
    let state = await control.until('values come', valued(5));
    const save = (name: string, text: string): void => renameSync(shop.write(`live/${name}.tmp`, text), shop.path('live', name));

    save('own.py', own(2));
    state = await control.until('generation 2', ({ generation }) => generation.number === 2);
    state = await control.until('values of it', valued(state.views[0]!.counts.value + 5));
    save('own.py', 'def which(image, id):\n    return (\n');
    state = await control.until('the error is said', ({ generation }) => generation.error !== undefined);
    expect(state.generation).toMatchObject({ number: 2, error: { file: shop.path('live', 'own.py'), line: 2 } });
    state = await control.until('the old one goes on', valued(state.views[0]!.counts.value + 5));
    save('own.py', own(3));
    state = await control.until('it is taken', ({ generation }) => generation.error === undefined && generation.number === 3);
    state = await control.until('values of it', valued(state.views[0]!.counts.value + 5));
    save('helper.py', 'MORE = 0.5\n');
    state = await control.until('generation 4', ({ generation }) => generation.number === 4);
    state = await control.until('values of it', valued(state.views[0]!.counts.value + 5));
    expect(Object.values(state.views[0]!.counts).reduce((sum, n) => sum + n, 0)).toBe(state.trains.done);
    yard.signal('SIGTERM');
    expect((await yard.finished).code).toBe(130);
    sim.signal('SIGTERM');
    await sim.finished;

    const file = await readResults(shop.path('live.h5'));
    const values = [...valuesOf(file, 'which/result').values()] as number[];
    file.close();
    // Each as long as it held, and never the one before again.
    expect(values.filter((value, i) => value !== values[i - 1])).toEqual([1.25, 2.25, 3.25, 3.5]);
  }, 120_000);
});
