import type { Outlines } from './geometry.ts';
import { addOutline, evenShares, isAround, near, type Spread } from './split.ts';

/** Bins of radius and azimuth: those of azimuth are the rows. */
export interface MapBins {
  readonly low: number;
  readonly delta: number;
  readonly bins: number;
  /** Where the first row begins and how high one is, in radians. */
  readonly from: number;
  readonly step: number;
  readonly rows: number;
}

/** What a pixel has in the bins of a map: a list of bins and weights for each pixel. */
export interface MapShares {
  readonly starts: Int32Array;
  readonly index: Int32Array;
  readonly weights: Float32Array;
}

/** Shares of all pixels that are used: `bbox` by the product of even shares in radius and azimuth, `full` by the area of the outline in each bin. */
export function mapShares(split: 'bbox' | 'full', spread: Spread, outlines: Outlines, azimuth: Float64Array, used: Uint8Array, grid: MapBins): MapShares {
  const list = new Growing();
  const pixels = used.length;
  const starts = new Int32Array(pixels + 1);
  const write = split === 'bbox' ? boxWriter(spread, outlines, azimuth, grid, list) : outlineWriter(spread, outlines, azimuth, grid, list);
  for (let i = 0; i < pixels; i++) {
    if (used[i]) write(i);
    starts[i + 1] = list.length;
  }
  return { starts, ...list.taken() };
}

const TURN = 2 * Math.PI;

function boxWriter({ lower, upper }: Spread, { sides, of, azimuth: corner }: Outlines, azimuth: Float64Array, grid: MapBins, list: Growing): (i: number) => void {
  const { low, delta, bins, from, step, rows } = grid;
  let [across, up] = [new Float32Array(8), new Float32Array(8)];
  return (i) => {
    const [left, right] = [(lower[i] - low) / delta, (upper[i] - low) / delta];
    const [a, b] = [Math.max(0, Math.floor(left)), Math.min(bins - 1, Math.floor(right))];
    if (b < a) return;
    if (b - a >= across.length) across = new Float32Array(2 * (b - a + 1));
    evenShares(left, right, low === 0, a, b - a + 1, across, 0);
    const centre = azimuth[i];
    let half = 0;
    for (let k = i * sides; k < (i + 1) * sides; k++) half = Math.max(half, Math.abs(near(corner[of[k]], centre) - centre));
    eachTurn(centre - half, centre + half, from, step, rows, (bottom, top) => {
      const [c, d] = [Math.max(0, Math.floor(bottom)), Math.min(rows - 1, Math.floor(top))];
      if (d < c) return;
      if (d - c >= up.length) up = new Float32Array(2 * (d - c + 1));
      evenShares(bottom, top, false, c, d - c + 1, up, 0);
      for (let y = c; y <= d; y++) for (let x = a; x <= b; x++) list.add(y * bins + x, across[x - a] * up[y - c]);
    });
  };
}

/** Calls back with the ends, in rows, of a stretch of azimuth as it lies in the grid: once, or twice where it leaves on one side and comes back on the other. */
function eachTurn(bottom: number, top: number, from: number, step: number, rows: number, visit: (bottom: number, top: number) => void): void {
  const first = Math.ceil((from - top) / TURN);
  for (let turn = first; ; turn++) {
    const start = (bottom + turn * TURN - from) / step;
    if (start >= rows) return;
    visit(start, (top + turn * TURN - from) / step);
  }
}

function outlineWriter(spread: Spread, { sides, of, radial, azimuth: corner }: Outlines, azimuth: Float64Array, { low, delta, bins, from, step, rows }: MapBins, list: Growing): (i: number) => void {
  const [x, y] = [new Float64Array(sides), new Float64Array(sides)];
  const { lower, upper } = spread;
  const row = new Clipped(sides + 4);
  let across = new Float32Array(8);
  let areas = new Float64Array(64);
  return (i) => {
    const [left, right] = [Math.floor((lower[i] - low) / delta), Math.floor((upper[i] - low) / delta)];
    if (right < 0 || left >= bins) return;
    const n = right - left + 1;
    if (n > areas.length) areas = new Float64Array(2 * n);
    let [bottom, top, whole] = [Infinity, -Infinity, 0];
    for (let k = 0; k < sides; k++) {
      const at = of[i * sides + k];
      x[k] = (radial[at] - low) / delta;
      y[k] = near(corner[at], azimuth[i]);
      bottom = Math.min(bottom, y[k]);
      top = Math.max(top, y[k]);
      whole += ((x[k] - x[0]) * (y[k - 1] - y[0]) - (x[k - 1] - x[0]) * (y[k] - y[0])) / 2 || 0;
    }
    // Around the beam itself there is no outline in radius and azimuth: along the radius that one pixel is shared as in a curve, around it evenly.
    const around = isAround(corner, of, i * sides, sides);
    if (around || whole === 0) {
      if (around) [bottom, top] = [from, from + TURN];
      if (n > across.length) across = new Float32Array(2 * n);
      spread.share(i, low, delta, left, n, across, 0);
      eachTurn(bottom, top, from, step, rows, (b, t) => {
        for (let r = Math.max(0, Math.floor(b)); r <= Math.min(rows - 1, Math.floor(t)); r++) {
          const height = t > b ? (Math.min(t, r + 1) - Math.max(b, r)) / (t - b) : 1;
          for (let k = Math.max(0, left); k <= Math.min(bins - 1, right); k++) list.add(r * bins + k, across[k - left] * height);
        }
      });
      return;
    }
    eachTurn(bottom, top, from, step, rows, (b, t) => {
      const shift = b * step + from - bottom;
      for (let r = Math.max(0, Math.floor(b)); r <= Math.min(rows - 1, Math.floor(t)); r++) {
        row.clip(x, y, sides, from + r * step - shift, from + (r + 1) * step - shift);
        if (row.count < 3) continue;
        areas.fill(0, 0, n);
        addOutline(row.x, row.y, row.count, left, areas);
        for (let k = Math.max(0, left); k <= Math.min(bins - 1, right); k++) if (areas[k - left] !== 0) list.add(r * bins + k, areas[k - left] / whole);
      }
    });
  };
}

/** A polygon cut off below and above. */
class Clipped {
  x: Float64Array;
  y: Float64Array;
  count = 0;
  #x: Float64Array;
  #y: Float64Array;

  constructor(most: number) {
    [this.x, this.y, this.#x, this.#y] = [new Float64Array(2 * most), new Float64Array(2 * most), new Float64Array(2 * most), new Float64Array(2 * most)];
  }

  clip(x: Float64Array, y: Float64Array, corners: number, bottom: number, top: number): void {
    const half = cut(x, y, corners, bottom, 1, this.#x, this.#y);
    this.count = cut(this.#x, this.#y, half, top, -1, this.x, this.y);
  }
}

/** The part of a polygon with side * (y - edge) not below 0; gives back how many corners it has. */
function cut(x: Float64Array, y: Float64Array, corners: number, edge: number, side: number, toX: Float64Array, toY: Float64Array): number {
  let count = 0;
  for (let k = 0; k < corners; k++) {
    const next = k + 1 === corners ? 0 : k + 1;
    const [here, there] = [side * (y[k] - edge), side * (y[next] - edge)];
    if (here >= 0) {
      toX[count] = x[k];
      toY[count++] = y[k];
    }
    if (here >= 0 !== there >= 0) {
      toX[count] = x[k] + ((x[next] - x[k]) * here) / (here - there);
      toY[count++] = edge;
    }
  }
  return count;
}

/** A list of bins and weights that grows. */
class Growing {
  length = 0;
  #index = new Int32Array(1 << 16);
  #weights = new Float32Array(1 << 16);

  add(bin: number, weight: number): void {
    if (this.length === this.#index.length) {
      const [index, weights] = [new Int32Array(2 * this.length), new Float32Array(2 * this.length)];
      index.set(this.#index);
      weights.set(this.#weights);
      [this.#index, this.#weights] = [index, weights];
    }
    this.#index[this.length] = bin;
    this.#weights[this.length++] = weight;
  }

  taken(): { index: Int32Array; weights: Float32Array } {
    return { index: this.#index.slice(0, this.length), weights: this.#weights.slice(0, this.length) };
  }
}
