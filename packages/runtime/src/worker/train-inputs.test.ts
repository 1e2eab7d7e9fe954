import { describe, expect, test } from 'vitest';
import { NdArray, array, ndarray, parseDataPath, zeros, type NdArray as Nd } from '@trainyard/core';
import type { Run } from '@trainyard/exdf';
import type { Stack } from '@trainyard/stack';
import type { SlotPart, TrainTask } from './messages.ts';
import { asValue, runInputs, stackInputs, streamInputs, type Found, type ModuleMemory } from './train-inputs.ts';
import { WireWriter } from './wire.ts';

const PIXELS = 'SPB_DET_AGIPD1M-1/DET[image.data]';
const moduleName = (m: number): string => `SPB_DET_AGIPD1M-1/DET/${m}CH0:xtdf`;

/** One message, as the receive thread leaves it in a slot. */
function part(sources: Record<string, Record<string, unknown>>): SlotPart {
  const writer = new WireWriter();
  const wires = Object.fromEntries(Object.entries(sources).map(([name, keys]) => [name, Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, writer.put(value)]))]));
  const buffer = new SharedArrayBuffer(writer.bytes);
  writer.copyTo(buffer);
  return { memory: buffer, sources: wires };
}

/** What one message, or several of several streams, brought. */
function streamed(sources: Record<string, Record<string, unknown>> | Record<string, Record<string, unknown>>[], memory: ModuleMemory = new Map(), more: Partial<TrainTask> = {}) {
  const inputs = streamInputs({ type: 'train', seq: 1, trainId: 77, data: [sources].flat().map(part), ...more }, memory);
  return (path: string): Found => inputs.get(path, parseDataPath(path));
}
const value = (found: Found): any => ('value' in found ? found.value : expect.unreachable(found.missing));
const missing = (found: Found): string => ('missing' in found ? found.missing : expect.unreachable('it has a value'));

describe('a stream', () => {
  const get = streamed({ 'A/CAM/1:daqOutput': { 'data.x': array([1, 2]) }, 'A/M/1': { 'position.value': 3.5, on: true, text: 'x' } });

  test('channels and .value by either name', () => {
    expect(value(get('A/CAM/1:output[data.x]')).toNested()).toEqual([1, 2]);
    expect(value(get('A/CAM/1:daqOutput[data.x]')).toNested()).toEqual([1, 2]);
    expect(['A/M/1.position', 'A/M/1.on', 'A/M/1.text', 'internal#train_id'].map((path) => value(get(path)))).toEqual([3.5, true, 'x', 77]);
  });

  test('an input is read once a train', () => {
    expect(value(get('A/CAM/1:output[data.x]'))).toBe(value(get('A/CAM/1:output[data.x]')));
  });

  test('a train in several memories: each source from its own, of a key that came twice the first', () => {
    const both = streamed([{ 'A/CAM/1:output': { x: array([1, 2]) }, 'A/M/1': { a: 1 } }, { 'B/CAM/1:output': { x: array([3, 4, 5]) }, 'A/M/1': { a: 2, b: 7 } }]);
    expect([value(both('A/CAM/1:output[x]')).toNested(), value(both('B/CAM/1:output[x]')).toNested()]).toEqual([[1, 2], [3, 4, 5]]);
    expect(['A/M/1.a', 'A/M/1.b'].map((path) => value(both(path)))).toEqual([1, 7]);
    expect(missing(both('A/M/1.c'))).toContain('the source is there');
  });

  test('what is missing, and why', () => {
    expect(missing(get('A/M/1.speed'))).toContain('the source is there, the key has no data in this train');
    expect(missing(get('A/M/2.speed'))).toContain('the source has no data in this train');
    expect(missing(get('stack#frame'))).toContain('--stack');
    expect(missing(streamed({}, new Map(), { absent: { 'A/M/2.speed': 'not seen since train 5' } })('A/M/2.speed'))).toBe('not seen since train 5');
  });
});

describe('a detector', () => {
  // Small in memory, right in shape: one number seen everywhere.
  const virtual = (shape: number[], strides: number[]): Nd => ndarray(Float32Array.from({ length: 4096 }, (_, i) => i), shape, { stride: strides }) as unknown as Nd;

  test('as a stream sends it, (module, fs, ss, pulse), is (pulse, module, ss, fs)', () => {
    const get = streamed({ 'SPB_DET_AGIPD1M-1/CAL/APPEND_CORRECTED': { 'image.data': virtual([16, 128, 512, 2], [100, 0, 1, 2000]), 'image.pulseId': array([4, 8]) } });
    const image = value(get(PIXELS)) as Nd;
    expect(image.shape).toEqual([2, 16, 512, 128]);
    expect([image.get(0, 3, 5, 9), image.get(1, 3, 5, 9)]).toEqual([305, 2305]);
    expect(value(get('SPB_DET_AGIPD1M-1/DET[image.pulseId]')).toNested()).toEqual([4, 8]);
  });

  test('as file servers send it stays as it is, also with 16 pulses', () => {
    for (const pulses of [2, 16]) {
      const get = streamed({ 'SPB_DET_AGIPD1M-1/DET/APPEND': { 'image.data': virtual([pulses, 16, 512, 128], [0, 100, 1, 0]) } });
      expect(value(get(PIXELS)).shape).toEqual([pulses, 16, 512, 128]);
      expect(value(get(PIXELS)).get(1, 3, 5, 9)).toBe(305);
    }
  });

  test('other sources of the same shape are not reordered', () => {
    expect(value(streamed({ 'A/B/C:output': { 'image.data': zeros([16, 128, 4, 2]) } })('A/B/C:output[image.data]')).shape).toEqual([16, 128, 4, 2]);
  });

  test('modules by themselves are stacked; an absent one is NaN, or 0 for integers', () => {
    for (const [dtype, hole] of [['float32', NaN], ['uint16', 0]] as const) {
      const module = (m: number): Nd => array(Array.from({ length: 2 }, (_, p) => Array.from({ length: 3 }, (_, s) => [0, 1].map((f) => 1000 * p + 100 * m + 10 * s + f))), dtype) as unknown as Nd;
      const present = Array.from({ length: 16 }, (_, m) => m).filter((m) => m !== 5);
      const image = value(streamed(Object.fromEntries(present.map((m) => [moduleName(m), { 'image.data': module(m) }])))(PIXELS)) as Nd;
      expect([image.shape, image.dtype]).toEqual([[2, 16, 3, 2], dtype]);
      expect([image.get(1, 7, 2, 1), image.get(0, 15, 0, 0), image.get(1, 5, 2, 1)]).toEqual([1721, 1500, hole]);
    }
  });

  test('memory is used again, whatever was in it', () => {
    const memory: ModuleMemory = new Map();
    const all = (pulses: number, absent = -1) => Object.fromEntries(Array.from({ length: 16 }, (_, m) => [moduleName(m), m === absent ? {} : { 'image.data': array(Array.from({ length: pulses }, () => [[m]]), 'float32') }]));
    value(streamed(all(3), memory)(PIXELS));
    const [buffer] = memory.values();
    const image = value(streamed(all(2, 4), memory)(PIXELS)) as Nd;
    expect([...memory.values()]).toEqual([buffer]);
    expect([image.get(1, 3, 0, 0), image.get(1, 4, 0, 0)]).toEqual([3, NaN]);
    expect(buffer!.byteLength).toBe(3 * 16 * 4);
  });

  test('one pulse keeps its axis; what there is per pulse comes once', () => {
    const get = streamed({ [moduleName(3)]: { 'image.data': array([[1, 2]], 'uint16'), 'image.pulseId': 12 } });
    expect(value(get(PIXELS)).shape).toEqual([1, 16, 1, 2]);
    expect(value(get('SPB_DET_AGIPD1M-1/DET[image.pulseId]')).toNested()).toEqual([12]);
  });

  test('modules that differ are said', () => {
    const get = streamed({ [moduleName(0)]: { 'image.data': zeros([2, 3, 4]) }, [moduleName(1)]: { 'image.data': zeros([1, 3, 4]) } });
    expect(() => get(PIXELS)).toThrow(/MODULES_DIFFER: .*module 1 has shape \(1, 3, 4\), others \(2, 3, 4\)/);
  });

  test('no module at all', () => {
    expect(missing(streamed({})(PIXELS))).toContain('the source has no data in this train');
  });
});

describe('recorded data', () => {
  const key = (entryShape: number[], data: unknown) => ({
    entryShape,
    readTrain: (id: number) => (id === 77 ? data : undefined),
    whyMissing: (id: number) => (id === 79 ? { recorded: true, reason: 'part.h5 is not there' } : { recorded: false, reason: 'nothing' }),
  });
  const run = { sources: new Map([
    ['A/M/1', { keys: new Map([['position', key([], { dtype: 'float64', shape: [], data: Float64Array.of(2.5) })]]) }],
    [moduleName(2), { keys: new Map([['image.data', key([3, 2], { dtype: 'uint16', shape: [3, 2], data: Uint16Array.of(1, 2, 3, 4, 5, 6) })], ['image.pulseId', key([], { dtype: 'uint64', shape: [], data: BigUint64Array.of(9n) })]]) }],
  ]) } as unknown as Run;
  const inputs = (trainId: number) => runInputs({ type: 'train', seq: 1, trainId }, run, new Map());
  const get = (path: string, trainId = 77): Found => inputs(trainId).get(path, parseDataPath(path));

  test('a run', () => {
    expect(value(get('A/M/1.position'))).toBe(2.5);
    expect(missing(get('A/M/1.position', 78))).toContain('the source is there');
    // Recorded, but a file of it cannot be opened.
    expect(missing(get('A/M/1.position', 79))).toContain('part.h5 is not there');
    expect(value(get(PIXELS)).shape).toEqual([1, 16, 3, 2]);
    expect(Number(value(get('SPB_DET_AGIPD1M-1/DET[image.pulseId]')).get(0))).toBe(9);
  });

  test('a stack', () => {
    const stack = { readFrame: (frame: number) => ({ dtype: 'uint8', shape: [1, 2], data: Uint8Array.of(frame, 1) }) } as unknown as Stack;
    const of = (key: string, path: ReturnType<typeof parseDataPath>): Found => stackInputs({ type: 'train', seq: 1, trainId: 3 }, stack).get(key, path);
    expect(value(of('f', parseDataPath('stack#frame'))).toNested()).toEqual([[3, 1]]);
    expect(value(of('i', parseDataPath('internal#train_id')))).toBe(3);
    expect(missing(of('k', parseDataPath('A/M/1.position')))).toContain('a stack of frames has stack#frame only');
  });

  test.each<[string, Parameters<typeof asValue>[0], unknown]>([
    ['a number', { dtype: 'int32', shape: [], data: Int32Array.of(-3) }, -3], ['a long number', { dtype: 'uint64', shape: [], data: BigUint64Array.of(5n) }, 5], ['a switch', { dtype: 'bool', shape: [], data: Uint8Array.of(1) }, true], ['a text', { dtype: 'str', shape: [], data: ['x'] }, 'x'], ['texts', { dtype: 'str', shape: [2], data: ['x', 'y'] }, ['x', 'y']],
  ])('%s', (_, data, expected) => {
    expect(asValue(data)).toEqual(expected);
  });

  test('switches are an array of bool', () => {
    expect(asValue({ dtype: 'bool', shape: [2], data: Uint8Array.of(0, 1) })).toMatchObject({ dtype: 'bool', shape: [2] });
    expect(asValue({ dtype: 'bool', shape: [2], data: Uint8Array.of(0, 1) })).toBeInstanceOf(NdArray);
  });
});

test('records are refused, not read as a number', () => {
  const records = { dtype: "[('t', '<f8'), ('n', '<i4')]", data: new Uint8Array(12) };
  for (const shape of [[], [1]]) expect(() => asValue({ ...records, shape })).toThrow(expect.objectContaining({ code: 'INPUT_RECORDS' }));
  expect(() => asValue({ dtype: 'V7', shape: [], data: new Uint8Array(7) })).toThrow(expect.objectContaining({ code: 'INPUT_RECORDS' }));
});
