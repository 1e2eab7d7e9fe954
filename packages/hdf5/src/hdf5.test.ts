import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHdf5, type Hdf5File, type Values } from './index.ts';

const golden = fileURLToPath(new URL('../golden/', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'hdf5-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const bytesOf = (values: Values): Uint8Array => {
  if (Array.isArray(values)) throw new TypeError('numbers were expected');
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
};
const sha = (values: Values): string => createHash('sha256').update(bytesOf(values)).digest('hex');
const codeOf = async (work: () => unknown): Promise<string> => {
  try {
    await work();
    return 'nothing went wrong';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('reading what h5py wrote', () => {
  interface Expected { shape: number[]; dtype: string; virtual: boolean; chunks: number[] | null; sha256?: string; strings?: string[] }
  const expected = JSON.parse(readFileSync(join(golden, 'types.json'), 'utf8')) as Record<string, Expected>;
  let file: Hdf5File;
  beforeAll(async () => {
    file = await openHdf5(join(golden, 'types.h5'));
  });
  afterAll(() => file.close());

  it.each(Object.keys(expected))('%s', (name) => {
    const wanted = expected[name];
    const dataset = file.dataset(name);
    const values = dataset.read();
    expect({ shape: dataset.shape, dtype: dataset.dtype, virtual: dataset.isVirtual, chunks: dataset.chunks }).toEqual({ shape: wanted.shape, dtype: wanted.dtype, virtual: wanted.virtual, chunks: wanted.chunks });
    if (wanted.strings) expect(values).toEqual(wanted.strings);
    else expect(sha(values)).toBe(wanted.sha256);
  });

  it('slices as the whole array does', () => {
    const dataset = file.dataset('filters/gzip_shuffle');
    const whole = dataset.read() as Float64Array;
    const part = dataset.read([[3, 17], [2, 7]]) as Float64Array;
    const wanted = Array.from({ length: 14 }, (_, r) => Array.from({ length: 5 }, (_, c) => whole[(r + 3) * 8 + c + 2])).flat();
    expect([...part]).toEqual(wanted);
    const target = new Uint8Array(1000);
    expect(dataset.readInto(target, [[3, 17], [2, 7]])).toBe(part.byteLength);
    expect(target.subarray(0, part.byteLength)).toEqual(bytesOf(part));
    expect(dataset.read([[5, 5]])).toHaveLength(0);
    expect(file.dataset('text/variable').read([[1, 3]])).toEqual(['', 'μJ']);
  });

  it('refuses slices outside the data and buffers that are too small', async () => {
    const dataset = file.dataset('filters/gzip');
    expect(await codeOf(() => dataset.read([[0, 31]]))).toBe('HDF5_RANGE');
    expect(await codeOf(() => dataset.read([[-1, 3]]))).toBe('HDF5_RANGE');
    expect(await codeOf(() => dataset.read([null, null, null]))).toBe('HDF5_RANGE');
    expect(await codeOf(() => dataset.readInto(new Uint8Array(10)))).toBe('HDF5_RANGE');
    expect(await codeOf(() => file.dataset('text/variable').readInto(new Uint8Array(100)))).toBe('HDF5_UNSUPPORTED');
  });

  it('reads attributes with their types', () => {
    expect(file.attributes()).toEqual({ text: 'μJ', bytes: 'x', texts: ['a', 'b'], integer: 2n ** 60n, float: 0.5, bool: true, list: Uint16Array.of(0, 1, 2) });
    expect(file.dataset('bool').attribute('unitSymbol')).toBe('J');
    expect(file.dataset('bool').attribute('absent')).toBeUndefined();
  });

  it('follows links, tells them apart, and says where a broken one leads', async () => {
    expect(sha(file.dataset('links/soft').read())).toBe(expected['filters/gzip'].sha256);
    expect([...file.dataset('links/external').read()]).toEqual([0, 1, 2, 3, 4, 5]);
    expect(file.link('links/soft')).toEqual({ kind: 'soft', target: '/filters/gzip' });
    expect(file.link('links/external')).toEqual({ kind: 'external', file: 'part.h5', target: '/values' });
    expect(file.link('filters/gzip')).toBeUndefined();
    expect(file.get('links/broken')).toBeUndefined();
    expect(() => file.dataset('links/broken')).toThrow('/nowhere');
    expect(() => file.dataset('links/lost')).toThrow('no-such-file.h5');
    expect(await codeOf(() => file.dataset('filters'))).toBe('HDF5_KIND');
    expect(await codeOf(() => file.group('filters/gzip'))).toBe('HDF5_KIND');
    expect(await codeOf(() => file.dataset('filters/gzip/deeper'))).toBe('HDF5_NO_OBJECT');
    expect(file.get('no/such/thing')).toBeUndefined();
  });

  it('describes filters, growth, virtual sources and empty datasets', async () => {
    expect(file.dataset('filters/all').filters.map((filter) => filter.name)).toEqual(['shuffle', 'deflate', 'fletcher32']);
    expect(file.dataset('grows').maxShape).toEqual([Infinity, 3]);
    expect(file.dataset('virtual').virtualSources).toEqual([{ file: 'part.h5', path: 'values' }]);
    expect(file.dataset('null').isNull).toBe(true);
    expect(file.dataset('null').read()).toHaveLength(0);
    expect(file.dataset('null').scalar()).toBeUndefined();
    expect(file.dataset('scalar').scalar()).toBe(2.5);
    expect(await codeOf(() => file.dataset('ragged').read())).toBe('HDF5_UNSUPPORTED');
  });

  it('lists every dataset below a group', () => {
    expect([...file.group('text').datasets()].map((dataset) => dataset.path).toSorted()).toEqual(['/text/ascii', '/text/fixed', '/text/scalar', '/text/spaces', '/text/variable', '/text/zero_inside']);
    expect([...file.datasets()].length).toBeGreaterThan(Object.keys(expected).length);
  });
});

describe('writing', () => {
  it('writes what it reads back', async () => {
    const path = join(scratch, 'written.h5');
    const file = await openHdf5(path, 'w');
    const images = file.createDataset('entry/data/images', { dtype: 'float32', shape: [0, 3, 4], resizable: true, deflate: 3 });
    for (let row = 0; row < 5; row += 1) images.append(Float32Array.from({ length: 12 }, (_, i) => row * 100 + i));
    images.append(new Float32Array(24).fill(-1));
    const ids = file.createDataset('entry/trainId', { dtype: 'uint64', shape: [0], resizable: true, chunks: [8] });
    ids.append(BigUint64Array.of(2n ** 63n, 7n));
    const names = file.createDataset('entry/names', { dtype: 'str', textLength: 8, shape: [0], resizable: true });
    names.append(['état', 'on']);
    file.createDataset('entry/words', { data: ['μJ', 'longer word'] });
    file.createDataset('entry/free', { data: ['μJ', 'longer word'], variableText: true });
    file.createDataset('entry/scalar', { shape: [], data: Int32Array.of(-3) });
    file.createDataset('entry/good', { dtype: 'bool', shape: [3], data: Uint8Array.of(1, 0, 1) });
    file.dataset('entry/data/images').write(new Float32Array(12).fill(9), [[1, 2]]);
    const entry = file.group('entry');
    entry.setAttribute('NX_class', 'NXentry');
    entry.setAttribute('axes', ['y', 'x']);
    entry.setAttribute('number', 3);
    entry.setAttribute('number', 4.5);
    entry.setAttribute('short', 4, 'uint8');
    entry.setAttribute('big', 2n ** 62n);
    entry.setAttribute('codes', Int8Array.of(0, 1, 2));
    file.softLink('entry/alias', '/entry/data/images');
    file.externalLink('outside', 'part.h5', '/values');
    file.createGroup('entry/data');
    file.flush();
    file.close();

    copyFileSync(join(golden, 'part.h5'), join(scratch, 'part.h5'));
    const back = await openHdf5(path);
    expect(back.dataset('entry/alias').shape).toEqual([7, 3, 4]);
    const values = back.dataset('entry/alias').read() as Float32Array;
    expect([values[0], values[12], values[13], values[24], values[83]]).toEqual([0, 9, 9, 200, -1]);
    expect(back.dataset('entry/trainId').read()).toEqual(BigUint64Array.of(2n ** 63n, 7n));
    expect(back.dataset('entry/names').read()).toEqual(['état', 'on']);
    expect(back.dataset('entry/words').read()).toEqual(['μJ', 'longer word']);
    expect(back.dataset('entry/free').read()).toEqual(['μJ', 'longer word']);
    expect(back.dataset('entry/scalar').shape).toEqual([]);
    expect(back.dataset('entry/scalar').scalar()).toBe(-3);
    expect(back.dataset('entry/good').read()).toEqual(Uint8Array.of(1, 0, 1));
    expect([...back.dataset('outside').read()]).toEqual([0, 1, 2, 3, 4, 5]);
    expect(back.group('entry').attributes()).toEqual({ NX_class: 'NXentry', axes: ['y', 'x'], number: 4.5, short: 4, big: 2n ** 62n, codes: Int8Array.of(0, 1, 2) });
    back.close();
  });

  it('changes a file in place, and makes one that is not there', async () => {
    const path = join(scratch, 'changed.h5');
    (await openHdf5(path, 'a')).close();
    const file = await openHdf5(path, 'a');
    file.createDataset('x', { data: Float64Array.of(1, 2) });
    file.close();
    const again = await openHdf5(path, 'a');
    again.dataset('x').write(Float64Array.of(5), [[1, 2]]);
    expect([...again.dataset('x').read()]).toEqual([1, 5]);
    again.close();
  });

  it('refuses what would not fit', async () => {
    const file = await openHdf5(join(scratch, 'refused.h5'), 'w');
    const fixed = file.createDataset('fixed', { data: Float32Array.of(1, 2) });
    expect(await codeOf(() => fixed.append(Float32Array.of(3)))).toBe('HDF5_WRITE');
    expect(await codeOf(() => fixed.write(Float64Array.of(1, 2)))).toBe('HDF5_UNSUPPORTED');
    expect(await codeOf(() => fixed.write(Float32Array.of(1)))).toBe('HDF5_RANGE');
    expect(await codeOf(() => file.createDataset('fixed', { data: Float32Array.of(1) }))).toBe('HDF5_WRITE');
    expect(await codeOf(() => file.createDataset('fixed/below', { data: Float32Array.of(1) }))).toBe('HDF5_KIND');
    expect(await codeOf(() => file.createDataset('half', { dtype: 'float16', shape: [2] }))).toBe('HDF5_UNSUPPORTED');
    expect(await codeOf(() => file.createDataset('odd', { shape: [3], data: Float32Array.of(1) }))).toBe('HDF5_RANGE');
    file.close();
    expect(await codeOf(() => fixed.read())).toBe('HDF5_CLOSED');
    expect(file.close()).toBeUndefined();
    expect(await codeOf(() => openHdf5(join(scratch, 'no-such-folder/x.h5'), 'w'))).toBe('HDF5_ACCESS');
  });
});

describe('hostile files', () => {
  const damaged = async (name: string, content: Uint8Array): Promise<string> => {
    const path = join(scratch, name);
    writeFileSync(path, content);
    return codeOf(() => openHdf5(path));
  };
  const whole = readFileSync(join(golden, 'types.h5'));

  it('names missing, empty, foreign, truncated and unreadable files', async () => {
    mkdirSync(join(scratch, 'folder.h5'));
    expect(await codeOf(() => openHdf5(join(scratch, 'absent.h5')))).toBe('HDF5_MISSING');
    expect(await codeOf(() => openHdf5(join(scratch, 'folder.h5')))).toBe('HDF5_NOT_HDF5');
    expect(await damaged('empty.h5', new Uint8Array(0))).toBe('HDF5_NOT_HDF5');
    expect(await damaged('text.h5', Buffer.from('this is not HDF5\n'.repeat(100)))).toBe('HDF5_NOT_HDF5');
    expect(await damaged('half.h5', whole.subarray(0, whole.length / 2))).toBe('HDF5_TRUNCATED');
    expect(await damaged('signature.h5', whole.subarray(0, 8))).toMatch(/HDF5_(TRUNCATED|DAMAGED)/);
  });

  it('survives garbage: values, an Hdf5Error, or a thread that can be ended', async () => {
    let seed = 12345;
    const random = (below: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
    const paths = Array.from({ length: 200 }, (_, round) => {
      const bytes = Uint8Array.from(whole);
      for (let k = 0; k < 3 + (round % 40); k += 1) bytes[96 + random(bytes.length - 96)] = random(256);
      const path = join(scratch, `garbage-${round}.h5`);
      writeFileSync(path, bytes);
      return path;
    });
    const program = `
      import { openHdf5 } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)};
      const { workerData, parentPort } = await import('node:worker_threads');
      for (const [i, path] of workerData.entries()) {
        const seen = [];
        try {
          const file = await openHdf5(path);
          try {
            for (const dataset of file.datasets()) {
              try {
                if (dataset.shape.reduce((a, b) => a * b, 1) < 1e6) dataset.read();
                dataset.attributes();
                seen.push('read');
              } catch (error) { seen.push(error.name === 'Hdf5Error' ? error.code : String(error.stack)); }
            }
          } finally { file.close(); }
        } catch (error) { seen.push(error.name === 'Hdf5Error' ? error.code : String(error.stack)); }
        parentPort.postMessage({ i, seen });
      }`;
    const seen = new Map<string, number>();
    let hung = 0;
    for (let next = 0; next < paths.length; ) {
      const worker = new Worker(program, { eval: true, execArgv: ['--conditions=development', '--input-type=module'], workerData: paths.slice(next) });
      const from = next;
      // The library itself can circle for ever in a damaged file; a thread in such a loop can still be ended.
      await new Promise<void>((resolve, reject) => {
        const stop = (): void => {
          hung += 1;
          next += 1;
          resolve();
        };
        let limit = setTimeout(stop, 5000);
        worker.on('message', (told: { i: number; seen: string[] }) => {
          for (const what of told.seen) seen.set(what, (seen.get(what) ?? 0) + 1);
          next = from + told.i + 1;
          clearTimeout(limit);
          if (next === paths.length) resolve();
          else limit = setTimeout(stop, 2000);
        });
        worker.once('error', reject);
      });
      await worker.terminate();
    }
    const strange = [...seen.keys()].filter((what) => what !== 'read' && !what.startsWith('HDF5_'));
    expect(strange).toEqual([]);
    expect(hung).toBeLessThan(5);
    expect(seen.get('read')).toBeGreaterThan(1000);
    expect(seen.get('HDF5_READ')).toBeGreaterThan(50);
    expect(seen.get('HDF5_STOPPED'), 'a read after the library has stopped itself, followed by files that open again').toBeGreaterThan(0);
  });
});

it('prints nothing, whatever goes wrong, and leaves no file open', async () => {
  const program = `
    import { readdirSync, readlinkSync } from 'node:fs';
    import { openHdf5 } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)};
    const { workerData, parentPort } = await import('node:worker_threads');
    const codes = [];
    for (const path of workerData.paths) await openHdf5(path).catch((error) => codes.push(error.code));
    const file = await openHdf5(workerData.good);
    for (const work of [() => file.dataset('nowhere'), () => file.dataset('filters/gzip').read([[0, 99]])]) try { work(); } catch (error) { codes.push(error.code); }
    const sum = file.dataset('integer/u2').read().reduce((a, b) => a + b, 0);
    file.close();
    let open = [];
    try { open = readdirSync('/proc/self/fd').map((fd) => { try { return readlinkSync('/proc/self/fd/' + fd); } catch { return ''; } }).filter((name) => name === workerData.good); } catch { /* not Linux */ }
    parentPort.postMessage({ codes, sum, open });`;
  writeFileSync(join(scratch, 'half2.h5'), readFileSync(join(golden, 'types.h5')).subarray(0, 3000));
  const good = join(scratch, 'good.h5');
  copyFileSync(join(golden, 'types.h5'), good);
  const worker = new Worker(program, { eval: true, stderr: true, stdout: true, execArgv: ['--conditions=development', '--input-type=module'], workerData: { good, paths: [join(scratch, 'half2.h5'), join(scratch, 'none.h5')] } });
  let printed = '';
  worker.stderr.on('data', (chunk) => (printed += String(chunk)));
  worker.stdout.on('data', (chunk) => (printed += String(chunk)));
  const result = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  await worker.terminate();
  expect(result).toEqual({ codes: ['HDF5_TRUNCATED', 'HDF5_MISSING', 'HDF5_NO_OBJECT', 'HDF5_RANGE'], sum: 65536, open: [] });
  expect(printed).toBe('');
});
