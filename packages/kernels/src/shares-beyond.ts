import { BESIDE, TILE, type BinArrays } from './bin-arrays.ts';
import type { BinTable } from './bin-table.ts';

/** The few shares of pixels that touch more bins than the others, added after each tile. In plain loops: they are seldom. */
export class SharesBeyond {
  readonly #arrays: BinArrays;
  readonly #norm: Float32Array;
  /** Where the shares of each tile begin. */
  readonly #tiles: Int32Array;
  readonly #pixel: Int32Array;
  readonly #bin: Int32Array;
  readonly #weight: Float32Array;
  readonly #kept: Uint8Array;

  /** All but the first `each` shares of each pixel. */
  constructor({ pixels, first, starts, weights, norm, beyondThree, beyondFour }: BinTable, each: number, arrays: BinArrays) {
    const count = each === 3 ? beyondThree : beyondFour;
    this.#arrays = arrays;
    this.#norm = norm;
    this.#tiles = new Int32Array(Math.ceil(pixels / TILE) + 1);
    [this.#pixel, this.#bin, this.#weight, this.#kept] = [new Int32Array(count), new Int32Array(count), new Float32Array(count), new Uint8Array(count)];
    let n = 0;
    for (let i = 0; i < pixels; i++) {
      for (let k = starts![i] + each; k < starts![i + 1]; k++, n++) {
        this.#pixel[n] = i;
        this.#bin[n] = first![i] + k - starts![i];
        this.#weight[n] = weights![k];
      }
      this.#tiles[Math.floor(i / TILE) + 1] = n;
    }
  }

  keepAll(): void {
    this.#kept.fill(1);
  }

  sum(i: number): void {
    const { dark, sums } = this.#arrays;
    this.#each(i, (at, bin, w, v, n, to) => {
      if (v - v === 0) {
        sums[to] += w * v;
        sums[to + 1] += Math.fround(w * w) * Math.fround((v > 1 ? v : 1) + dark[at]);
      } else if (w !== 0) this.#note(bin, w, n);
    });
  }

  scatter(i: number, ofKept: boolean): void {
    const { sums, mean } = this.#arrays;
    this.#each(i, (_, bin, w, v, n, to, k) => {
      if (v - v !== 0 || w === 0 || (ofKept && this.#kept[k] === 0)) return;
      const away = v - mean[bin] * n;
      sums[to + 1] += (w * away * away) / n;
    });
  }

  clip(i: number): number {
    const { dark, sums, mean, limit } = this.#arrays;
    let gone = 0;
    this.#each(i, (at, bin, w, v, n, to, k) => {
      if (v - v !== 0 || w === 0 || this.#kept[k] === 0) return;
      if (Math.abs(v - mean[bin] * n) > limit[bin] * Math.abs(n)) {
        this.#kept[k] = 0;
        gone += 1;
        return;
      }
      sums[to] += w * v;
      sums[to + 1] += Math.fround(w * w) * Math.fround((v > 1 ? v : 1) + dark[at]);
      this.#note(bin, w, n);
    });
    return gone;
  }

  #note(bin: number, w: number, norm: number): void {
    const { beside } = this.#arrays;
    beside[BESIDE * bin] += w * norm;
    beside[BESIDE * bin + 1] += w;
    beside[BESIDE * bin + 2] += 1;
  }

  /** Calls back with the place in the tile, the bin, the weight, the value, its normalisation, the place in the sums and the number of each share of a tile. */
  #each(i: number, visit: (at: number, bin: number, weight: number, value: number, norm: number, to: number, share: number) => void): void {
    const { tile, binStep, laneStep } = this.#arrays;
    const end = this.#tiles[i / TILE + 1];
    for (let k = this.#tiles[i / TILE]; k < end; k++) {
      const pixel = this.#pixel[k];
      const bin = this.#bin[k];
      visit(pixel - i, bin, this.#weight[k], tile[pixel - i], this.#norm[pixel], bin * binStep + (pixel & 3) * laneStep, k);
    }
  }
}
