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
import { HistorySink } from '../history/history-sink.ts';
import { ScalarHistory } from '../history/scalar-history.ts';
import type { Rendered } from '../panels/render-frame.ts';
import { LiveSink } from '../sink/live-sink.ts';
import { WireWriter } from '../worker/wire.ts';
import { csvOfHistories, csvText } from './csv-text.ts';
import { exportHistories, exportValues } from './export-value.ts';
import { valueRoute } from './value-route.ts';

const python = '/usr/bin/python3';
const able = existsSync(python) && spawnSync(python, ['-c', 'import h5py, numpy']).status === 0;
if (!able) console.log('skipped: reading exported values needs /usr/bin/python3 with h5py (Debian: python3-h5py)');
const folder = mkdtempSync(join(tmpdir(), 'export-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const AT = Date.UTC(2026, 10, 20, 12);
function rendered(id: string, value: unknown): Rendered {
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
  series: { on: array([1, 2]), off: array([3, 4, 5]) },
  pulse: labelled({ re: array([1, 2, 3]) as unknown as NdArray<1>, im: array([4, 5, 6]) as unknown as NdArray<1> }, { unit: 'V', axes: [{ name: 't', unit: 's', values: [0, 0.1, 0.2] }] }),
  table: { name: ['a', 'b,"c"'], n: [1, 2] },
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
pulse = read('pulse')
assert pulse.attrs['signal'] == 're' and list(pulse.attrs['axes']) == ['t'] and (pulse['t'][...] == [0, 0.1, 0.2]).all() and pulse['im'].attrs['units'] == 'V' and pulse['t'].attrs['units'] == 's'
assert open(at('pulse', 'csv')).read().split() == ['t', '(s),re,im', '0,1,4', '0.1,2,5', '0.2,3,6']
table = read('table')
assert list(table['name'].asstr()[...]) == ['a', 'b,"c"'] and table.attrs['signal'] == 'n'
assert read('scalar')['data'][()] == 2.5 and read('text')['data'].asstr()[()] == 'µ' and read('on')['data'][()] == True
for name in 'bool int8 uint8 int16 uint16 int32 uint32 int64 uint64 float16 float32 float64'.split():
    for found in (read('of ' + name)['data'][...], np.load(at('of ' + name, 'npy'))):
        assert found.dtype == np.dtype(name) and (found == np.eye(2, dtype=name)).all(), (name, found)
assert np.load(at('scalar', 'npy')) == 2.5 and np.load(at('text', 'npy')) == 'µ' and np.load(at('on', 'npy')).dtype == bool
assert np.array_equal(np.genfromtxt(at('vector', 'csv'), delimiter=',', skip_header=1), [[0, 1], [0.1, np.nan], [0.2, 3]], equal_nan=True)
assert (np.loadtxt(at('image', 'csv'), delimiter=',') == np.arange(6).reshape(2, 3)).all()
f = h5py.File(at('several', 'h5'), 'r'); entry = f['entry']
assert entry['title'].asstr()[()] == 'v/image, v/image, a.b/vector' and entry.attrs['default'] == 'v_image' and entry['program_name'].attrs['configuration'] == 'list.yaml'
groups = [name for name in entry if isinstance(entry[name], h5py.Group)]
assert sorted(groups) == ['a.b_vector', 'v_image', 'v_image_2'], groups
for name in groups: assert entry[name].attrs['NX_class'] == 'NXdata' and entry[name].attrs['signal'] == 'data' and entry[name]['trainId'][()] == 1000000007 and entry[name]['start_time'].asstr()[()] == '2026-11-20T12:00:00.000Z'
assert entry['a.b_vector/title'].asstr()[()] == 'a.b/vector' and list(entry['a.b_vector'].attrs['axes']) == ['t'] and (entry['v_image_2/data'][...] == np.arange(6).reshape(2, 3)).all()
side = np.genfromtxt(at('several', 'csv'), delimiter=',', names=True, deletechars='', replace_space=' ')
assert side.dtype.names == ('a t (s)', 'a value', 'b index', 'b value') and np.array_equal(side['b value'], [7, 8, np.nan], equal_nan=True) and side['a t (s)'][2] == 0.2, side
def past(data, unit):
    assert data.attrs['signal'] == 'mean' and list(data.attrs['auxiliary_signals']) == ['min', 'max', 'count'] and list(data.attrs['axes']) == ['trainId']
    assert data['trainId'].dtype == np.uint64 and data['trainId'].attrs['width'] == 16 and list(data['trainId'][...]) == [0, 16, 32, 48]
    assert (data['min'][...] == [1, 16, 32, 48]).all() and (data['max'][...] == [15, 31, 47, 50]).all() and np.allclose(data['mean'][...], [8, 23.5, 39.5, 49]) and (data['count'][...] == [15, 16, 16, 3]).all()
    assert data['mean'].attrs.get('units') == unit and 'units' not in data['count'].attrs
one = h5py.File(at('past', 'h5'), 'r')['entry']
past(one['data'], 'mJ'); assert one['title'].asstr()[()] == 'v/energy' and one['trainId'][()] == 50
two = h5py.File(at('pasts', 'h5'), 'r')['entry']
past(two['v_energy'], 'mJ'); past(two['v_other'], None); assert two['v_other/title'].asstr()[()] == 'v/other'
assert len(h5py.File(at('none', 'h5'), 'r')['entry/data/mean']) == 0
print('good')
`;
const past = (id: string, from = 0, to = 99) => {
  const history = new ScalarHistory();
  for (let trainId = 1; trainId <= 50; trainId += 1) history.add(trainId, trainId);
  return history.query(id, from, to, 4);
};

test.skipIf(!able)('h5py, numpy and its readers of text find what was given', () => {
  for (const [name, value] of Object.entries(values)) {
    for (const format of ['h5', 'npy', 'csv'] as const) {
      if (format === 'npy' && (name === 'series' || name === 'pulse' || name === 'table')) continue;
      writeFileSync(join(folder, `${name}.${format}`), exportValues([rendered(name, value)], format, 'list.yaml'));
    }
  }
  const write = (name: string, bytes: Uint8Array): void => writeFileSync(join(folder, name), bytes);
  write('several.h5', exportValues([rendered('v/image', image), rendered('v/image', image), rendered('a.b/vector', values['vector'])], 'h5', 'list.yaml'));
  write('several.csv', exportValues([rendered('a', values['vector']), rendered('b', array([7, 8]))], 'csv', 'list.yaml'));
  write('past.h5', exportHistories([past('v/energy')], { 'v/energy': 'mJ' }, 'h5', 'list.yaml'));
  write('pasts.h5', exportHistories([past('v/energy'), past('v/other')], { 'v/energy': 'mJ' }, 'h5', 'list.yaml'));
  write('none.h5', exportHistories([past('v/energy', 70, 90)], {}, 'h5', 'list.yaml'));
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

  test('histories: columns, and which number it is where there are several', () => {
    expect(csvOfHistories([past('a', 45, 99)])).toBe('trainId,min,max,mean,count\r\n44,44,45,44.5,2\r\n46,46,47,46.5,2\r\n48,48,49,48.5,2\r\n50,50,50,50,1\r\n');
    expect(csvOfHistories([past('a', 48, 99), past('b,c', 50, 99)])).toBe('id,trainId,min,max,mean,count\r\na,48,48,48,48,1\r\na,49,49,49,49,1\r\na,50,50,50,50,1\r\n"b,c",50,50,50,50,1\r\n');
  });

  test('what is no table says what to take', () => {
    expect(() => csvText(7, zeros([2, 2, 2]) as never)).toThrow(/take npy or h5/);
    expect(() => csvText(7, zeros([3000, 2000]) as never)).toThrow(/6000000 numbers.*take npy or h5/);
    expect(() => exportValues([rendered('x', { a: array([1]) })], 'npy', '')).toThrow(/take h5 or csv/);
    expect(() => exportValues([rendered('x', 1), rendered('y', image)], 'csv', '')).toThrow(/y has 2 axes.*take h5/);
    expect(() => exportValues([rendered('x', 1), rendered('y', 2)], 'npy', '')).toThrow(/take h5 or csv/);
    expect(() => exportHistories([past('x')], {}, 'npy', '')).toThrow(/h5 or csv/);
    expect(() => exportValues([rendered('x', { a: { b: 1 } })], 'h5', '')).toThrow(/frame gives it/);
  });
});

test('the route: the newest value, made by a thread while its train is held; what is not there says what to do', async () => {
  const live = new LiveSink();
  const { wire, memory } = rendered('v/image', image);
  let released = 0;
  const train = new FinishedTrain(1, 1_000_000_007, new Map(['v/image', 'v/same'].map((id) => [id, { outcome: { code: 0, value: wire }, memory: memory! }])), () => (released += 1), AT);
  live.train(train);
  train.letGo();
  const history = new HistorySink();
  for (let trainId = 4; trainId < 7; trainId += 1) history.train(new FinishedTrain(trainId, trainId, new Map([['v/n', { outcome: { code: 0, value: trainId - 2.5 }, memory: undefined }]]), () => undefined));
  const route = valueRoute({ live, engine: { descriptor: { views: [{ id: 'v/none' }] } } as unknown as Engine, history, name: 'list.yaml' });
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
  const several = await ask('id=v/image&id=v/image&id=v/same&as=h5');
  expect(several.headers).toEqual({ 'content-disposition': 'attachment; filename="v-image-and-1-more-1000000007.h5"' });
  await expect(ask('id=v/image&id=v/none&as=h5')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const columns = await ask('id=v/n&history=1&from=5&as=csv');
  expect([columns.headers, Buffer.from(columns.body as Uint8Array).toString()]).toEqual([{ 'content-disposition': 'attachment; filename="v-n-history-6.csv"' }, 'trainId,min,max,mean,count\r\n5,2.5,2.5,2.5,1\r\n6,3.5,3.5,3.5,1\r\n']);
  await expect(ask('id=v/image&history=1&as=h5')).rejects.toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('scalar views') as string });
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
  const route = valueRoute({ live, engine: { descriptor: undefined } as unknown as Engine, history: new HistorySink(), name: 'list.yaml' });
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
