import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeTrains } from '@trainyard/exdf';
import { Workshop } from '../support/yard.ts';

/** Frozen trains that are no longer what was frozen: each is refused in one sentence, and never takes the process or the check of other things with it. */
const shop = new Workshop();
afterAll(() => shop.close());

const RECORD = { trainyard: 1, view: 'views/x', trainId: 5, earlier: [], outcome: 'failed', message: 'no', file: '../../views.ts', from: 'here', frozenAt: '2026', inputs: {}, parameters: {}, constants: {}, notes: [] };
const GOOD = shop.path('frozen/good');

beforeAll(async () => {
  shop.write('views.ts', `import { view } from '@trainyard/core';\nexport const x = view.scalar({ p: 'karabo#A/B/1.p' }, ({ p }) => p * 2);\n`);
  await writeTrains(GOOD, [{ trainId: 5, timestamp: 1n, keys: [{ source: 'A/B/1', kind: 'control', key: 'p', count: 1, entryShape: [], data: Float64Array.of(21) }] }]);
  writeFileSync(`${GOOD}/frozen.json`, JSON.stringify(RECORD));
});

async function retried(spoil: (folder: string) => void): Promise<{ code: number | null; said: string }> {
  const folder = shop.path('bad');
  rmSync(folder, { recursive: true, force: true });
  cpSync(GOOD, folder, { recursive: true });
  writeFileSync(`${folder}/frozen.json`, readFileSync(`${folder}/frozen.json`, 'utf8').replace('../../views.ts', '../views.ts'));
  spoil(folder);
  const { code, stdout, stderr } = await shop.run('retry', folder, '--once');
  return { code, said: stdout + stderr };
}

describe('a frozen train', () => {
  it('that is whole works', async () => {
    expect(await retried(() => undefined)).toEqual({ code: 0, said: expect.stringContaining('views/x = 42') as string });
  });

  it.each<[string, (folder: string) => void, RegExp]>([
    ['without its record', (folder) => rmSync(`${folder}/frozen.json`), /There is no frozen train/],
    ['whose record is no JSON', (folder) => writeFileSync(`${folder}/frozen.json`, '{'), /is no frozen train: .*\(FROZEN_NONE\)/],
    ['whose record is something else', (folder) => writeFileSync(`${folder}/frozen.json`, '[]'), /\(FROZEN_NONE\)/],
    ['whose record is null', (folder) => writeFileSync(`${folder}/frozen.json`, 'null'), /\(FROZEN_NONE\)/],
    ['whose run is cut off', (folder) => truncateSync(`${folder}/RAW-R0001-DA01-S00000.h5`, 200), /None of the 1 HDF5 files can be used/],
    ['without a run', (folder) => rmSync(`${folder}/RAW-R0001-DA01-S00000.h5`), /There is no HDF5 file here/],
    ['whose exact inputs are damaged', (folder) => writeFileSync(`${folder}/exact.bin`, 'x'), /exact\.bin cannot be read .*freeze the train again.*FROZEN_BROKEN/],
    ['whose views file is gone', (folder) => writeFileSync(`${folder}/frozen.json`, JSON.stringify({ ...RECORD, file: '../gone.ts' })), /gone\.ts/],
    ['of a view that is gone', (folder) => writeFileSync(`${folder}/frozen.json`, JSON.stringify({ ...RECORD, file: '../views.ts', view: 'views/y' })), /views\.ts has no view views\/y any more/],
    ['of another train than its run has', (folder) => writeFileSync(`${folder}/frozen.json`, JSON.stringify({ ...RECORD, file: '../views.ts', trainId: 6 })), /views\/x|no train|holds no/],
  ])('%s is refused, and says so', async (_, spoil, message) => {
    const { code, said } = await retried(spoil);
    expect([1, 2]).toContain(code);
    expect(said).toMatch(message);
    expect(said).not.toMatch(/\n\s+at .*\.ts:\d+/);
  });

  it('that is broken does not keep the others, or the file, from being checked', async () => {
    shop.write('frozen/broken/frozen.json', 'no');
    expect((await shop.run('retry', 'good', '--keep')).code).toBe(0);
    cpSync(GOOD, shop.path('frozen/cut'), { recursive: true });
    truncateSync(shop.path('frozen/cut/RAW-R0001-DA01-S00000.h5'), 100);
    const { code, stdout } = await shop.run('check', 'views.ts');
    expect(code).toBe(2);
    expect(stdout).toMatch(/warning: .*broken is no frozen train/);
    expect(stdout).toMatch(/error: frozen\/cut: .*None of the 1 HDF5 files/s);
    expect(stdout).not.toMatch(/frozen\/good/);
  });
});
