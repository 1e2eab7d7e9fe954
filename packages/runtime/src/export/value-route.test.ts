import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { arange, array, dtypes, labelled, zeros, type DType, type NdArray } from '@trainyard/core';
import { decodeValue } from '@trainyard/control';
import type { Engine } from '../engine/engine.ts';
import { FinishedTrain } from '../engine/finished-train.ts';
import type { RouteReply, RouteRequest } from '../control/route.ts';
import { LiveSink } from '../sink/live-sink.ts';
import { WireWriter } from '../worker/wire.ts';
import { csvText } from './csv-text.ts';
import { exportValue } from './export-value.ts';
import { valueRoute } from './value-route.ts';

const python = '/usr/bin/python3';
const able = existsSync(python) && spawnSync(python, ['-c', 'import h5py, numpy']).status === 0;
if (!able) console.log('skipped: reading exported values needs /usr/bin/python3 with h5py (Debian: python3-h5py)');
const folder = mkdtempSync(join(tmpdir(), 'export-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const AT = Date.UTC(2026, 10, 20, 12);
function rendered(id: string, value: unknown): Parameters<typeof exportValue>[0] {
  const writer = new WireWriter();
  const wire = writer.put(value);
  const memory = new SharedArrayBuffer(Math.max(8, writer.bytes));
  writer.copyTo(memory);
  return { id, trainId: 1_000_000_007, at: AT, wire, memory };
}

const image = labelled(arange(6).reshape(2, 3).astype('float32'), { unit: 'ADU', axes: [{ name: 'y', unit: 'mm', values: [0.5, 1.5] }, { name: 'q/x' }], errors: zeros([2, 3], 'float32').add(0.25) });
const values: Record<string, unknown> = {
  scalar: 2.5, text: 'µ', on: true, image,
  vector: labelled(array([1, NaN, 3]), { axes: [{ name: 't', unit: 's', values: Float64Array.of(0, 0.1, 0.2) }] }),
  series: { on: array([1, 2]), off: array([3, 4, 5]) }, table: { name: ['a', 'b,"c"'], n: [1, 2] },
  ...Object.fromEntries((dtypes as readonly DType[]).map((dtype) => [`of ${dtype}`, array([[1, 0], [0, 1]], dtype)])),
};

const CHECK = `
import h5py, numpy as np, os, sys
at = lambda name, kind: os.path.join(sys.argv[1], name + '.' + kind)
def read(name):
    f = h5py.File(at(name, 'h5'), 'r')
    entry = f[f.attrs['default']]; data = entry[entry.attrs['default']]
    assert f.attrs['NX_class'] == 'NXroot' and entry.attrs['NX_class'] == 'NXentry' and data.attrs['NX_class'] == 'NXdata', name
    assert entry['trainId'][()] == 1000000007 and entry['title'].asstr()[()] == name, name
    assert entry['start_time'].asstr()[()] == '2026-11-20T12:00:00.000Z' and entry['program_name'].attrs['configuration'] == 'list.yaml'
    return data
image = read('image')
assert image.attrs['signal'] == 'data' and list(image.attrs['axes']) == ['y', '.'], dict(image.attrs)
assert image['data'].dtype == np.float32 and image['data'].attrs['units'] == 'ADU' and (image['data'][...] == np.arange(6).reshape(2, 3)).all()
assert (image['y'][...] == [0.5, 1.5]).all() and image['y'].attrs['units'] == 'mm' and image.attrs['y_indices'] == 0
assert (image['data_errors'][...] == 0.25).all()
vector = read('vector')
assert np.array_equal(vector['data'][...], [1, np.nan, 3], equal_nan=True) and list(vector.attrs['axes']) == ['t']
series = read('series')
assert series.attrs['signal'] == 'on' and list(np.atleast_1d(series.attrs['auxiliary_signals'])) == ['off'] and (series['off'][...] == [3, 4, 5]).all()
table = read('table')
assert list(table['name'].asstr()[...]) == ['a', 'b,"c"'] and table.attrs['signal'] == 'n'
assert read('scalar')['data'][()] == 2.5 and read('text')['data'].asstr()[()] == 'µ' and read('on')['data'][()] == True
for name in 'bool int8 uint8 int16 uint16 int32 uint32 int64 uint64 float16 float32 float64'.split():
    for found in (read('of ' + name)['data'][...], np.load(at('of ' + name, 'npy'))):
        assert found.dtype == np.dtype(name) and (found == np.eye(2, dtype=name)).all(), (name, found)
assert np.load(at('scalar', 'npy')) == 2.5 and np.load(at('text', 'npy')) == 'µ' and np.load(at('on', 'npy')).dtype == bool
assert np.array_equal(np.genfromtxt(at('vector', 'csv'), delimiter=',', skip_header=1), [[0, 1], [0.1, np.nan], [0.2, 3]], equal_nan=True)
assert (np.loadtxt(at('image', 'csv'), delimiter=',') == np.arange(6).reshape(2, 3)).all()
print('good')
`;

test.skipIf(!able)('h5py, numpy and its readers of text find what was given', () => {
  for (const [name, value] of Object.entries(values)) {
    for (const format of ['h5', 'npy', 'csv'] as const) {
      if (format === 'npy' && (name === 'series' || name === 'table')) continue;
      writeFileSync(join(folder, `${name}.${format}`), exportValue(rendered(name, value), format, 'list.yaml'));
    }
  }
  const { stdout, stderr } = spawnSync(python, ['-c', CHECK, folder], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(stdout).toBe('good\n');
});

describe('csv', () => {
  test.each<[string, Parameters<typeof csvText>[1], Parameters<typeof csvText>[2], string]>([
    ['a number', 1.5, { unit: 'mJ' }, 'train,value (mJ)\r\n7,1.5\r\n'],
    ['a text', 'a "b"', undefined, 'train,value\r\n7,"a ""b"""\r\n'],
    ['a vector with errors', array([1, -Infinity]) as never, { unit: 'V', errors: array([0.1, 0.2]) as never }, 'index,value (V),error (V)\r\n0,1,0.1\r\n1,-inf,0.2\r\n'],
    ['series of two lengths', { a: array([1]) as never, b: array([2, 3]) as never }, undefined, 'a,b\r\n1,2\r\n,3\r\n'],
    ['an empty vector', zeros([0]) as never, undefined, 'index,value\r\n'],
  ])('%s', (_, value, labels, expected) => expect(csvText(7, value, labels)).toBe(expected));

  test('what is no table says what to take', () => {
    expect(() => csvText(7, zeros([2, 2, 2]) as never)).toThrow(/take npy or h5/);
    expect(() => csvText(7, zeros([3000, 2000]) as never)).toThrow(/6000000 numbers.*take npy or h5/);
    expect(() => exportValue(rendered('x', { a: array([1]) }), 'npy', '')).toThrow(/take h5 or csv/);
    expect(() => exportValue(rendered('x', { a: { b: 1 } }), 'h5', '')).toThrow(/frame gives it/);
  });
});

test('the route: the newest value, made by a thread while its train is held; what is not there says what to do', async () => {
  const live = new LiveSink();
  const { wire, memory } = rendered('v/image', image);
  let released = 0;
  const train = new FinishedTrain(1, 1_000_000_007, new Map([['v/image', { outcome: { code: 0, value: wire }, memory: memory! }]]), () => (released += 1), AT);
  live.train(train);
  train.letGo();
  const route = valueRoute({ live, engine: { descriptor: { views: [{ id: 'v/none' }] } } as unknown as Engine, name: 'list.yaml' });
  const ask = async (query: string): Promise<RouteReply> => route.answer({ query: new URLSearchParams(query) } as RouteRequest);
  const temporary = (): number => readdirSync(tmpdir()).filter((name) => name.startsWith('trainyard-value-')).length;
  const before = temporary();
  const [frame, h5] = await Promise.all([ask('id=v/image'), ask('id=v/image&as=h5')]);
  const { value, labels, at } = decodeValue(frame.body as Uint8Array);
  expect(labels).toMatchObject({ unit: 'ADU' });
  expect((value as NdArray).toNested()).toEqual([[0, 1, 2], [3, 4, 5]]);
  expect(at).toBe(AT);
  expect(h5.headers).toEqual({ 'content-disposition': 'attachment; filename="v-image-1000000007.h5"' });
  expect(Buffer.from(h5.body as Uint8Array).subarray(1, 4).toString()).toBe('HDF');
  expect(temporary()).toBe(before);
  await expect(ask('id=v/image&as=xls')).rejects.toMatchObject({ code: 'VALUE_FORMAT' });
  await expect(ask('id=v/none')).rejects.toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('no value yet') as string });
  await expect(ask('id=karabo%23A/B/C.d')).rejects.toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('show it in a panel') as string });
  await live.close();
  expect(released).toBe(1);
});

test('few may wait; who waited gets what is newest then', async () => {
  const live = new LiveSink();
  let held = 0;
  const give = (trainId: number): void => {
    held += 1;
    const train = new FinishedTrain(trainId, trainId, new Map([['v/image', { outcome: { code: 0, value: rendered('v/image', image).wire }, memory: rendered('v/image', image).memory! }]]), () => (held -= 1), AT);
    live.train(train);
    train.letGo();
  };
  const route = valueRoute({ live, engine: { descriptor: undefined } as unknown as Engine, name: 'list.yaml' });
  const ask = async (): Promise<number | string> => {
    try {
      return decodeValue((await route.answer({ query: new URLSearchParams('id=v/image') } as RouteRequest)).body as Uint8Array).trainId;
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  give(1);
  const asked = Array.from({ length: 12 }, ask);
  for (let trainId = 2; trainId < 50; trainId += 1) give(trainId);
  // The one that is made holds a train, and so does the sink.
  expect(held).toBeLessThanOrEqual(2);
  const said = await Promise.all(asked);
  expect(said.slice(8)).toEqual(Array(4).fill('WAIT'));
  expect(said.slice(1, 8)).toEqual(Array(7).fill(49));
  expect(await ask()).toBe(49);
  await live.close();
  expect(held).toBe(0);
});
