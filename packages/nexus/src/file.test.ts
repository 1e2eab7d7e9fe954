import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openHdf5 } from '@trainyard/hdf5';
import { decodeState, encodeState } from './index.ts';
import { AppendFile } from './file/append-file.ts';
import { checksum } from './file/byte-builder.ts';
import { Column } from './file/column.ts';
import { joinTypes, numberTypes, type NumberType, type StoredType } from './file/dtype.ts';

const folder = mkdtempSync(join(tmpdir(), 'nexus-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the checksum is lookup3', () => {
  // Values of the published self-test: an empty key, and the two keys of its driver.
  const of = (text: string): number => checksum(new TextEncoder().encode(text));
  expect(of('').toString(16)).toBe('deadbeef');
  expect(of('Four score and seven years ago').toString(16)).toBe('17770551');
});

test('types join to the same in any order', () => {
  const types: StoredType[] = [...(Object.keys(numberTypes) as NumberType[]), { text: 8 }, { text: 64 }];
  for (const a of types) {
    for (const b of types) {
      expect(joinTypes(a, b)).toEqual(joinTypes(b, a));
      for (const c of types) expect(joinTypes(joinTypes(a, b), c)).toEqual(joinTypes(a, joinTypes(b, c)));
    }
  }
  expect([joinTypes('bool', 'uint8'), joinTypes('uint8', 'int8'), joinTypes('int16', 'float32'), joinTypes('uint64', 'int8')]).toEqual(['uint8', 'int16', 'float64', 'float64']);
});

test('a long dataset has an index of several levels, and commits do not let the file grow', async () => {
  const path = join(folder, 'long.h5');
  const file = new AppendFile(path);
  const entry = file.root.group('entry', 'NXentry');
  const rows = 70 * 64 * 2;
  const wide = new Column(file, 'int32', [40_000]);
  const narrow = new Column(file, 'float64');
  entry.members.set('wide', wide);
  entry.members.set('narrow', narrow);
  for (let row = 0; row < rows; row += 1) {
    // 64 rows in the index's leaf, 4096 below one of the next level: small rows of one chunk each would take 64 KiB.
    if (row < 5000) wide.push(new Int32Array(40_000).fill(row));
    narrow.pushFloat64(row);
    if (row % 100 === 0) file.commit();
  }
  const before = statSync(path).size;
  for (let i = 0; i < 50; i += 1) file.commit();
  expect(statSync(path).size).toBe(before);
  file.close();
  const read = await openHdf5(path);
  const data = read.dataset('/entry/wide');
  expect(data.shape).toEqual([5000, 40_000]);
  for (const row of [0, 63, 64, 4095, 4096, 4999]) expect([...new Set(data.read([[row, row + 1]]) as Int32Array)]).toEqual([row]);
  expect((read.dataset('/entry/narrow').read() as Float64Array).every((value, row) => value === row)).toBe(true);
  read.close();
}, 60_000);

test('a state comes back as it was', () => {
  const state = {
    numbers: [0, -0, NaN, Infinity, 1e300, 5], text: 'größer', yes: true, nothing: null, missing: undefined, big: [-5n, 2n ** 63n],
    arrays: (Object.keys(numberTypes) as NumberType[]).filter((name) => name !== 'bool').map((name) => new numberTypes[name](3)),
    nested: { deep: [{ x: Float64Array.of(NaN, -0, 1) }] }, ['__proto__']: 1,
  };
  expect(decodeState(encodeState(state))).toEqual(state);
  expect(Object.is((decodeState(encodeState([-0])) as number[])[0], -0)).toBe(true);
  const odd = new Float32Array(Uint32Array.of(0xffc12345).buffer);
  expect(new Uint32Array((decodeState(encodeState(odd)) as Float32Array).buffer)[0]).toBe(0xffc12345);
});

test('what is no plain data is refused by its place', () => {
  expect(() => encodeState({ a: [new Map()] })).toThrow('A Map is not plain data');
  expect(() => encodeState({ a: [new Map()] })).toThrow('state.a[0]');
  expect(() => encodeState({ f: () => 1 })).toThrow('function');
  const loop: { self?: unknown } = {};
  loop.self = loop;
  expect(() => encodeState(loop)).toThrow('contains itself');
});

test('bytes that are no state are refused, and take no more memory than they have', () => {
  const bytes = encodeState({ a: Float64Array.of(1, 2), b: ['x'] });
  for (let length = 0; length < bytes.length; length += 1) expect(() => decodeState(bytes.subarray(0, length))).toThrow('no reducer');
  expect(() => decodeState(Uint8Array.of(...bytes, 0))).toThrow('left over');
  for (const hostile of [[0xdd, 0xff, 0xff, 0xff, 0xff], [0xdf, 0xff, 0xff, 0xff, 0xff], [0xdb, 0xff, 0xff, 0xff, 0xff], [0xc9, 0xff, 0xff, 0xff, 0xff, 11], [0xc7, 3, 11, 0, 0, 0], [0xc1], Array.from({ length: 1000 }, () => 0x91)]) {
    expect(() => decodeState(Uint8Array.from(hostile))).toThrow('no reducer');
  }
  let seed = 1;
  for (let i = 0; i < 2000; i += 1) {
    const damaged = bytes.slice();
    seed = (seed * 48271) % 2147483647;
    damaged[seed % damaged.length] = seed >> 8;
    try {
      decodeState(damaged);
    } catch (error) {
      expect(error).toMatchObject({ code: 'NEXUS_STATE' });
    }
  }
});
