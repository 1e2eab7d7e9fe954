import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { NpyFile } from './npy-file.ts';
import { openStack, readNpy, writeNpy, type NpyArray } from './index.ts';

const golden = fileURLToPath(new URL('../golden/', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'stack-'));
afterAll(() => rmSync(scratch, { recursive: true }));

interface Expected { shape: number[]; dtype: string; sha256?: string; strings?: string[] }
const expected = JSON.parse(readFileSync(join(golden, 'expected.json'), 'utf8')) as Record<string, Expected>;
const names = Object.keys(expected);

function sha(data: NpyArray['data']): string {
  if (Array.isArray(data)) throw new TypeError('numbers were expected');
  return createHash('sha256').update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).digest('hex');
}
function errorOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

describe('.npy', () => {
  it.each(names)('%s reads as numpy reads it', (name) => {
    const { shape, dtype, sha256, strings } = expected[name];
    const array = readNpy(join(golden, `${name}.npy`));
    expect({ shape: array.shape, dtype: array.dtype }).toEqual({ shape, dtype });
    if (strings) expect(array.data).toEqual(strings);
    else expect(sha(array.data)).toBe(sha256);
  });

  it.each(names.filter((name) => expected[name].shape.length > 0 && !expected[name].strings))('%s frame by frame is the whole', async (name) => {
    const stack = await openStack(join(golden, `${name}.npy`));
    const { shape, dtype, sha256 } = expected[name];
    expect([stack.frames, ...stack.frameShape]).toEqual(shape);
    expect(stack.dtype).toBe(dtype);
    const order = Array.from({ length: stack.frames }, (_, i) => stack.frames - 1 - i);
    const whole = new Uint8Array(stack.frames * stack.frameBytes);
    for (const i of order) {
      expect(stack.readFrameInto(i, whole.subarray(i * stack.frameBytes))).toBe(stack.frameBytes);
      const frame = stack.readFrame(i);
      expect(frame.shape).toEqual(shape.slice(1));
      expect(sha(frame.data)).toBe(sha(whole.subarray(i * stack.frameBytes, (i + 1) * stack.frameBytes)));
    }
    expect(sha(whole)).toBe(sha256);
    expect(stack.trainIdOf(3)).toBe(3);
    stack.close();
  });

  it.each([{ gather: 1, read: 1 }, { gather: 60, read: 1 }, { gather: 1, read: 50 }, { gather: 70, read: 100 }])('Fortran order within any bound on memory: %o', (memory) => {
    for (const name of ['u2_fortran', 'f8_fortran_big_4d']) {
      const file = new NpyFile(join(golden, `${name}.npy`), memory);
      const whole = new Uint8Array(file.header.shape[0] * file.frameBytes);
      file.readFrames(0, file.header.shape[0], whole);
      expect(sha(whole)).toBe(expected[name].sha256);
      file.close();
    }
  });

  it.each(names)('%s written again is the same for us', (name) => {
    const array = readNpy(join(golden, `${name}.npy`));
    const path = join(scratch, `${name}.npy`);
    writeNpy(path, array);
    expect(readNpy(path)).toEqual(array);
    expect(readdirSync(scratch).filter((file) => file.endsWith('.part'))).toEqual([]);
  });

  it('what we write is what numpy reads', ({ skip }) => {
    if (!existsSync('/usr/bin/python3')) skip('no /usr/bin/python3 here');
    writeNpy(join(scratch, 'x.npy'), { dtype: 'uint64', shape: [2, 2], data: BigUint64Array.of(1n, 2n ** 64n - 1n, 3n, 4n) });
    writeNpy(join(scratch, 's.npy'), { dtype: 'str', shape: [2], data: ['μ𝄞', 'ab'] });
    writeNpy(join(scratch, 'r.npy'), { dtype: "[('t', '<f8'), ('n', '<i4')]", shape: [1], data: new Uint8Array(new Uint8Array([...new Uint8Array(Float64Array.of(0.5).buffer), 7, 0, 0, 0])) });
    writeNpy(join(scratch, 'b.npy'), { dtype: 'bool', shape: [], data: Uint8Array.of(1) });
    const program = 'import sys, numpy as np; print([(a.dtype.str, a.tolist()) for a in (np.load(p) for p in sys.argv[1:])])';
    const said = execFileSync('/usr/bin/python3', ['-c', program, ...['x', 's', 'r', 'b'].map((name) => join(scratch, `${name}.npy`))], { encoding: 'utf8' });
    expect(said.trim()).toBe("[('<u8', [[1, 18446744073709551615], [3, 4]]), ('<U2', ['μ𝄞', 'ab']), ('|V12', [(0.5, 7)]), ('|b1', True)]");
  });

  it('refuses what cannot be written', () => {
    expect(errorOf(() => writeNpy(join(scratch, 'w.npy'), { dtype: 'float32', shape: [3], data: Float32Array.of(1) }))).toMatchObject({ code: 'NPY_WRITE' });
    expect(errorOf(() => writeNpy(join(scratch, 'no/w.npy'), { dtype: 'float32', shape: [1], data: Float32Array.of(1) }))).toMatchObject({ code: 'NPY_WRITE' });
    expect(errorOf(() => writeNpy(join(scratch, 'w.npy'), { dtype: 'object', shape: [1], data: Float32Array.of(1) }))).toMatchObject({ code: 'NPY_WRITE' });
    expect(existsSync(join(scratch, 'w.npy'))).toBe(false);
  });

  it('refuses pickles, records, complex numbers and damage, by name', () => {
    expect(errorOf(() => readNpy(join(golden, 'pickled.npy')))).toMatchObject({ code: 'NPY_PICKLED' });
    expect(errorOf(() => readNpy(join(golden, 'records.npy')))).toMatchObject({ code: 'NPY_TYPE' });
    expect(errorOf(() => readNpy(join(golden, 'complex.npy')))).toMatchObject({ code: 'NPY_TYPE' });
    const whole = readFileSync(join(golden, 'u2.npy'));
    const damaged = (name: string, change: (bytes: Buffer) => Buffer): unknown => {
      const path = join(scratch, `${name}.npy`);
      writeFileSync(path, change(Buffer.from(whole)));
      return errorOf(() => readNpy(path));
    };
    const replaced = (from: string, to: string) => (bytes: Buffer): Buffer => Buffer.from(bytes.toString('latin1').replace(from, to.padEnd(from.length)), 'latin1');
    expect(damaged('short', (bytes) => bytes.subarray(0, bytes.length - 1))).toMatchObject({ code: 'NPY_TRUNCATED', message: expect.stringContaining('120 bytes, the file has 119') });
    expect(damaged('head', (bytes) => bytes.subarray(0, 40))).toMatchObject({ code: 'NPY_TRUNCATED' });
    expect(damaged('tiny', (bytes) => bytes.subarray(0, 4))).toMatchObject({ code: 'NPY_HEADER' });
    expect(damaged('none', (bytes) => bytes.subarray(0, 0))).toMatchObject({ code: 'NPY_HEADER' });
    expect(damaged('version', (bytes) => bytes.fill(9, 6, 7))).toMatchObject({ code: 'NPY_HEADER' });
    expect(damaged('long', (bytes) => bytes.fill(2, 6, 7).fill(0xff, 8, 12))).toMatchObject({ code: 'NPY_HEADER' });
    expect(damaged('shape', replaced('(5, 3, 4)', '(5, -3, 4)'))).toMatchObject({ code: 'NPY_HEADER' });
    expect(damaged('huge', replaced('(5, 3, 4), }', '(99999999, 999999999), }'))).toMatchObject({ code: 'NPY_HEADER' });
    expect(damaged('large', replaced('(5, 3, 4), }', '(999999999,), }'))).toMatchObject({ code: 'NPY_TRUNCATED' });
    expect(damaged('order', replaced('False', 'Maybe'))).toMatchObject({ code: 'NPY_HEADER' });
    expect(damaged('type', replaced("'<u2'", "'<u3'"))).toMatchObject({ code: 'NPY_TYPE' });
  });

  it('a file that shrinks while it is open says so', async () => {
    const path = join(scratch, 'shrinks.npy');
    writeFileSync(path, readFileSync(join(golden, 'u2.npy')));
    const stack = await openStack(path);
    truncateSync(path, readFileSync(path).length - 30);
    expect(stack.readFrame(0).shape).toEqual([3, 4]);
    expect(errorOf(() => stack.readFrame(4))).toMatchObject({ code: 'NPY_TRUNCATED' });
    stack.close();
    expect(errorOf(() => stack.readFrame(0))).toMatchObject({ code: 'STACK_CLOSED' });
  });
});

describe('HDF5', () => {
  const file = join(golden, 'stacks.h5');

  it('takes the only dataset of three axes, or the named one', async () => {
    const stack = await openStack(file);
    expect([stack.where, stack.frames, stack.frameShape, stack.dtype]).toEqual([`${file}:/entry/data/images`, 5, [3, 4], 'uint16']);
    const whole = new Uint8Array(5 * 24);
    for (let i = 0; i < 5; i += 1) stack.readFrameInto(i, whole.subarray(i * 24));
    expect(sha(whole)).toBe(expected['u2'].sha256);
    expect(stack.readFrame(2).data).toEqual(new Uint16Array(whole.buffer, 48, 12));
    expect(errorOf(() => stack.readFrame(5))).toMatchObject({ code: 'STACK_RANGE' });
    expect(errorOf(() => stack.readFrame(1.5))).toMatchObject({ code: 'STACK_RANGE' });
    expect(errorOf(() => stack.readFrameInto(0, new Uint8Array(23)))).toMatchObject({ code: 'STACK_RANGE' });
    stack.close();
    const profile = await openStack(`${file}:/entry/data/profile`);
    expect([profile.frames, profile.frameShape, profile.dtype]).toEqual([5, [7], 'float64']);
    profile.close();
    const flags = await openStack(`${file}:/entry/flags`);
    expect(flags.readFrame(2)).toEqual({ dtype: 'bool', shape: [], data: Uint8Array.of(1) });
    flags.close();
  });

  it('says which datasets there are when it cannot choose', async () => {
    await expect(openStack(join(golden, 'several.h5'))).rejects.toMatchObject({ code: 'STACK_DATASET', message: expect.stringMatching(/2 datasets have three axes.*\/a \(5, 3, 4\), \/b \(5, 3, 4\)/) });
    await expect(openStack(`${file}:/entry/title`)).rejects.toMatchObject({ code: 'STACK_TYPE' });
    await expect(openStack(`${file}:/entry/number`)).rejects.toMatchObject({ code: 'STACK_TYPE' });
    await expect(openStack(`${file}:/entry`)).rejects.toMatchObject({ code: 'HDF5_KIND' });
    await expect(openStack(`${file}:/entry/nothing`)).rejects.toMatchObject({ code: 'HDF5_NO_OBJECT' });
  });

  it('names files that are missing, foreign or damaged', async () => {
    await expect(openStack(join(scratch, 'absent.h5:/x'))).rejects.toMatchObject({ code: 'STACK_MISSING' });
    await expect(openStack(join(golden, 'make-npy.py'))).rejects.toMatchObject({ code: 'STACK_KIND' });
    writeFileSync(join(scratch, 'half.h5'), readFileSync(file).subarray(0, 3000));
    await expect(openStack(join(scratch, 'half.h5'))).rejects.toMatchObject({ code: 'HDF5_TRUNCATED' });
    await expect(openStack(join(golden, 'scalar.npy'))).rejects.toMatchObject({ code: 'STACK_TYPE' });
    await expect(openStack(join(golden, 'text.npy'))).rejects.toMatchObject({ code: 'STACK_TYPE' });
  });
});
