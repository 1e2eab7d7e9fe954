import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { NdArray, formatDataPath, parseDataPath } from '@trainyard/core';
import { openRun } from '@trainyard/exdf';
import type { BridgeArray, BridgeValue } from '@trainyard/karabo-bridge';
import { writeSimRun } from '@trainyard/sim';
import { asWire } from '../source/as-wire.ts';
import { runInputs, streamInputs, type TrainInputs } from '../worker/train-inputs.ts';
import type { SlotData } from '../worker/messages.ts';
import type { Wire } from '../worker/wire.ts';
import { readExact, withExact } from './exact.ts';
import { FROZEN } from './frozen-format.ts';
import { sameValue } from './same-value.ts';
import { inWords, writeFrozen, type FreezeJob } from './write-frozen.ts';

const parent = mkdtempSync(join(tmpdir(), 'yard-frozen-'));
afterAll(() => rmSync(parent, { recursive: true }));
const DETECTOR = 'SPB_DET_AGIPD1M-1';
const TRAIN = 1_234_567_890;

/** Data as the receive thread leaves them: arrays in one memory. */
function slot(sources: Readonly<Record<string, Readonly<Record<string, BridgeValue>>>>): SlotData {
  const arrays: { array: BridgeArray; at: number }[] = [];
  let bytes = 0;
  const place = (array: BridgeArray): Wire => {
    const at = bytes;
    arrays.push({ array, at });
    bytes = Math.ceil((at + array.bytes.byteLength) / 8) * 8;
    return { '~at': at, shape: array.shape, dtype: array.dtype as never };
  };
  const taken = Object.fromEntries(Object.entries(sources).map(([name, values]) => [name, Object.fromEntries(Object.entries(values).map(([key, value]) => [key, asWire(value, place)]))]));
  const memory = new SharedArrayBuffer(bytes);
  for (const { array, at } of arrays) new Uint8Array(memory, at, array.bytes.byteLength).set(array.bytes);
  return [{ memory, sources: taken }];
}

const SIZES = { bool: 1, int8: 1, uint8: 1, int16: 2, uint16: 2, int32: 4, uint32: 4, int64: 8, uint64: 8, float16: 2, float32: 4, float64: 8 } as const;
const bytesOf = (n: number, dtype: keyof typeof SIZES): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: n * SIZES[dtype], maxLength: n * SIZES[dtype] }).map((bytes) => (dtype === 'bool' ? bytes.map((byte) => byte & 1) : bytes));
const arrayOf = (shape: readonly number[], dtype: keyof typeof SIZES): fc.Arbitrary<BridgeValue> => bytesOf(shape.reduce((product, length) => product * length, 1), dtype).map((bytes) => ({ dtype, shape, bytes }));
const dtypes = fc.constantFrom(...(Object.keys(SIZES) as (keyof typeof SIZES)[]));
const arrays = fc.tuple(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 4 }), dtypes).chain(([shape, dtype]) => arrayOf(shape, dtype));
const single: fc.Arbitrary<BridgeValue> = fc.oneof(
  fc.double(), fc.integer(), fc.boolean(), fc.string(), fc.constantFrom('', '\0', 'a\0b', 'µ ü 𝄞', '\ud800', '  '),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), fc.constant(-0), fc.constant(NaN),
);
const value: fc.Arbitrary<BridgeValue> = fc.oneof(
  single, arrays,
  fc.array(fc.double(), { maxLength: 4 }), fc.array(fc.string(), { maxLength: 4 }), fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }),
  fc.array(single, { maxLength: 3 }), fc.dictionary(fc.constantFrom('a', 'b'), single, { maxKeys: 2 }), fc.uint8Array({ maxLength: 4 }),
);

const plainSources = fc.dictionary(
  fc.constantFrom('SQS/MOTOR/1', 'SQS/CAM/1:output', 'SQS/XGM/1:daqOutput', 'SQS/ODD/1:channel'),
  fc.dictionary(fc.constantFrom('a', 'a.b', 'a.b.c', 'data.image.pixels', 'data.energy', 'state.value', 'data.trainId'), value, { maxKeys: 5 }),
  { maxKeys: 4 },
);
/** One array for the whole detector, in either order of axes, under one of its names; or some modules, each a source. */
const whole = fc.tuple(fc.constantFrom(`${DETECTOR}/CAL/APPEND_CORRECTED`, `${DETECTOR}/DET/APPEND`), fc.integer({ min: 1, max: 2 }), fc.boolean(), dtypes)
  .chain(([name, pulses, isOnline, dtype]) => fc.record({
    'image.data': arrayOf(isOnline ? [16, 2, 4, pulses] : [pulses, 16, 4, 2], dtype), 'image.cellId': arrayOf([pulses], 'uint16'),
  }).map((values) => ({ [name]: values })));
const modules = fc.tuple(fc.uniqueArray(fc.integer({ min: 0, max: 15 }), { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 3 }), fc.constantFrom<keyof typeof SIZES>('float32', 'uint16'), fc.boolean())
  .chain(([numbers, pulses, dtype, isSingle]) => fc.record(Object.fromEntries(numbers.map((m) => [`${DETECTOR}/DET/${m}CH0:xtdf`, fc.record({
    'image.data': arrayOf(isSingle && pulses === 1 ? [4, 2] : [pulses, 4, 2], dtype), 'image.pulseId': pulses === 1 && isSingle ? fc.integer({ min: 0, max: 99 }) : arrayOf([pulses], 'uint64'),
  })]))));
const detector = fc.oneof(fc.constant({}), whole, modules) as fc.Arbitrary<Record<string, Record<string, BridgeValue>>>;

/** As users write them: other channel names, with `.value` and without, the detector by any of its names, and some that nobody sends. */
const PATHS = [
  ...['SQS/MOTOR/1', 'SQS/CAM/1:output', 'SQS/CAM/1:daqOutput', 'SQS/XGM/1:output', 'SQS/XGM/1:daqOutput', 'SQS/ODD/1:channel'].flatMap((source) => ['a', 'a.b', 'a.b.c', 'data.image.pixels', 'data.energy', 'state', 'data.trainId'].map((key) => `karabo#${source}[${key}]`)),
  ...[`${DETECTOR}/CAL/APPEND_CORRECTED`, `${DETECTOR}/DET`, `${DETECTOR}/DET/3CH0:xtdf`].flatMap((source) => ['image.data', 'image.cellId', 'image.pulseId'].map((key) => `karabo#${source}[${key}]`)),
  'internal#train_id',
].map((text) => {
  const path = parseDataPath(text);
  return [formatDataPath(path), path] as const;
});

function expectSame(paths: FreezeJob['paths'], original: TrainInputs, frozen: TrainInputs): void {
  for (const [text, path] of paths) {
    const [wanted, got] = [original, frozen].map((inputs) => {
      try {
        return inputs.get(text, path);
      } catch (error) {
        return { missing: (error as Error).message };
      }
    });
    if ('value' in wanted!) expect('value' in got! && sameValue(wanted.value, got.value), `${text}: ${inWords(wanted.value)} became ${'value' in got! ? inWords(got.value) : got!.missing}`).toBe(true);
    else expect(got, text).not.toHaveProperty('value');
  }
}

let count = 0;
const RECORD: FreezeJob['record'] = { outcome: 'failed', message: 'no', file: '../../views.ts', from: 'tcp://', frozenAt: '2026', parameters: {}, constants: {}, notes: [] };

describe('a frozen train', () => {
  test('gives a view the inputs that the stream gave, to the bit, whatever they are and are called', async () => {
    await fc.assert(fc.asyncProperty(plainSources, detector, async (plain, det) => {
      const data = slot({ ...plain, ...det });
      const folder = join(parent, `s${count++}`);
      await writeFrozen({ folder, trainIds: [TRAIN], from: { kind: 'stream', data }, paths: PATHS, at: 1.7e12, constants: [], record: RECORD });
      const run = await openRun(folder);
      expect([run.trainIds, run.skipped]).toEqual([[TRAIN], []]);
      expectSame(PATHS, streamInputs({ type: 'train', seq: 0, trainId: TRAIN, data }, new Map()), withExact(runInputs({ type: 'train', seq: 0, trainId: TRAIN }, run, new Map()), readExact(folder), TRAIN));
      run.close();
    }), { numRuns: 30 });
  }, 60_000);

  test('gives those that the run gave, and the trains before it', async () => {
    const where = join(parent, 'r0001');
    await writeSimRun(where, { seed: 3, firstTrainId: 500, trains: 6, small: true });
    const paths = ['SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]', 'SA3_XGM/XGM/DOOCS.pulseEnergy.photonFlux', 'SQS_SHUTTER/DEV/1.isOpen', `${DETECTOR}/CAL/APPEND_CORRECTED[image.data]`, `${DETECTOR}/CAL/APPEND_CORRECTED[image.cellId]`, 'NO/SUCH/THING.x'].map((text) => [formatDataPath(parseDataPath(text)), parseDataPath(text)] as const);
    const folder = join(parent, 'frozen');
    const record = await writeFrozen({ folder, trainIds: [502, 503, 504], from: { kind: 'run', where }, paths, at: 1.7e12, constants: [], record: RECORD });
    expect(record).toMatchObject({ trainId: 504, earlier: [502, 503], inputs: { [paths[0]![0]]: 'uint16 (128, 192)', [paths.at(-1)![0]]: expect.stringMatching(/^missing: /) as string } });
    expect(JSON.parse(readFileSync(join(folder, FROZEN.record), 'utf8'))).toEqual(record);
    const [original, frozen] = [await openRun(where), await openRun(folder)];
    for (const trainId of [502, 503, 504]) expectSame(paths, runInputs({ type: 'train', seq: 0, trainId }, original, new Map()), runInputs({ type: 'train', seq: 0, trainId }, frozen, new Map()));
    original.close();
    frozen.close();
    // Nothing of it is beside the format: any tool reads it.
    expect(existsSync(join(folder, FROZEN.exact))).toBe(false);
    await expect(writeFrozen({ folder, trainIds: [504], from: { kind: 'run', where }, paths, at: 1.7e12, constants: [], record: RECORD })).rejects.toThrow(/is there already/);
    expect(existsSync(`${folder}.new`)).toBe(false);
  }, 60_000);

  test('what is the same is told from what only looks so', () => {
    const f64 = (...bits: bigint[]): NdArray => new NdArray(new Float64Array(BigUint64Array.from(bits).buffer), [bits.length], [1], 0, 'float64') as unknown as NdArray;
    expect(sameValue(f64(0x7ff8000000000001n), f64(0x7ff8000000000001n))).toBe(true);
    expect(sameValue(f64(0x7ff8000000000001n), f64(0x7ff8000000000000n))).toBe(false);
    for (const [a, b] of [[0, -0], [1, 1n], [1, true], ['1', 1], [[1], { 0: 1 }], [null, undefined], [{ a: 1 }, { a: 1, b: 2 }]]) expect(sameValue(a, b)).toBe(false);
    for (const same of [NaN, -0, 2n ** 63n, 'x', [1, [2]], { a: { b: null } }]) expect(sameValue(structuredClone(same), same)).toBe(true);
  });
});
