/** The AGIPD-like detector: powder rings of LaB6 with photon noise and a few dead pixels. */
import { hash, normal, uniform, xorshift } from './random.ts';
import { experiment, modulePlace, moduleShape } from './layout.ts';
import type { Float32Data, SimSetup } from './sim-train.ts';

/** Cubic cell of LaB6 (NIST SRM 660), and its first reflections. `strength` is rounded from powder tables: it is for the eye, not for a refinement. */
export const lab6 = {
  /** Edge of the cubic cell in metres. */
  cell: 4.15689e-10,
  reflections: [
    { hkl: '100', n: 1, strength: 0.6 },
    { hkl: '110', n: 2, strength: 1 },
    { hkl: '111', n: 3, strength: 0.45 },
    { hkl: '200', n: 4, strength: 0.24 },
    { hkl: '210', n: 5, strength: 0.5 },
    { hkl: '211', n: 6, strength: 0.27 },
    { hkl: '220', n: 8, strength: 0.1 },
  ],
} as const;

const RING_PHOTONS = 5; // at the top of the strongest ring, per pixel and pulse
const RING_SIGMA = 0.0005; // metres on the detector
const NOISE = 0.12; // electronic noise, photons
const DEAD = 0.0004; // of all pixels

/** Radius in metres at which each reflection meets the detector, from Bragg's law: r = distance tan(2 asin(wavelength sqrt(n) / 2a)). */
export function ringRadii(): number[] {
  return lab6.reflections.map(({ n }) => experiment.distance * Math.tan(2 * Math.asin((experiment.wavelength * Math.sqrt(n)) / (2 * lab6.cell))));
}

/** Expected photons of a pixel per pulse at nominal brightness; NaN where the pixel is dead. In the online order (module, fs, ss). */
export function meanPhotons(seed: number, config: SimSetup): Float32Array {
  const { modules, ss, fs } = moduleShape(config);
  const pixel = experiment.pixelSize;
  const bin = config.binning;
  const profile = radialProfile(Math.max(RING_SIGMA, 0.9 * pixel * bin));
  const mean = new Float32Array(modules * fs * ss);
  for (let module = 0, i = 0; module < modules; module++) {
    const place = modulePlace(module);
    for (let f = 0; f < fs; f++) {
      const y = place.y - place.towardsX * (f + 0.5) * bin;
      for (let s = 0; s < ss; s++, i++) {
        const x = place.x + place.towardsX * (s + 0.5) * bin;
        const dead = uniform(seed, i, 77) < DEAD;
        mean[i] = dead ? Number.NaN : profile[Math.round(Math.hypot(x, y) * STEPS_PER_PIXEL)];
      }
    }
  }
  return mean;
}

const STEPS_PER_PIXEL = 8;

/** Expected photons against the radius in eighths of a (full-size) pixel: rings on a falling background, with the solid angle's cos^3. */
function radialProfile(sigma: number): Float32Array {
  const radii = ringRadii();
  return Float32Array.from({ length: 900 * STEPS_PER_PIXEL }, (_, i) => {
    const r = (i / STEPS_PER_PIXEL) * experiment.pixelSize;
    let photons = 0.5 * Math.exp(-r / 0.04) + 0.15;
    radii.forEach((radius, k) => (photons += RING_PHOTONS * lab6.reflections[k].strength * Math.exp(-((r - radius) ** 2) / (2 * sigma * sigma))));
    return photons * Math.cos(Math.atan(r / experiment.distance)) ** 3;
  });
}

const LEVELS_PER_PHOTON = 20;
const LEVELS = 256;
const DRAWS = 1024;
let draws: Float32Array | undefined;

/** For each level of expected photons, 1024 values as a pixel would show them: a Poisson number by its quantiles, plus electronic noise. One more level, all NaN, is for dead pixels. */
function drawTable(): Float32Array {
  const table = new Float32Array((LEVELS + 1) * DRAWS).fill(Number.NaN);
  for (let level = 0; level < LEVELS; level++) {
    const lambda = level / LEVELS_PER_PHOTON;
    let photons = 0;
    let probability = Math.exp(-lambda);
    let below = probability;
    for (let i = 0; i < DRAWS; i++) {
      while ((i + 0.5) / DRAWS > below && photons < 100) {
        photons += 1;
        probability *= lambda / photons;
        below += probability;
      }
      table[level * DRAWS + i] = photons + NOISE * normal(level, i, 5);
    }
  }
  return table;
}

/**
 * Frame `index` of the detector's loop: float32 (16, 128 fs, 512 ss, pulses), photons, dead pixels NaN.
 * `mean` as {@link meanPhotons} gives it; `brightness` scales it (up to 12.75 photons are expected in a pixel, more saturate).
 */
export function detectorFrame(seed: number, index: number, brightness: number, mean: Float32Array, config: SimSetup): Float32Data {
  draws ??= drawTable();
  const table = draws;
  const { pulses } = config;
  const { modules, ss, fs } = moduleShape(config);
  const data = new Float32Array(mean.length * pulses);
  const scale = brightness * LEVELS_PER_PHOTON;
  let state = hash(seed, index, 9) | 1;
  for (let i = 0, o = 0; i < mean.length; i++) {
    const expected = mean[i];
    // Rounded up or down at random: between two levels the mean stays right, and no contour shows.
    const rounding = (state & 0x3ff) / 1024;
    const level = Number.isNaN(expected) ? LEVELS * DRAWS : Math.min(LEVELS - 1, Math.floor(expected * scale + rounding)) * DRAWS;
    for (let pulse = 0; pulse < pulses; pulse++) {
      state = xorshift(state);
      data[o++] = table[level + (state >>> 22)]!;
    }
  }
  return { dtype: 'float32', shape: [modules, fs, ss, pulses], data };
}

/** The online order (module, fs, ss, pulse) turned into the files' (module, pulse, ss, fs): module m's frames are then one piece. */
export function toFileOrder(online: Float32Data): Float32Array {
  const [modules = 0, fs = 0, ss = 0, pulses = 0] = online.shape;
  const from = online.data;
  const to = new Float32Array(from.length);
  let i = 0;
  for (let m = 0; m < modules; m++) {
    for (let f = 0; f < fs; f++) {
      for (let s = 0; s < ss; s++) {
        for (let p = 0; p < pulses; p++) to[((m * pulses + p) * ss + s) * fs + f] = from[i++]!;
      }
    }
  }
  return to;
}
