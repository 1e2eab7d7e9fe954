import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Labelled, NdArray, array, dtypes, labelled, ndarray, type DType, type YardError } from '@trainyard/core';
import * as fc from 'fast-check';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { PythonProcess } from './python-process.ts';

const PYTHON = '/usr/bin/python3';
const hasNumpy = spawnSync(PYTHON, ['-c', 'import numpy']).status === 0;
if (!hasNumpy) console.log(`skipped: ${PYTHON} has no numpy`);

const folder = mkdtempSync(join(tmpdir(), 'python-'));
const open: PythonProcess[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.rest();
  vi.restoreAllMocks();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function write(text: string, name = `file${files++}.py`): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}
function python(command = PYTHON): PythonProcess {
  const made = new PythonProcess(command);
  open.push(made);
  return made;
}
/** A function of one file, ready to be called. */
async function functionOf(text: string, name = 'f', inputs?: readonly string[]): Promise<(values: Record<string, unknown>) => Promise<unknown>> {
  const own = python();
  const { id } = await own.load({ file: write(text), name, ...(inputs && { inputs }) });
  return (values) => own.call(id, values);
}
const refusal = (work: Promise<unknown>): Promise<YardError> => work.then(() => expect.fail('it was accepted'), (error: YardError) => error);

describe.skipIf(!hasNumpy)('values', () => {
  test('go to Python and come back as they are', async () => {
    const echo = await functionOf('def f(x):\n    return x\n');
    for (const value of [0, -3, 1.5, 1e300, Infinity, -Infinity, NaN, true, false, 'µ 日本', '', 2n ** 64n - 1n, -(2n ** 63n)]) expect(await echo({ x: value })).toBe(value);
    expect(Object.is(await echo({ x: -0.0 }), -0.0)).toBe(false); // a whole number is an int, and that has no -0
    expect(await echo({ x: undefined })).toBe(undefined);
    expect(await echo({ x: ['a', 'bc'] })).toEqual(['a', 'bc']);
    const table = (await echo({ x: { n: array([1, 2, 3]), name: ['a', 'b', 'c'], one: 2.5 } })) as Record<string, unknown>;
    expect([(table['n'] as NdArray).toString(), table['name'], table['one']]).toEqual([array([1, 2, 3]).toString(), ['a', 'b', 'c'], 2.5]);
    expect((await echo({ x: labelled(array([[1, 2]]), { unit: 'mm' }) })) instanceof Labelled).toBe(false);
  });

  test('whole numbers are int, others float; a missing input is None; arrays are not to be written to', async () => {
    const say = await functionOf('def f(a, b, c, d):\n    try:\n        d[0] = 1\n    except ValueError as error:\n        said = str(error)\n    return f"{type(a).__name__} {type(b).__name__} {c} {d.dtype} {said}"\n');
    expect(await say({ a: 3, b: 3.5, c: undefined, d: ndarray(new Uint16Array(3)) })).toBe('int float None uint16 assignment destination is read-only');
  });

  test('any array: every dtype, shape and view, both ways', async () => {
    const own = python();
    const { id: echo } = await own.load({ file: write('import numpy as np\ndef f(x):\n    return np.array(x)\n'), name: 'f' });
    const { id: what } = await own.load({ file: write('def f(x):\n    return f"{x.dtype} {x.shape}"\n'), name: 'f' });
    const shapes = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 });
    const cuts = fc.array(fc.tuple(fc.integer({ min: -6, max: 6 }), fc.integer({ min: -6, max: 6 }), fc.constantFrom(1, 2, 3, -1)), { minLength: 4, maxLength: 4 });
    await fc.assert(fc.asyncProperty(fc.constantFrom(...(dtypes as readonly DType[])), shapes, cuts, fc.boolean(), async (dtype, shape, cut, turned) => {
      const size = shape.reduce((product, n) => product * n, 1);
      const whole = ndarray(Float64Array.from({ length: size }, (_, i) => (i * 37) % 120), shape).astype(dtype) as NdArray;
      const sliced = whole.slice(shape.map((_, axis) => cut[axis]!.join(':')).join(', ')) as NdArray;
      const view = turned ? (sliced.T as NdArray) : sliced;
      const back = (await own.call(echo, { x: view })) as NdArray;
      expect([back.dtype, back.shape]).toEqual([dtype, view.shape]);
      expect(back.equals(view)).toBe(true);
      const names = view.shape.length === 1 ? `(${view.shape[0]},)` : `(${view.shape.join(', ')})`;
      expect(await own.call(what, { x: view })).toBe(`${dtype} ${names}`);
    }), { numRuns: 150 });
  });

  test('a small part of a large array goes alone; one in shared memory goes as it is', async () => {
    const sum = await functionOf('def f(x):\n    return float(x.sum())\n');
    const shared = ndarray(new Float64Array(new SharedArrayBuffer(8_000_000)).fill(2), [1000, 1000]);
    expect(await sum({ x: shared })).toBe(2e6);
    expect(await sum({ x: shared.slice('::500, ::100') })).toBe(40);
    expect(await sum({ x: shared.T })).toBe(2e6);
  });

  test('what numpy makes an array of, numbers of numpy, texts of numpy', async () => {
    const of = async (expression: string): Promise<unknown> => (await functionOf(`import numpy as np\ndef f():\n    return ${expression}\n`))({});
    expect(String(await of('[1, 2.5]'))).toBe(String(array([1, 2.5])));
    expect(await of('np.float32(0.5)')).toBe(0.5);
    expect(await of('np.array(7, "u2")')).toBe(7);
    expect(await of('np.bool_(True)')).toBe(true);
    expect(await of('2**64')).toBe(2n ** 64n);
    expect(await of('np.array(["a", "bc"])')).toEqual(['a', 'bc']);
    expect(((await of('np.arange(3, dtype=">i4")')) as NdArray).dtype).toBe('int32');
    expect(((await of('np.zeros((0, 3), "f4")')) as NdArray).shape).toEqual([0, 3]);
    expect(await of('None')).toBe(undefined);
    for (const [expression, says] of [['np.zeros(2, "c8")', /an array of complex64/], ['[object()]', /an array of object/], ['np.datetime64("2024-01-01")', /an array of datetime64/], ['[[1], [1, 2]]', /inhomogeneous/], ['print', /an array of object/]] as const) {
      expect(await refusal(of(expression))).toMatchObject({ code: 'PYTHON_ERROR', message: expect.stringMatching(says) as string });
    }
  });

  test('what Python has no form of is refused before it is asked', async () => {
    const echo = await functionOf('def f(x):\n    return 1\n');
    for (const value of [() => 1, Symbol('x'), new Map(), [{}], new Date(0)]) expect(await refusal(echo({ x: value }))).toMatchObject({ code: 'PYTHON_VALUE' });
    expect(await echo({ x: 1 })).toBe(1);
  });

  test('calls that overlap do not get in each other\'s way', async () => {
    const own = python();
    const { id } = await own.load({ file: write('import time\ndef f(x, s):\n    time.sleep(s)\n    return x * 2\n'), name: 'f' });
    const answers = await Promise.all([0.02, 0, 0.01].map((s, i) => own.call(id, { s, x: ndarray(new Float32Array(5).fill(i)) })));
    expect(answers.map((one) => (one as NdArray).get(4))).toEqual([0, 2, 4]);
  });
});

describe.skipIf(!hasNumpy)('what goes wrong', () => {
  test('an exception has its line in the user\'s files, the innermost one', async () => {
    write('def deep(x):\n    return x.sum() + {}\n', 'helper.py');
    const file = write('import helper\nimport numpy as np\n\ndef f(x):\n    return helper.deep(x)\n\ndef g(x):\n    return np.linalg.inv(x)\n');
    const own = python();
    const f = await own.load({ file, name: 'f' });
    const g = await own.load({ file, name: 'g' });
    expect(f.where).toEqual({ file, line: 4, column: 1 });
    expect([...f.files].sort()).toEqual([file, join(folder, 'helper.py')].sort());
    expect(await refusal(own.call(f.id, { x: array([1]) }))).toMatchObject({ code: 'PYTHON_ERROR', message: expect.stringMatching(/^TypeError: unsupported operand/) as string, where: { file: join(folder, 'helper.py'), line: 2 } });
    expect(await refusal(own.call(g.id, { x: array([[1, 1], [1, 1]]) }))).toMatchObject({ message: expect.stringMatching(/LinAlgError: Singular matrix/) as string, where: { file, line: 8 } });
  });

  test.each([
    ['def f(:\n', 'PYTHON_ERROR', /^SyntaxError: invalid syntax/, 1],
    ['import numpy\n\nimport nothing_like_it\n', 'PYTHON_ERROR', /^ModuleNotFoundError: No module named 'nothing_like_it'/, 3],
    ['x = 1\nraise RuntimeError("at the top")\n', 'PYTHON_ERROR', /^RuntimeError: at the top/, 2],
    ['import sys\nsys.exit(3)\n', 'PYTHON_ERROR', /^SystemExit: a function of a view does not end/, 2],
    ['def spot(x):\n    pass\n', 'PYTHON_FUNCTION', /There is no function "f" in .*; it has spot\./, 1],
    ['def ff(x):\n    pass\n', 'PYTHON_FUNCTION', /Did you mean "ff"\?/, 1],
    ['f = 3\n', 'PYTHON_FUNCTION', /it has none/, 1],
    ['import numpy\n\ndef f(image):\n    pass\n', 'PYTHON_ARGUMENTS', /missing a required argument: 'image'/, 3],
  ])('%j', async (text, code, says, line) => {
    const file = write(text);
    expect(await refusal(python().load({ file, name: 'f', inputs: ['x'] }))).toMatchObject({ code, message: expect.stringMatching(says) as string, where: { file, line } });
  });

  test('a file that ends Python as it loads', async () => {
    expect(await refusal(python().load({ file: write('import os\nos._exit(7)\n'), name: 'f' }))).toMatchObject({ code: 'PYTHON_ENDED', message: 'Python ended itself with code 7' });
  });

  test('Python that is not there, or has no numpy, or is none', async () => {
    const file = write('def f():\n    pass\n');
    expect(await refusal(python('no-such-python').load({ file, name: 'f' }))).toMatchObject({ code: 'PYTHON_MISSING', message: expect.stringMatching(/there is no "no-such-python" here/) as string });
    const bare = write(`#!/bin/sh\nexec ${PYTHON} -S "$@"\n`, 'bare');
    chmodSync(bare, 0o755);
    expect(await refusal(python(bare).load({ file, name: 'f' }))).toMatchObject({ code: 'PYTHON_NUMPY', message: expect.stringMatching(/\(Python 3\.\S+\) has no numpy.*name another/) as string });
    expect(await refusal(python('/bin/true').load({ file, name: 'f' }))).toMatchObject({ code: 'PYTHON_ENDED' });
    expect(await refusal(python('/etc/passwd').load({ file, name: 'f' }))).toMatchObject({ code: 'PYTHON_MISSING', message: expect.stringMatching(/EACCES/) as string });
  });

  test.each([
    ['os._exit(3)', /^Python ended itself with code 3 in f\(\) of file\d+\.py$/],
    ['os.kill(os.getpid(), 9)', /^Python was ended by SIGKILL in f\(\) of file\d+\.py$/],
    ['os.closerange(0, 65536)', /^Python had its own files closed .* in f\(\) of file\d+\.py$/],
    ['subprocess.Popen(["sleep", "20"]); os._exit(4)', /^Python ended itself with code 4 in f\(\) of/],
    ['ctypes.string_at(0)', /^Python was ended by SIGSEGV in f\(\) at .*\.py:5$/],
  ])('a call that ends it by %s: it is told, and the next call has another', async (how, says) => {
    const own = python();
    const died = new Promise<YardError>((resolve) => (own.onDeath = resolve));
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { id } = await own.load({ file: write(`import ctypes\nimport os, subprocess\ndef f(x):\n    if x:\n        ${how}\n    return "alive"\n`), name: 'f' });
    void own.call(id, { x: 1 });
    expect((await died).message).toMatch(says);
    // In a yard its worker has ended by now.
    own.rest();
    const again = python();
    const loaded = await again.load({ file: write('def f(x):\n    return "alive"\n'), name: 'f' });
    expect(await again.call(loaded.id, { x: 0 })).toBe('alive');
  });

  test('what a function does to its process is no matter of the next call', async () => {
    vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const own = python();
    const { id } = await own.load({ file: write(`import os, sys, threading, time
def f(how):
    if how == "fork" and os.fork() == 0:
        return "a fork"
    if how == "fork and raise" and os.fork() == 0:
        raise ValueError("a fork")
    if how == "folder":
        os.chdir("/")
    if how == "close":
        os.closerange(0, 100)
    if how == "write":
        try:
            os.write(3, b"[]\\n")
        except OSError:
            return "write"
    if how == "input":
        return sys.stdin.read() + "input"
    if how == "streams":
        sys.stdout = sys.stderr = None
    if how == "broken streams":
        sys.stdout = sys.stderr = object()
    if how == "thread":
        threading.Thread(target=lambda: [print("thread") or time.sleep(0.001) for _ in range(10_000)]).start()
    if how == "long line":
        for _ in range(1000):
            print("x" * 100_000, end="")
        os.write(1, b"x" * 5_000_000)
    return how
`), name: 'f' });
    const folder = await own.load({ file: write('import os\ndef folder():\n    return os.getcwd()\n'), name: 'folder' });
    for (const how of ['fork', 'fork and raise', 'folder', 'close', 'write', 'input', 'streams', 'broken streams', 'thread', 'long line', 'fork']) {
      expect(await own.call(id, { how })).toBe(how);
      expect(await own.call(folder.id, {})).toBe(process.cwd());
    }
  });

  test('what it gives and cannot be given on is held against the function, by its line', async () => {
    for (const [body, says] of [['yield 1', /returned a generator; .*return, not yield/], ['return [object()]', /array of object/], ['d = {}; d["d"] = d; return d', /RecursionError/]] as const) {
      const file = write(`\ndef f():\n    ${body}\n`);
      const own = python();
      const { id } = await own.load({ file, name: 'f' });
      expect(await refusal(own.call(id, {}))).toMatchObject({ code: 'PYTHON_ERROR', message: expect.stringMatching(says) as string, where: { file, line: 2 } });
    }
  });

  test('it rests, and the next call has another process with the same functions', async () => {
    const own = python();
    const { id } = await own.load({ file: write('import os\ndef f():\n    return os.getpid()\n'), name: 'f' });
    const first = await own.call(id, {});
    own.rest();
    expect(await own.call(id, {})).not.toBe(first);
  });

  test('what it writes are lines of the call, and of what it calls', async () => {
    const said: unknown[] = [];
    vi.spyOn(console, 'log').mockImplementation((text) => void said.push(['log', text]));
    vi.spyOn(console, 'error').mockImplementation((text) => void said.push(['error', text]));
    const f = await functionOf('import os, sys, warnings\nprint("loaded")\ndef f(n):\n    print("a\\nb", end="")\n    print("bad", file=sys.stderr)\n    os.write(1, b"past it\\n")\n    for i in range(n):\n        print(i)\n');
    await f({ n: 0 });
    expect(said).toEqual(expect.arrayContaining([['log', 'loaded'], ['log', 'a'], ['error', 'bad'], ['log', 'b']]));
    for (let i = 0; i < 100 && !said.some((one) => String(one).includes('past it')); i++) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(said).toContainEqual(['log', 'past it']);
    said.length = 0;
    await f({ n: 100_000 });
    expect(said.length).toBeLessThan(60);
  });

  test('more memory than it may have is an exception, not the end', async () => {
    const f = await functionOf('import numpy as np\ndef f(n):\n    return float(np.ones(int(n)).sum())\n');
    expect(await refusal(f({ n: 1e14 }))).toMatchObject({ message: expect.stringMatching(/MemoryError/) as string });
    expect(await f({ n: 10 })).toBe(10);
  });

  test('nothing of it stays: no file, and no process when whoever started it is killed in the middle of a call', async () => {
    const file = write('def f():\n    while True:\n        pass\n');
    const script = write(`import { PythonProcess } from ${JSON.stringify(new URL('./python-process.ts', import.meta.url).href)};
const own = new PythonProcess(${JSON.stringify(PYTHON)});
const { id } = await own.load({ file: ${JSON.stringify(file)}, name: 'f' });
void own.call(id, {});
setTimeout(() => process.kill(process.pid, 'SIGKILL'), 200);
`, 'killed.mjs');
    expect(spawnSync(process.execPath, ['--conditions=development', script], { timeout: 60_000 }).signal).toBe('SIGKILL');
    // A child of nobody, that serves a process which is no more.
    const running = (): string[] => readdirSync('/proc').filter((pid) => {
      try {
        return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`python-host.py\0`) && !readdirSync('/proc').includes(readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').at(-2)!);
      } catch {
        return false;
      }
    });
    for (let i = 0; i < 200 && running().length > 0; i++) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(running()).toEqual([]);
    expect(readdirSync('/dev/shm').filter((name) => name.startsWith('trainyard-'))).toEqual([]);
  });
});
