import { expect, test } from 'vitest';
import { aliasOf, aliases, canonicalKey, otherChannel, recordedNames, streamNames, type Alias } from './canonical.ts';

test.each(['SPB_DET_AGIPD1M-1/CAL/APPEND_CORRECTED', 'SPB_DET_AGIPD1M-1/DET/APPEND', 'SPB_DET_AGIPD1M-1/DET'])('%s is the detector as a whole', (name) => {
  const detector = aliasOf(name)!;
  expect(detector).toMatchObject({ modules: 16, ss: 512, fs: 128, parts: { instrument: 'SPB' } });
  expect(streamNames(detector)).toEqual(['SPB_DET_AGIPD1M-1/CAL/APPEND_CORRECTED', 'SPB_DET_AGIPD1M-1/DET/APPEND', 'SPB_DET_AGIPD1M-1/DET']);
  expect(recordedNames(detector, 11)).toEqual(['SPB_DET_AGIPD1M-1/CORR/11CH0:output', 'SPB_DET_AGIPD1M-1/DET/11CH0:xtdf']);
});

test.each([['FXE_DET_LPD1M-1/CAL/APPEND_CORRECTED', 256, 256], ['SCS_DET_DSSC1M-1/CAL/APPEND_CORRECTED', 128, 512], ['MID_DET_AGIPD1M-1/CAL/APPEND_CORRECTED', 512, 128]])('%s has modules of (%i, %i)', (name, ss, fs) => {
  expect(aliasOf(name)).toMatchObject({ ss, fs });
});

test.each(['SPB_DET_AGIPD1M-1/DET/3CH0:xtdf', 'SPB_DET_AGIPD1M-1', 'SPB_DET_AGIPD1M-1/DET/APPEND/X', 'SQS_ILH_LAS/CAM/1:output', 'A/B/SPB_DET_AGIPD1M-1/DET', ''])('%j is any source, left as it is', (name) => {
  expect(aliasOf(name)).toBeUndefined();
});

test('the table can be edited: modules that count from 1, other names', () => {
  const row: Alias = { ...aliases[0]!, live: '{instrument}_JF/CAL/APPEND_CORRECTED', recorded: ['{instrument}_JF/JNGFR{module}:daqOutput'], modules: 2, firstModule: 1 };
  const detector = aliasOf('HED_JF/DET', [row])!;
  expect([0, 1].map((module) => recordedNames(detector, module))).toEqual([['HED_JF/JNGFR1:daqOutput'], ['HED_JF/JNGFR2:daqOutput']]);
  expect(aliasOf('SPB_DET_AGIPD1M-1/DET', [row])).toBeUndefined();
});

test('channels and keys', () => {
  expect(['A/B/C:output', 'A/B/C:daqOutput', 'A/B/C', 'A/B/C:xtdf'].map(otherChannel)).toEqual(['A/B/C:daqOutput', 'A/B/C:output', undefined, undefined]);
  expect(['position.value', 'position', 'value', 'value.value', 'x.values'].map(canonicalKey)).toEqual(['position', 'position', 'value', 'value', 'x.values']);
});
