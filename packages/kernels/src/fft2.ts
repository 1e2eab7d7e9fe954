import { factors, passesOf, smooth, type Pass } from './fft.ts';
import { code } from './fft2.wasm.ts';
import { KernelError, needLength, type Numbers } from './numbers.ts';
import { loops, Room, type Loops } from './wasm.ts';

type Passing = (m: number, s: number, cos: number, sin: number, xr: number, xi: number, yr: number, yi: number) => void;

interface Code {
  radix2: Passing;
  radix3: Passing;
  radix4: Passing;
  radix5: Passing;
  anyRadix(radix: number, m: number, s: number, cos: number, sin: number, rootCos: number, rootSin: number, xr: number, xi: number, yr: number, yi: number): void;
  twist(n: number, s: number, cos: number, sin: number, scale: number, conjugate: boolean, xr: number, xi: number, yr: number, yi: number): void;
  beside(lines: number, n: number, pitch: number, s: number, xr: number, xi: number): void;
  apart(xr: number, xi: number, n: number, s: number, half: number, re: number, im: number, pitch: number): void;
  clear(at: number, count: number): void;
  runs(from: number, fromPitch: number, to: number, toPitch: number, n: number, s: number): void;
}

/** Signals that lie beside each other: a cache line of each element. */
const WIDTH = 8;

/** Where the real and the imaginary parts of signals lie. */
interface Signals {
  readonly re: number;
  readonly im: number;
}

/**
 * The transform of real images of one size along both axes, as `numpy.fft.rfft2`: rows x half of the columns, `half = floor(cols / 2) + 1`, in C order and not scaled; the other half is the mirror
 * image, conjugated. Two rows are transformed as one complex signal, and eight such signals, or columns, at a time. float64; an image with a NaN or infinity is all NaN. Errors: KERNEL_LENGTH, FFT_LENGTH,
 * KERNEL_MEMORY.
 */
export class RealFft2 {
  readonly rows: number;
  readonly cols: number;
  /** Columns of the result. */
  readonly half: number;
  readonly #along: Transform;
  readonly #across: Transform;
  readonly #loops: Loops<Code>;
  readonly #x: Signals;
  readonly #y: Signals;
  /** The result, `#pitch` numbers to a line. */
  readonly #planes: Signals;
  readonly #pitch: number;
  readonly #lines: number;
  readonly #linePitch: number;
  readonly #line: Float64Array;

  constructor(rows: number, cols: number) {
    for (const n of [rows, cols]) if (!(Number.isInteger(n) && n > 0)) throw new KernelError('FFT_LENGTH', `a transform has a whole number of elements from 1, not ${n}`);
    [this.rows, this.cols, this.half] = [rows, cols, Math.floor(cols / 2) + 1];
    const room = new Room();
    this.#along = new Transform(cols, room);
    this.#across = new Transform(rows, room);
    const longest = Math.max(this.#along.longest, this.#across.longest);
    const signals = (size: number): Signals => ({ re: room.take(8 * size), im: room.take(8 * size) });
    [this.#x, this.#y] = [signals(WIDTH * longest), signals(WIDTH * longest)];
    // Lines an odd number of cache lines apart, so that those above each other have room in the cache together.
    this.#pitch = WIDTH * (Math.ceil(this.half / WIDTH) | 1);
    this.#planes = signals(Math.ceil(rows / (2 * WIDTH)) * 2 * WIDTH * this.#pitch);
    this.#linePitch = 8 * (Math.ceil(cols / 8) | 1);
    this.#lines = room.take(8 * 2 * WIDTH * this.#linePitch);
    this.#loops = loops<Code>(code, room);
    const { buffer } = this.#loops;
    this.#line = new Float64Array(buffer, this.#lines, 2 * WIDTH * this.#linePitch);
    for (const transform of [this.#along, this.#across]) transform.fill(this.#loops, this.#x, this.#y);
  }

  /** Of image[from] and what follows it, into the first rows x half elements of `re` and `im`. */
  run(image: Numbers, from: number, re: Float64Array, im: Float64Array): void {
    const { rows, cols, half } = this;
    needLength('the image', image, from + rows * cols);
    needLength('the real part', re, rows * half);
    needLength('the imaginary part', im, rows * half);
    const { run, buffer } = this.#loops;
    const [x, y, planes, pitch] = [this.#x, this.#y, this.#planes, this.#pitch];
    const line = this.#line;
    for (let row = 0; row < rows; row += 2 * WIDTH) {
      for (let k = 0; k < 2 * WIDTH; k++) {
        const at = k * this.#linePitch;
        if (row + k < rows) line.set(image.subarray(from + (row + k) * cols, from + (row + k + 1) * cols) as Float64Array, at);
        else line.fill(0, at, at + cols);
      }
      run.beside(this.#lines, cols, this.#linePitch, WIDTH, x.re, x.im);
      const done = this.#along.run(run, x, y);
      const to = 8 * row * pitch;
      run.apart(done.re, done.im, cols, WIDTH, half, planes.re + to, planes.im + to, pitch);
    }
    for (let col = 0; col < half; col += WIDTH) {
      const at = 8 * col;
      run.runs(planes.re + at, pitch, x.re, WIDTH, rows, WIDTH);
      run.runs(planes.im + at, pitch, x.im, WIDTH, rows, WIDTH);
      const done = this.#across.run(run, x, y);
      run.runs(done.re, WIDTH, planes.re + at, pitch, rows, WIDTH);
      run.runs(done.im, WIDTH, planes.im + at, pitch, rows, WIDTH);
    }
    const [allRe, allIm] = [new Float64Array(buffer, planes.re, rows * pitch), new Float64Array(buffer, planes.im, rows * pitch)];
    for (let row = 0; row < rows; row++) {
      re.set(allRe.subarray(row * pitch, row * pitch + half), row * half);
      im.set(allIm.subarray(row * pitch, row * pitch + half), row * half);
    }
    // The constant is the sum of all pixels. Of one bit pattern, whatever the NaN that came in.
    if (Number.isFinite(re[0])) return;
    re.fill(NaN, 0, rows * half);
    im.fill(NaN, 0, rows * half);
  }
}

interface Placed {
  readonly pass: Pass;
  readonly cos: number;
  readonly sin: number;
  readonly rootCos: number;
  readonly rootSin: number;
}

/** One length: eight signals at a time, from one place to the other with every pass. A prime factor above 13 by Bluestein's chirp, as in `Fft`. */
class Transform {
  readonly #n: number;
  /** So many elements of a signal need room. */
  readonly longest: number;
  readonly #passes: readonly Placed[];
  readonly #chirp: Readonly<Record<'cos' | 'sin' | 'minusSin' | 'kernelRe' | 'kernelIm', number>> | undefined;

  constructor(n: number, room: Room) {
    const radices = factors(n);
    this.#n = n;
    this.longest = radices ? n : smooth(2 * n - 1);
    this.#passes = passesOf(this.longest, radices ?? factors(this.longest)!).map((pass) => ({
      pass, cos: room.take(8 * pass.cos.length), sin: room.take(8 * pass.sin.length), rootCos: room.take(8 * pass.radix), rootSin: room.take(8 * pass.radix),
    }));
    if (!radices) this.#chirp = { cos: room.take(8 * n), sin: room.take(8 * n), minusSin: room.take(8 * n), kernelRe: room.take(8 * this.longest), kernelIm: room.take(8 * this.longest) };
  }

  /** Writes the tables; x and y serve for the kernel's own transform. */
  fill({ run, buffer }: Loops<Code>, x: Signals, y: Signals): void {
    const write = (at: number, values: ArrayLike<number>): void => new Float64Array(buffer, at, values.length).set(values);
    for (const { pass, cos, sin, rootCos, rootSin } of this.#passes) {
      write(cos, pass.cos);
      write(sin, pass.sin);
      write(rootCos, pass.roots[0]);
      write(rootSin, pass.roots[1]);
    }
    if (!this.#chirp) return;
    const [n, long, chirp] = [this.#n, this.longest, this.#chirp];
    // k^2 modulo 2n keeps the angle exact for long signals.
    const angles = Float64Array.from({ length: n }, (_, k) => (Math.PI * ((k * k) % (2 * n))) / n);
    write(chirp.cos, angles.map(Math.cos));
    write(chirp.sin, angles.map(Math.sin));
    write(chirp.minusSin, angles.map((angle) => -Math.sin(angle)));
    const signal = (at: number): Float64Array => new Float64Array(buffer, at, WIDTH * long);
    for (const [at, part] of [[x.re, Math.cos], [x.im, Math.sin]] as const) {
      const kernel = signal(at).fill(0);
      for (let k = 0; k < n; k++) kernel[WIDTH * k] = kernel[WIDTH * ((long - k) % long)] = part(angles[k]!);
    }
    const done = this.#pass(run, x, y);
    write(chirp.kernelRe, signal(done.re).filter((_, i) => i % WIDTH === 0));
    // A factor is cos - i sin.
    write(chirp.kernelIm, signal(done.im).filter((_, i) => i % WIDTH === 0).map((v) => -v));
  }

  /** Transforms what lies in x; gives back where the result is, x or y. */
  run(run: Code, x: Signals, y: Signals): Signals {
    if (!this.#chirp) return this.#pass(run, x, y);
    const [n, long, chirp] = [this.#n, this.longest, this.#chirp];
    run.twist(n, WIDTH, chirp.cos, chirp.sin, 1, false, x.re, x.im, x.re, x.im);
    run.clear(x.re + 8 * WIDTH * n, WIDTH * (long - n));
    run.clear(x.im + 8 * WIDTH * n, WIDTH * (long - n));
    const first = this.#pass(run, x, y);
    // Conjugated: a second forward transform is the inverse one then.
    run.twist(long, WIDTH, chirp.kernelRe, chirp.kernelIm, 1, true, first.re, first.im, first.re, first.im);
    const done = this.#pass(run, first, first === x ? y : x);
    run.twist(n, WIDTH, chirp.cos, chirp.minusSin, 1 / long, true, done.re, done.im, done.re, done.im);
    return done;
  }

  #pass(run: Code, x: Signals, y: Signals): Signals {
    let [from, to] = [x, y];
    let step = WIDTH;
    for (const { pass: { radix, m }, cos, sin, rootCos, rootSin } of this.#passes) {
      if (radix === 4) run.radix4(m, step, cos, sin, from.re, from.im, to.re, to.im);
      else if (radix === 2) run.radix2(m, step, cos, sin, from.re, from.im, to.re, to.im);
      else if (radix === 3) run.radix3(m, step, cos, sin, from.re, from.im, to.re, to.im);
      else if (radix === 5) run.radix5(m, step, cos, sin, from.re, from.im, to.re, to.im);
      else run.anyRadix(radix, m, step, cos, sin, rootCos, rootSin, from.re, from.im, to.re, to.im);
      step *= radix;
      [from, to] = [to, from];
    }
    return from;
  }
}
