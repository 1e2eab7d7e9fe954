import { KernelError, needLength, type Numbers } from './numbers.ts';

export interface DropletLimits {
  /** A pixel belongs to a droplet above this; 0 or more. In the unit of the image, as `photon`. */
  readonly threshold: number;
  /** What one photon gives. */
  readonly photon: number;
}

/** Droplets of one image by column; those from `count` on are of earlier images. */
export interface DropletColumns {
  count: number;
  /** Sum of the photons of all droplets. */
  photonSum: number;
  /** Centre of mass; the middle of the first pixel is 0, 0. */
  x: Float64Array;
  y: Float64Array;
  /** Sum of the values. */
  total: Float64Array;
  pixels: Float64Array;
  photons: Float64Array;
}

const FREE = 0;
const LIT = 1;
const COLUMNS = ['x', 'y', 'total', 'pixels', 'photons'] as const;
/** Droplets have a few pixels mostly: below this sorting them by hand is faster than a call. */
const FEW = 48;

/**
 * Photons from the droplets of charge that they leave in several pixels. A droplet is what hangs together of pixels above the threshold, over edges
 * (4 neighbours, as `scipy.ndimage.label`). It has floor(total / photon + 1/2) photons. Each of its pixels gets those that it holds whole, the
 * others go one by one to the pixels with the most left over, of equal ones to the first in the image.
 *
 * S. O. Hruszkewycz et al., Phys. Rev. Lett. 109 (2012) 185502, doi 10.1103/PhysRevLett.109.185502. Errors: DROPLET_LAYOUT, DROPLET_LIMITS, KERNEL_LENGTH.
 */
export class Droplets {
  readonly rows: number;
  readonly columns: number;
  readonly list: DropletColumns;
  /** The masked pixels. */
  readonly #off: Uint32Array;
  /** FREE everywhere between two images. */
  readonly #state: Uint8Array;
  readonly #lit: Uint32Array;
  /** The pixels of one droplet, and what each has left over. */
  readonly #group: Uint32Array;
  readonly #left: Float64Array;

  /** `masked`: not 0 where a pixel is left out. */
  constructor(rows: number, columns: number, masked?: ArrayLike<number>) {
    if (!(rows > 0 && columns > 0)) throw new KernelError('DROPLET_LAYOUT', `an image of ${rows} x ${columns} pixels has no droplets`);
    const pixels = rows * columns;
    if (masked) needLength('the mask', masked, pixels);
    [this.rows, this.columns] = [rows, columns];
    this.#off = Uint32Array.from(masked ? Array.from({ length: pixels }, (_, i) => i).filter((i) => masked[i] !== 0) : []);
    this.#state = new Uint8Array(pixels);
    this.#lit = new Uint32Array(pixels);
    this.#group = new Uint32Array(pixels);
    this.#left = new Float64Array(pixels);
    const room = (): Float64Array => new Float64Array(1024);
    this.list = { count: 0, photonSum: 0, x: room(), y: room(), total: room(), pixels: room(), photons: room() };
  }

  /**
   * Writes the photons of each pixel of a packed image (it begins at `from`) into `photons` from `to` on: 0 where there is none, NaN where the pixel is
   * masked, NaN or infinite. Gives back the droplets in the order of their first pixels.
   */
  run(image: Numbers, { threshold, photon }: DropletLimits, photons: Float32Array, { from = 0, to = 0 }: { from?: number; to?: number } = {}): DropletColumns {
    if (!(threshold >= 0 && threshold < Infinity)) throw new KernelError('DROPLET_LIMITS', `the threshold of droplets is a number, 0 or more, not ${threshold}`);
    if (!(photon > 0 && photon < Infinity)) throw new KernelError('DROPLET_LIMITS', `what one photon gives is a number above 0, not ${photon}`);
    const pixels = this.rows * this.columns;
    needLength('the image', image, from + pixels);
    needLength('the photons', photons, to + pixels);
    const { list } = this;
    photons.fill(0, to, to + pixels);
    const lit = this.#find(image, from, threshold, photons, to);
    list.count = 0;
    list.photonSum = 0;
    for (let k = 0; k < lit; k++) if (this.#state[this.#lit[k]] === LIT) this.#take(this.#lit[k], image, from, photon, photons, to);
    return list;
  }

  /** Lists the pixels above the threshold, and makes those NaN that are left out; gives back how many are listed. All others are FREE already. */
  #find(image: Numbers, from: number, threshold: number, photons: Float32Array, to: number): number {
    const [state, lit, off] = [this.#state, this.#lit, this.#off];
    const pixels = state.length;
    let n = 0;
    for (let i = 0; i < pixels; i++) {
      const v = image[from + i];
      if (v <= threshold && v > -Infinity) continue;
      if (v - v === 0) {
        state[i] = LIT;
        lit[n++] = i;
      } else photons[to + i] = Number.NaN;
    }
    for (let k = 0; k < off.length; k++) {
      state[off[k]] = FREE;
      photons[to + off[k]] = Number.NaN;
    }
    return n;
  }

  #take(first: number, image: Numbers, from: number, photon: number, photons: Float32Array, to: number): void {
    const [columns, state, group, left, list] = [this.columns, this.#state, this.#group, this.#left, this.list];
    const n = this.#grow(first);
    inOrder(group, n);
    let total = 0;
    let x = 0;
    let y = 0;
    let whole = 0;
    for (let k = 0; k < n; k++) {
      const i = group[k];
      const v = image[from + i];
      const held = Math.floor(v / photon);
      state[i] = FREE;
      photons[to + i] = held;
      whole += held;
      left[k] = v - held * photon;
      total += v;
      x += v * (i % columns);
      y += v * Math.floor(i / columns);
    }
    const all = Math.floor(total / photon + 0.5);
    if (all > whole) this.#giveOut(all - whole, n, photons, to);
    const at = list.count++;
    if (at === list.x.length) for (const name of COLUMNS) list[name] = doubled(list[name]);
    list.x[at] = x / total;
    list.y[at] = y / total;
    list.total[at] = total;
    list.pixels[at] = n;
    list.photons[at] = all;
    list.photonSum += all;
  }

  /** Lists the pixels that hang together with the first; gives back how many. */
  #grow(first: number): number {
    const [columns, state, group] = [this.columns, this.#state, this.#group];
    const pixels = state.length;
    let n = 0;
    const add = (i: number): void => {
      state[i] = FREE;
      group[n++] = i;
    };
    add(first);
    for (let k = 0; k < n; k++) {
      const i = group[k];
      const x = i % columns;
      if (i >= columns && state[i - columns] === LIT) add(i - columns);
      if (x > 0 && state[i - 1] === LIT) add(i - 1);
      if (x < columns - 1 && state[i + 1] === LIT) add(i + 1);
      if (i + columns < pixels && state[i + columns] === LIT) add(i + columns);
    }
    return n;
  }

  /** One more photon for each of the `more` pixels of the group that have the most left over. */
  #giveOut(more: number, n: number, photons: Float32Array, to: number): void {
    const [group, left] = [this.#group, this.#left];
    if (n <= FEW) {
      for (; more > 0; more--) {
        let best = 0;
        for (let k = 1; k < n; k++) if (left[k] > left[best]) best = k;
        left[best] = -Infinity;
        photons[to + group[best]] += 1;
      }
      return;
    }
    const cut = left.slice(0, n).sort()[n - more]!;
    for (let k = 0; k < n; k++) if (left[k] > cut) more -= 1;
    for (let k = 0; k < n; k++) {
      if (left[k] < cut || (left[k] === cut && more-- <= 0)) continue;
      photons[to + group[k]] += 1;
    }
  }
}

function inOrder(group: Uint32Array, n: number): void {
  if (n > FEW) {
    group.subarray(0, n).sort();
    return;
  }
  for (let k = 1; k < n; k++) {
    const i = group[k];
    let at = k;
    for (; at > 0 && group[at - 1] > i; at--) group[at] = group[at - 1];
    group[at] = i;
  }
}

function doubled(list: Float64Array): Float64Array {
  const out = new Float64Array(2 * list.length);
  out.set(list);
  return out;
}
