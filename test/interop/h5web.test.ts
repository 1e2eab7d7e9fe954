import { spawnSync } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { H5GroveProvider, createBasicFetcher, useDataContext, type DataContextValue, type Dataset, type Entity, type GroupWithChildren } from '@h5web/app';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { H5Browser, h5Route } from '@trainyard/runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasPeers, PYTHON } from './peer.ts';

/** The browser's own provider asks a real server; h5py says what is right. */
const has = hasPeers('h5py', 'numpy');
const folder = mkdtempSync(join(tmpdir(), 'yard-h5web-'));
const file = join(folder, 'run', 'all.h5');
let told: Record<string, { readonly shape: readonly number[] | null; readonly values: unknown }>;
let browser: H5Browser;
let server: Server;
let url: string;
let provider: DataContextValue;

beforeAll(async () => {
  if (!has) return;
  const made = spawnSync(PYTHON, [fileURLToPath(new URL('h5web.py', import.meta.url)), folder], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (made.status !== 0) throw new Error(made.stderr);
  told = JSON.parse(made.stdout) as typeof told;
  for (const name of ['cut.h5', 'spoilt.h5', 'text.h5', 'written.h5']) copyFileSync(file, join(folder, 'run', name));
  truncateSync(join(folder, 'run', 'cut.h5'), 3000);
  const bytes = readFileSync(file);
  for (let at = 600; at < bytes.length; at += 41) bytes[at] = 255;
  writeFileSync(join(folder, 'run', 'spoilt.h5'), bytes);
  writeFileSync(join(folder, 'run', 'text.h5'), 'hello');
  // As a program that has it open leaves it.
  spawnSync(PYTHON, ['-c', `import h5py, os\nf = h5py.File(${JSON.stringify(join(folder, 'run', 'written.h5'))}, 'w', libver='latest')\nf['x'] = [1, 2]\nf.swmr_mode = True\nf.flush()\nos._exit(0)`]);
  appendFileSync(join(folder, 'run', 'beside.h5'), '');
  browser = new H5Browser(['all.h5', 'cut.h5', 'spoilt.h5', 'text.h5', 'written.h5'].map((name) => join(folder, 'run', name)));
  const route = h5Route(browser);
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://x');
    void Promise.resolve().then(() => route.answer({ method: 'GET', rest: pathname.slice('/api/h5/'.length), query: searchParams } as Parameters<typeof route.answer>[0]))
      .catch((error: { code: string; message: string }) => ({ status: 400, type: 'application/json', body: JSON.stringify({ code: error.code, message: error.message }) }))
      .then(({ status = 200, type, body }) => response.writeHead(status, { 'content-type': type }).end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/h5`;
  provider = providerOf('all.h5');
});
afterAll(async () => {
  await browser?.close();
  server?.close();
  rmSync(folder, { recursive: true, force: true });
});

function providerOf(filepath: string): DataContextValue {
  let context: DataContextValue | undefined;
  const Probe = (): null => {
    context = useDataContext();
    return null;
  };
  renderToStaticMarkup(createElement(H5GroveProvider, { url, filepath, fetcher: createBasicFetcher() }, createElement(Probe)));
  return context!;
}

/** A store throws the promise of what it does not have yet. */
async function got<T>(get: () => T): Promise<T> {
  for (;;) {
    try {
      return get();
    } catch (thrown) {
      if (!(thrown instanceof Promise)) throw thrown;
      await thrown.catch(() => undefined);
    }
  }
}
const entity = (path: string, from = provider) => got(() => from.entitiesStore.get(path));
const value = async (path: string, selection?: string): Promise<unknown> => {
  const dataset = (await entity(path)) as Dataset;
  return got(() => provider.valuesStore.get({ dataset, ...(selection !== undefined && { selection }) } as Parameters<typeof provider.valuesStore.get>[0]));
};
const ask = async (what: string, params: Record<string, string>): Promise<{ status: number; body: { code: string; message: string } & Record<string, unknown> }> => {
  const answer = await fetch(`${url}/${what}?${new URLSearchParams(params).toString()}`);
  return { status: answer.status, body: (await answer.json()) as never };
};

const asPlain = (given: unknown): unknown => {
  if (typeof given === 'bigint') return Number(given);
  if (typeof given === 'number') return Number.isFinite(given) ? given : null;
  if (ArrayBuffer.isView(given)) return Array.from(given as unknown as ArrayLike<unknown>, asPlain);
  return Array.isArray(given) ? given.map(asPlain) : given;
};

describe.skipIf(!has)('the HDF5 browser of the page', () => {
  test('has the shape and the values of every dataset as h5py has them', async () => {
    const [seen, wanted]: Record<string, unknown>[] = [{}, {}];
    for (const [path, { shape, values }] of Object.entries(told)) {
      const dataset = (await entity(path)) as Dataset & { shape: { dims?: readonly number[] } };
      const inner = path === '/numbers/inner' ? [2] : shape;
      seen![path] = [dataset.shape.dims ?? null, shape === null ? null : asPlain(await value(path))];
      wanted![path] = [inner, path === '/other/opaque' ? [1, 2, 3, 4, 5, 6, 7, 8] : values];
    }
    expect(Object.keys(seen!).length).toBeGreaterThan(35);
    expect(seen).toEqual(wanted);
  });

  test('knows the types', async () => {
    const types = async (...paths: string[]) => Object.fromEntries(await Promise.all(paths.map(async (path) => [path, ((await entity(path)) as Dataset).type])));
    expect(await types('/numbers/uint16', '/numbers/float16', '/numbers/bool', '/numbers/complex', '/texts/utf8', '/texts/fixed', '/other/enum', '/numbers/big_endian', '/other/opaque', '/other/varying', '/numbers/inner')).toMatchObject({
      '/numbers/uint16': { class: 'Integer', size: 16, signed: false, endianness: 'little-endian' },
      '/numbers/float16': { class: 'Float', size: 16 },
      '/numbers/bool': { class: 'Boolean' },
      '/numbers/complex': { class: 'Complex' },
      '/texts/utf8': { class: 'String', charSet: 'UTF-8' },
      '/texts/fixed': { class: 'String', length: 5, strPad: 'null-padded' },
      '/other/enum': { class: 'Enumeration', mapping: { 0: 'RED', 1: 'GREEN', 2: 'BLUE' } },
      '/numbers/big_endian': { class: 'Integer', endianness: 'big-endian' },
      '/other/opaque': { class: 'Opaque' },
      '/other/varying': { class: 'Array (variable length)' },
      '/numbers/inner': { class: 'Array', dims: [3] },
    });
    expect(await entity('/chunked/one')).toMatchObject({ chunks: [7, 8], filters: [{ id: 2 }, { id: 1 }] });
  });

  test('gives slices, and 64-bit integers whole', async () => {
    expect(asPlain(await value('/numbers/int16', '1,:'))).toEqual([-1, 0, 1, 2]);
    expect(asPlain(await value('/chunked/one', '3:5,7'))).toEqual([97, 127]);
    expect(await value('/numbers/large_int')).toEqual(BigInt64Array.of(2n ** 53n + 1n, -1n));
    expect(asPlain(await value('/other/record', '1'))).toEqual([[-2.5, 8, 'cd']]);
    expect(await ask('data', { file: 'all.h5', path: '/numbers/int16', selection: '3,:' })).toMatchObject({ status: 400, body: { code: 'H5_SELECTION', message: expect.stringContaining('leaves axis 0, which has 3 entries') } });
    expect(await ask('data', { file: 'all.h5', path: '/numbers/int16', selection: '::2' })).toMatchObject({ body: { code: 'H5_SELECTION' } });
    const npy = Buffer.from(await (await fetch(`${url}/data?file=all.h5&path=/numbers/int16&format=npy&selection=1,1:3`)).arrayBuffer());
    const read = spawnSync(PYTHON, ['-c', 'import numpy, sys, io; a = numpy.load(io.BytesIO(sys.stdin.buffer.read())); print(a.dtype, a.tolist())'], { input: npy, encoding: 'utf8' });
    expect(read.stdout.trim()).toBe('int16 [[0, 1]]');
  });

  test('has the attributes, as many and as long as are shown', async () => {
    const dataset = (await entity('/numbers/float32')) as Entity;
    expect(await got(() => provider.attrValuesStore.get(dataset))).toEqual({ units: 'ADU', offset: 1.5, axes: ['y', 'x'], range: [1, 2, 3], flag: true, record: [1.5, 7, 'ab'], empty: null });
    expect((await entity('/texts')).attributes).toHaveLength(500);
    expect((await entity('/other')).attributes.map(({ name }) => name)).toEqual(['long']);
  });

  test('follows links within the folder, and shows the others as what they are', async () => {
    const links = ((await entity('/links')) as GroupWithChildren).children;
    expect(Object.fromEntries(links.map(({ name, kind, ...more }) => [name, 'link' in more ? (more.link as { class: string }).class : kind]))).toEqual({
      soft: 'dataset', relative: 'Soft', broken: 'Soft', circle: 'Soft', near: 'dataset', near_group: 'group', far: 'External', up: 'External', round: 'External', gone: 'External',
    });
    expect(((await entity('/links/near_group')) as GroupWithChildren).children.map(({ name }) => name)).toEqual(['values']);
    expect(asPlain(await value('/links/near_group/values'))).toEqual([0, 1, 2, 3, 4, 5]);
    expect((await entity('/')).kind).toBe('group');
    expect(((await entity('/')) as GroupWithChildren).children.find(({ name }) => name === 'typed')).toBeDefined();
  });

  test.each(['/links/far', '/links/up', '/links/round', '/virtual/far', '/virtual/round', '/outside_bytes'])('%s leads out of the folder and is refused', async (path) => {
    for (const format of ['bin', 'json', 'npy']) expect(await ask('data', { file: 'all.h5', path, format })).toMatchObject({ status: 400, body: { code: 'H5_OUTSIDE', message: expect.stringMatching(/not followed|not read here/) } });
  });

  test.each([
    ['meta', { file: '../elsewhere/secret.h5', path: '/' }, 'NOT_FOUND', 'File not found'],
    ['meta', { file: '/etc/passwd', path: '/' }, 'NOT_FOUND', 'File not found'],
    ['meta', { path: '/' }, 'NOT_FOUND', 'File not found'],
    ['meta', { file: 'all.h5', path: '/nothing/here' }, 'NOT_FOUND', 'is not a valid path'],
    ['data', { file: 'all.h5', path: '/numbers' }, 'H5_TYPE', 'is a group'],
    ['data', { file: 'all.h5', path: '/other/varying' }, 'H5_TYPE', 'varying length'],
    ['data', { file: 'all.h5', path: '/texts/utf8', format: 'bin' }, 'H5_TYPE', 'cannot be had as bin'],
    ['data', { file: 'all.h5', path: '/numbers/int8', format: 'tiff' }, 'H5_TYPE', 'cannot be had as tiff'],
    ['data', { file: 'all.h5', path: '/chunked/large', format: 'bin' }, 'H5_LARGE', 'This is 128 MB of .*, and at most 64 MB are shown at once: select a slice\\.'],
    ['data', { file: 'all.h5', path: '/chunked/large', selection: '0:500,:' }, 'H5_LARGE', 'select a slice'],
    ['nothing', { file: 'all.h5' }, 'ROUTE', 'There is no'],
    ['meta', { file: 'text.h5', path: '/' }, 'HDF5_NOT_HDF5', 'does not hold HDF5'],
    ['meta', { file: 'cut.h5', path: '/' }, 'HDF5_TRUNCATED', 'shorter than its header says'],
    ['meta', { file: 'written.h5', path: '/' }, 'HDF5_DAMAGED', 'already open for write'],
  ])('%s of %o: %s', async (what, params, code, message) => {
    expect(await ask(what, params as Record<string, string>)).toMatchObject({ status: 400, body: { code, message: expect.stringMatching(message) } });
  });

  test('a file full of damage is answered, and the next question, too', async () => {
    for (const path of ['/', '/numbers', '/numbers/float32', '/other/record', '/chunked/one', '/virtual/near', '/texts/utf8']) {
      for (const what of ['meta', 'data', 'attr', 'paths']) expect((await ask(what, { file: 'spoilt.h5', path })).body).toBeDefined();
    }
    expect((await ask('meta', { file: 'all.h5', path: '/numbers/int8' })).status).toBe(200);
  });

  test('many questions at once are answered each with its own; all paths of a file are found', async () => {
    const answers = await Promise.all(Array.from({ length: 80 }, (_, i) => ask('meta', { file: 'all.h5', path: `/numbers/${['int8', 'float64'][i % 2]}` })));
    expect(answers.map(({ body }) => body['name'])).toEqual(answers.map((_, i) => ['int8', 'float64'][i % 2]));
    const paths = await provider.getSearchablePaths!('/');
    expect(paths).toEqual(expect.arrayContaining(['/', '/numbers/int8', '/chunked/one', '/virtual/far']));
    expect(paths).not.toContain('/links/far');
  });
});
