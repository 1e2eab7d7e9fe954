/** The timing-tool camera: a jittering laser spot and a faint timing edge on a dark image with read noise. */
import { hash, normal, normalTable, xorshift } from './random.ts';
import type { Uint16Data, SimSetup } from './sim-train.ts';

/** Rows and columns of a frame. */
export function cameraShape({ binning }: SimSetup): [number, number] {
  return [1024 / binning, 1536 / binning];
}

/** Mean position of the laser spot (row, column) in full-size pixels: '350:750, 1000:1500' shows it whole. */
export const spot = { row: 550, column: 1250, sigmaRow: 22, sigmaColumn: 30, jitter: 12, peak: 1800 } as const;

const DARK_LEVEL = 100; // ADU
const READ_NOISE = 4; // ADU, standard deviation
const ADU_PER_ELECTRON = 0.5;

let noise: Float32Array | undefined;

/**
 * Frame `index` of the camera's loop: uint16 (1024, 1536), ADU.
 * `brightness` scales the light; 0 is a closed shutter: dark level and read noise only.
 */
export function cameraFrame(seed: number, index: number, brightness: number, config: SimSetup): Uint16Data {
  const shape = cameraShape(config);
  const [rows, columns] = shape;
  noise ??= normalTable();
  const table = noise;
  const label = index + (brightness === 0 ? 1000 : 0);
  const row = spot.row + spot.jitter * normal(seed, label, 1);
  const column = spot.column + spot.jitter * normal(seed, label, 2);
  const edge = 640 + 40 * normal(seed, label, 3);

  // Everything is separable, so the light is made from four profiles and not from a million exponentials.
  const across = profile(columns, config.binning, (x) => bell(x, column, spot.sigmaColumn));
  const along = profile(rows, config.binning, (y) => bell(y, row, spot.sigmaRow));
  const step = profile(columns, config.binning, (x) => bell(x, 640, 320) * (1 - 0.55 / (1 + Math.exp((edge - x) / 6))));
  const band = profile(rows, config.binning, (y) => bell(y, 520, 180));
  const peak = spot.peak * brightness;
  const glow = 60 * brightness;

  const data = new Uint16Array(rows * columns);
  let state = hash(seed, label, 4) | 1;
  for (let y = 0, i = 0; y < rows; y++) {
    const spotHere = peak * along[y];
    const edgeHere = glow * band[y];
    for (let x = 0; x < columns; x++, i++) {
      state = xorshift(state);
      const light = spotHere * across[x] + edgeHere * step[x];
      const sigma = Math.sqrt(READ_NOISE * READ_NOISE + light * ADU_PER_ELECTRON);
      data[i] = Math.min(4095, Math.max(0, Math.round(DARK_LEVEL + light + sigma * table[state >>> 20])));
    }
  }
  return { dtype: 'uint16', shape, data };
}

/** A function of the full-size pixel position, at the centres of `n` pixels. */
function profile(n: number, binning: number, f: (position: number) => number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => f((i + 0.5) * binning - 0.5));
}

function bell(x: number, centre: number, sigma: number): number {
  return Math.exp(-((x - centre) ** 2) / (2 * sigma * sigma));
}
