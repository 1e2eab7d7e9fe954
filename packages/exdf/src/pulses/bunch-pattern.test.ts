import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openRun } from '../open/open-run.ts';
import { control, writeFile, type GroupSpec } from '../write-file.test.support.ts';
import { bunchPattern, saseOf } from './bunch-pattern.ts';
import { pulsesTo, type PulseTarget } from './bunch-word.ts';

const folder = mkdtempSync(join(tmpdir(), 'exdf-pulses-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const errorOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

/** Words as the timing system has them: destination T4D is 4, T5D 2, TLD 8 from bit 18 on; bit 27 kicks into SASE 3; bit 10 is the laser of SPB. */
const TLD = 8 << 18, T4D = 4 << 18, T5D = 2 << 18, KICK = 1 << 27, LP_SPB = 1 << 10, CHARGE = 6;
function row(train: number): Uint32Array {
  const table = new Uint32Array(40);
  for (let i = 0; i < 40; i += 2) table[i] = TLD | CHARGE;
  for (let i = 10; i < 20; i += 2 + 2 * train) table[i] = T4D;
  table[4] = (T4D | KICK) >>> 0;
  table[21] = T5D;
  table[0]! |= LP_SPB;
  table[1] = LP_SPB;
  // Bits that say other things: the highest makes the word negative in signed arithmetic.
  table[12] = (table[12]! | (1 << 31)) >>> 0;
  return table;
}
const trains = [0, 1, 2];
const wanted = (train: number): Record<string, number[]> => ({
  sase1: [[10, 12, 14, 16, 18], [10, 14, 18], [10, 16]][train]!, sase2: [21], sase3: [4], LP_SPB: [0, 1], LP_SCS: [],
});
const tableGroup = (source: string, channel: boolean): GroupSpec => ({
  ...(channel ? { source: `${source}:outputBunchPattern`, group: 'data' } : { section: 'CONTROL' as const, source }),
  first: trains, count: trains.map(() => 1),
  keys: { [channel ? 'data.bunchPatternTable' : 'bunchPatternTable.value']: { data: Uint32Array.from(trains.flatMap((train) => [...row(train)])), shape: [40] } },
});

test('words of the table', () => {
  expect(pulsesTo(row(0), 'sase1')).toEqual([10, 12, 14, 16, 18]);
  expect(pulsesTo(row(0), 'maindump')).toEqual([0, 2, 6, 8, 20, 22, 24, 26, 28, 30, 32, 34, 36, 38]);
  expect(pulsesTo(new Uint32Array(3), 'sase1')).toEqual([]);
  expect(errorOf(() => pulsesTo(row(0), 'sase4' as 'sase1'))).toMatchObject({ code: 'EXDF_SELECT', message: expect.stringContaining('sase1, sase2, sase3, maindump') });
});

describe.each([
  ['a channel of a time server', [tableGroup('SPB_RR_SYS/TSYS/TIMESERVER', true), control('SPB_RR_SYS/TSYS/TIMESERVER', [1, 1, 1])], 'SPB_RR_SYS/TSYS/TIMESERVER:outputBunchPattern'],
  ['a time server of the first years', [tableGroup('SQS_BR_UTC/TSYS/TIMESERVER', false)], 'SQS_BR_UTC/TSYS/TIMESERVER'],
] as const)('%s', (_, groups, source) => {
  test('gives the pulses of each train', async () => {
    const path = join(folder, 'RAW-R0001-DA01-S00000.h5');
    await writeFile(path, { trainIds: [11, 12, 13], groups });
    const run = await openRun(path);
    const pattern = bunchPattern(run);
    expect([pattern.source, pattern.kind]).toEqual([source, 'timeserver']);
    for (const train of trains) for (const [target, ids] of Object.entries(wanted(train))) expect(pattern.train(11 + train, target as PulseTarget)).toEqual(ids);
    expect(pattern.train(99, 'sase1')).toBeUndefined();
    expect(pattern.pulses('sase1')).toEqual({ trainIds: [11, 12, 13], counts: [5, 3, 2], pulseIds: trains.flatMap((train) => wanted(train)['sase1']!) });
    run.close();
  });
});

test('a decoder gives its lists; of lasers the one it was set to', async () => {
  const lists = (target: string): GroupSpec['keys'] => ({
    [`${target}.nPulses.value`]: { data: Int32Array.from(trains, (train) => wanted(train)[target === 'laser' ? 'LP_SPB' : target]?.length ?? 0) },
    [`${target}.pulseIds.value`]: { data: Int32Array.from(trains.flatMap((train) => Array.from({ length: 8 }, (_, i) => wanted(train)[target === 'laser' ? 'LP_SPB' : target]?.[i] ?? 77))), shape: [8] },
  });
  const path = join(folder, 'RAW-R0001-DA01-S00000.h5');
  const decoder: GroupSpec = { section: 'CONTROL', source: 'SPB_BR_SYS/MDL/BUNCH_DECODER', first: trains, count: [1, 1, 1], keys: { ...lists('sase1'), ...lists('maindump'), ...lists('laser') } };
  await writeFile(path, { trainIds: [11, 12, 13], groups: [decoder], run: { 'SPB_BR_SYS/MDL/BUNCH_DECODER/laserSource/value': 'LP_SPB' } });
  const run = await openRun(path);
  const pattern = bunchPattern(run);
  expect([pattern.kind, pattern.pulses('sase1').pulseIds, pattern.train(12, 'LP_SPB')]).toEqual(['decoder', trains.flatMap((train) => wanted(train)['sase1']!), [0, 1]]);
  expect(errorOf(() => pattern.train(11, 'LP_SCS'))).toMatchObject({ code: 'EXDF_SELECT', message: expect.stringContaining('set to the laser LP_SPB') });
  expect(saseOf(run)).toBe(1);
  run.close();
});

test('none, or several, are said', async () => {
  const path = join(folder, 'RAW-R0001-DA01-S00000.h5');
  await writeFile(path, { trainIds: [1, 2, 3], groups: [control('SA1_XTD2_XGM/A/1', [1, 2, 3]), control('SCS_XGM/A/1', [1, 2, 3])] });
  const none = await openRun(path);
  expect(errorOf(() => bunchPattern(none))).toMatchObject({ code: 'EXDF_NO_SOURCE', message: expect.stringContaining('No time server') });
  expect(errorOf(() => bunchPattern(none, 'SCS_XGM/A/1'))).toMatchObject({ code: 'EXDF_NO_SOURCE', message: expect.stringContaining('neither') });
  expect(saseOf(none)).toBe(3);
  none.close();
  await writeFile(path, { trainIds: [1, 2, 3], groups: [tableGroup('SPB_RR_SYS/TSYS/TIMESERVER', true), tableGroup('MID_RR_SYS/TSYS/TIMESERVER', true)] });
  const two = await openRun(path);
  expect(errorOf(() => bunchPattern(two))).toMatchObject({ code: 'EXDF_SELECT', message: expect.stringMatching(/say which of MID.*, SPB/) });
  expect(bunchPattern(two, 'MID_RR_SYS/TSYS/TIMESERVER:outputBunchPattern').train(2, 'sase2')).toEqual([21]);
  expect(saseOf(two)).toBeUndefined();
  two.close();
});
