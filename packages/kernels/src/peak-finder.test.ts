import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PeakFinder, type PeakColumns, type PeakLimits } from './peak-finder.ts';
import { peaksSlowly, type Peak } from './peak-finder.twin.ts';
import { errorCode as code, nearness, readNpy, shared } from './testing.ts';

const columns = ['x', 'y', 'total', 'pixels', 'max', 'sigma', 'snr', 'panel'] as const;
const rowsOf = (peaks: PeakColumns): Peak[] => Array.from({ length: peaks.count }, (_, k) => columns.map((name) => peaks[name][k]) as unknown as Peak);
const radiusAbout = (rows: number, cols: number, cy: number, cx: number): Float64Array => Float64Array.from({ length: rows * cols }, (_, i) => Math.hypot(Math.floor(i / cols) - cy, (i % cols) - cx));
const limits: PeakLimits = { threshold: 20, minSnr: 4, minPixels: 2, maxPixels: 40, backgroundRadius: 3 };

/** A background that falls off, with spots; reproducible. */
function scene(rows: number, cols: number, seed: number, spots: number, whole: boolean): Float32Array {
  let state = (seed * 2654435761 + 12345) >>> 0;
  const random = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const image = Float32Array.from({ length: rows * cols }, () => 10 + 8 * (random() + random() - 1));
  for (let k = 0; k < spots; k++) {
    const [y, x, height, width] = [random() * rows, random() * cols, 50 + 400 * random(), 0.6 + random()];
    for (let dy = -4; dy <= 4; dy++) {
      for (let dx = -4; dx <= 4; dx++) {
        const [py, px] = [Math.floor(y) + dy, Math.floor(x) + dx];
        if (py >= 0 && px >= 0 && py < rows && px < cols) image[py * cols + px] += height * Math.exp(-((py - y) ** 2 + (px - x) ** 2) / (2 * width * width));
      }
    }
  }
  return whole ? image.map(Math.round) : image;
}

describe.skipIf(!shared)('peakfinder8 itself (skipped where ../shared is not there)', () => {
  const folder = `${shared}/oracles/peakfinder`;
  // Of the manifest beside the images. Their mask is 1 where a pixel is good.
  test.each([['small_512', 512, 512, 20, 67], ['agipd_1024_panels', 512, 128, 15, 150], ['blank_512', 512, 512, 20, 0]] as const)('%s: the same peaks in the same order, 0.01 px, 1e-4', (name, panelRows, panelColumns, threshold, found) => {
    const { data: image, shape: [rows, cols] } = readNpy<Float32Array>(`${folder}/${name}_image.npy`);
    const good = readNpy<Int8Array>(`${folder}/${name}_mask.npy`).data;
    const finder = new PeakFinder(rows, cols, { radius: readNpy<Float32Array>(`${folder}/${name}_radius.npy`).data, masked: good.map((m) => 1 - m), panel: [panelRows, panelColumns] });
    const peaks = rowsOf(finder.run(image, { threshold, minSnr: 6, minPixels: 2, maxPixels: 60, backgroundRadius: 4 }));
    expect(peaks.length).toBe(found);
    for (const [engine, [place, relative]] of Object.entries({ cpp: [5e-5, 2e-6], numpy: [1e-9, 1e-9] })) {
      const expected = readNpy(`${folder}/${name}_peaks_${engine}.npy`).data;
      expect(expected.length).toBe(7 * found);
      for (const [k, peak] of peaks.entries()) {
        for (let c = 0; c < 7; c++) {
          const [a, b] = [peak[c], expected[7 * k + c]];
          if (c < 2) expect(Math.abs(a - b), `${engine} peak ${k} ${columns[c]}`).toBeLessThan(place);
          else if (c === 3) expect(a).toBe(b);
          else expect(Math.abs(a / b - 1), `${engine} peak ${k} ${columns[c]}`).toBeLessThan(relative);
        }
      }
    }
    const statistics = readNpy(`${folder}/${name}_radial_mean_sigma_threshold.npy`).data;
    const { mean, sigma, upper } = finder.radial;
    expect(finder.firstRadius).toBe(0);
    // Beyond the last pixel that is not masked they have nothing.
    const all = statistics.length / 3;
    for (const [row, got] of [mean, sigma, upper].entries()) expect(nearness(got, statistics.subarray(row * all, row * all + got.length), 1).max).toBeLessThan(1e-12);
  });
});

describe('PeakFinder', () => {
  test('property: the bits of the twin, for all shapes, panels, masks, limits and types', () => {
    let all = 0;
    fc.assert(fc.property(
      fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 24 }), fc.integer({ min: 1, max: 40 }), fc.nat(1e6), fc.boolean(),
      fc.record({ threshold: fc.constantFrom(0, 20, 60), minSnr: fc.constantFrom(0, 2.5, 4, 6), minPixels: fc.integer({ min: 1, max: 3 }), maxPixels: fc.integer({ min: 3, max: 60 }), backgroundRadius: fc.integer({ min: 1, max: 5 }) }),
      fc.constantFrom(Float32Array, Uint16Array, Float64Array, Int32Array),
      (down, across, height, width, seed, broken, within, Type) => {
        const [rows, cols] = [down * height, across * width];
        const image = scene(rows, cols, seed, 1 + ((rows * cols) >> 8), Type !== Float32Array && Type !== Float64Array);
        const masked = Uint8Array.from(image, (_, i) => ((i * 7919 + seed) % 31 === 0 ? 1 : 0));
        if (broken) for (let i = seed % 17; i < image.length; i += 41) image[i] = Type === Float32Array ? [Number.NaN, Infinity, -Infinity, 1e30][i % 4] : 0;
        const radius = radiusAbout(rows, cols, rows / 2 - (seed % 5), cols / 3);
        if (broken) radius[seed % radius.length] = Number.NaN;
        const layout = { radius, masked, panel: [height, width] as const };
        const finder = new PeakFinder(rows, cols, layout);
        const more = seed % 3;
        const given = (Type as typeof Float32Array).from({ length: rows * (cols + more) + 2 }, (_, i) => (i >= 2 && (i - 2) % (cols + more) < cols ? image[Math.floor((i - 2) / (cols + more)) * cols + ((i - 2) % (cols + more))] : 9999));
        const { peaks, radial } = peaksSlowly(image, rows, cols, layout, within);
        // Twice: nothing is left of the image before.
        finder.run(scene(rows, cols, seed + 1, 9, true), within);
        expect(rowsOf(finder.run(given, within, 2, cols + more))).toEqual(peaks);
        for (const [b, { mean, sigma, upper }] of radial) expect([finder.radial.mean[b - finder.firstRadius], finder.radial.sigma[b - finder.firstRadius], finder.radial.upper[b - finder.firstRadius]]).toEqual([mean, sigma, upper]);
        all += peaks.length;
      },
    ), { numRuns: 150 });
    expect(all).toBeGreaterThan(20);
  });

  test('finds a spot where it is, and none beyond its panel, on its border alone or where nothing stands out', () => {
    const [rows, cols] = [40, 60];
    const spot = (at: readonly number[][], panel?: readonly [number, number]): Peak[] => {
      const image = scene(rows, cols, 3, 0, false);
      for (const [y, x, value] of at) image[y * cols + x] = value;
      return rowsOf(new PeakFinder(rows, cols, { radius: radiusAbout(rows, cols, 20, 30), panel }).run(image, limits));
    };
    const [peak, ...others] = spot([[10, 20, 500], [10, 21, 500], [11, 20, 500], [11, 21, 500]]);
    expect(others).toEqual([]);
    expect(Math.abs(peak[0] - 20.5) + Math.abs(peak[1] - 10.5)).toBeLessThan(1e-12);
    expect(Math.abs(peak[2] - 4 * 490)).toBeLessThan(4 * 3);
    expect(peak[3]).toBe(4);
    expect(spot([])).toEqual([]);
    expect(spot([[10, 20, 500]])).toEqual([]);
    // Half in one panel, half in the other: two of two pixels; on the image's border: none.
    expect(spot([[4, 28, 500], [5, 29, 500], [4, 30, 500], [5, 31, 500]], [40, 30]).map((one) => [one[0], one[3], one[7]])).toEqual([[28.5, 2, 0], [30.5, 2, 1]]);
    expect(spot([[0, 20, 500], [0, 21, 500]])).toEqual([]);
    expect(spot([[0, 20, 500], [1, 21, 500]]).map((one) => one[3])).toEqual([2]);
  });

  test('of images without anything there is nothing: constant, dark, all NaN, all masked, of one pixel', () => {
    const radius = radiusAbout(16, 16, 7.5, 7.5);
    const find = (image: Float32Array, masked?: Uint8Array): number => new PeakFinder(16, 16, { radius, masked }).run(image, { ...limits, threshold: 0, minSnr: 0, minPixels: 1 }).count;
    for (const value of [0, 7.1, -3, Number.NaN, Infinity, 3e38]) expect(find(new Float32Array(256).fill(value))).toBe(0);
    expect(find(scene(16, 16, 1, 3, false), new Uint8Array(256).fill(1))).toBe(0);
    const one = new PeakFinder(1, 1, { radius: [0] });
    expect(one.run(Float32Array.of(5), limits).count).toBe(0);
    expect(new PeakFinder(4, 4, { radius: new Float64Array(16).fill(Number.NaN) }).radial.mean.length).toBe(1);
  });

  test('stops when the list is full', () => {
    const image = new Float32Array(40 * 40);
    for (let y = 4; y < 40; y += 8) for (let x = 4; x < 40; x += 8) image.set([100, 100], y * 40 + x);
    const layout = { radius: radiusAbout(40, 40, 20, 20) };
    const within = { ...limits, minSnr: 1 };
    const all = rowsOf(new PeakFinder(40, 40, layout).run(image, within));
    expect(all.length).toBeGreaterThan(10);
    expect(rowsOf(new PeakFinder(40, 40, layout, 3).run(image, within))).toEqual(all.slice(0, 3));
  });

  test('refuses with a name', () => {
    const radius = new Float64Array(16);
    expect(code(() => new PeakFinder(0, 4, { radius }))).toBe('PEAK_LAYOUT');
    expect(code(() => new PeakFinder(4, 4, { radius, panel: [3, 4] }))).toBe('PEAK_LAYOUT');
    expect(code(() => new PeakFinder(4, 4, { radius, panel: [0, 4] }))).toBe('PEAK_LAYOUT');
    expect(code(() => new PeakFinder(4, 4, { radius }, 0))).toBe('PEAK_LAYOUT');
    expect(code(() => new PeakFinder(4, 5, { radius }))).toBe('KERNEL_LENGTH');
    expect(code(() => new PeakFinder(4, 4, { radius, masked: [1] }))).toBe('KERNEL_LENGTH');
    expect(code(() => new PeakFinder(4, 4, { radius: radius.map((_, i) => -i) }))).toBe('PEAK_RADIUS');
    expect(code(() => new PeakFinder(4, 4, { radius: radius.map((_, i) => 1e6 * i) }))).toBe('PEAK_RADIUS');
    const finder = new PeakFinder(4, 4, { radius });
    const wrong: Partial<PeakLimits>[] = [{ threshold: Number.NaN }, { minSnr: -1 }, { minSnr: Infinity }, { minPixels: 0 }, { maxPixels: 1 }, { backgroundRadius: 0 }, { backgroundRadius: 1.5 }];
    for (const one of wrong) expect(code(() => finder.run(new Float32Array(16), { ...limits, ...one }))).toBe('PEAK_LIMITS');
    expect(code(() => finder.run(new Float32Array(15), limits))).toBe('KERNEL_LENGTH');
  });
});
