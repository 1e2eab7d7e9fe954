import { readResults } from '@trainyard/nexus';
import { afterAll, describe, expect, it } from 'vitest';
import { PYTHON, hasPeers } from '../interop/peer.ts';
import { Workshop } from '../support/yard.ts';

/** Python functions that do to their process what they can, all in one list: each has a clear outcome, and one that does nothing of it has every value. */
const peers = hasPeers('numpy');
const shop = new Workshop();
afterAll(() => shop.close());

const TRAINS = 8;
const bad: Record<string, { readonly body: string; readonly outcome: string; readonly says?: string }> = {
  prints: { body: 'for i in range(100_000):\n        print("line", i)\n    os.write(1, b"past it " * 300_000)\n    os.write(2, b"\\n" * 100_000)\n    return 1', outcome: 'value' },
  generator: { body: 'yield 1', outcome: 'failed', says: 'return, not yield' },
  forks: { body: 'if os.fork() == 0:\n        return -1\n    os.wait()\n    return id', outcome: 'value' },
  lingers: { body: 'if os.fork() == 0:\n        time.sleep(60)\n    return 1', outcome: 'value' },
  moves: { body: 'os.chdir("/")\n    os.environ.clear()\n    return 1', outcome: 'value' },
  closes: { body: 'os.closerange(0, 100)\n    return 1', outcome: 'value' },
  threads: { body: 'threading.Thread(target=lambda: [time.sleep(0.01) or print("a thread") for _ in range(300)]).start()\n    return 1', outcome: 'value' },
  mute: { body: 'sys.stdout = sys.stderr = sys.stdin = None\n    return 1', outcome: 'value' },
  exits: { body: 'sys.exit(0)', outcome: 'failed', says: 'does not end its process' },
  thing: { body: 'return object()', outcome: 'failed', says: 'an array of object' },
  text: { body: 'return "one"', outcome: 'failed', says: 'scalar' },
  good: { body: 'return id', outcome: 'value' },
};

describe.skipIf(!peers)('Python', () => {
  it('whatever a function does to its process, it and those beside it have their outcomes', async () => {
    shop.write('own.py', `import os, sys, threading, time\nimport numpy as np\n${Object.entries(bad).map(([name, { body }]) => `\ndef ${name}(id):\n    ${body}\n`).join('')}`);
    shop.write('list.yaml', `trainyard: 1\nsteps:\n${Object.keys(bad).map((name) => `  - plugin: python/call\n    in: { id: "internal#train_id" }\n    params: { file: ./own.py, function: ${name}, output: scalar, python: ${PYTHON} }\n    as: ${name}\n`).join('')}`);
    expect((await shop.run('sim', '--write', 'r0001', '--small', '--no-detector', '--trains', String(TRAINS))).code).toBe(0);
    const { code, json, stdout, stderr } = await shop.run('run', 'list.yaml', '--run', 'r0001', '--out', 'out.h5', '--json');
    expect(code, stderr).toBe(0);
    const views = (json.at(-1) as { views: Record<string, Record<string, number>> }).views;
    expect(Object.fromEntries(Object.keys(bad).map((name) => [name, Object.entries(views[`${name}/result`]!).filter(([, n]) => n > 0)]))).toEqual(Object.fromEntries(Object.entries(bad).map(([name, { outcome }]) => [name, [[outcome, TRAINS]]])));
    const file = await readResults(shop.path('out.h5'));
    for (const [name, { says }] of Object.entries(bad)) if (says) expect(file.reasons().find(({ view }) => view === `${name}/result`)!.message).toContain(says);
    for (const name of ['good', 'forks']) expect(Array.from(file.rows(`${name}/result`), ({ trainId, value }) => [trainId, value])).toEqual(Array.from(file.trainIds, (id) => [id, id]));
    file.close();
    expect(stdout.length + stderr.length).toBeLessThan(200_000);
  }, 180_000);

  it('a result of 300 MB comes whole', async () => {
    shop.write('large.py', 'import numpy as np\n\ndef large(id):\n    return np.arange(37_500_000) if id == 10001 else None\n\ndef last(image):\n    return image[-1]\n');
    shop.write('large.yaml', `trainyard: 1\nsteps:\n  - plugin: python/call\n    in: { id: "internal#train_id" }\n    params: { file: ./large.py, function: large, output: vector, python: ${PYTHON} }\n    as: large\n  - plugin: python/call\n    in: { image: "view#large" }\n    params: { file: ./large.py, function: last, output: scalar, python: ${PYTHON} }\n    as: last\n`);
    expect((await shop.run('sim', '--write', 'r0002', '--small', '--no-detector', '--trains', '3')).code).toBe(0);
    const { code, stderr } = await shop.run('run', 'large.yaml', '--run', 'r0002', '--out', 'large.h5', '--json');
    expect(code, stderr).toBe(0);
    const file = await readResults(shop.path('large.h5'));
    expect(Array.from(file.rows('last/result'), ({ trainId, value }) => [trainId, value])).toEqual([[10001, 37_499_999]]);
    file.close();
  }, 180_000);
});
