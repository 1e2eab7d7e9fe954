import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DynamicFlat } from './dynamic-flat.ts';
import { Minimiser, type Objective } from './minimise.ts';
import { errorCode, nearness } from './testing.ts';
import { Variation } from './variation.ts';
import { plainVariation } from './variation.twin.ts';

// golden/dynamic-flat.json: numpy's formula and scipy's L-BFGS-B, made by golden/make_dynamic_flat.py.
interface Found {
  readonly start: number[];
  readonly place: number[];
  readonly value: number;
}
const golden = JSON.parse(readFileSync(new URL('../golden/dynamic-flat.json', import.meta.url), 'utf8')) as {
  shape: [number, number]; downsample: [number, number]; image: number[]; dark: number[]; flat: number[]; modes: number[]; weights: number[]; corrected: number[]; functions: Record<'rosenbrock' | 'valley', Found>;
};
const [rows, columns] = golden.shape;
const of = { dark: Float32Array.from(golden.dark), flat: Float32Array.from(golden.flat), modes: Float32Array.from(golden.modes) };
const image = Uint16Array.from(golden.image);

const rosenbrock: Objective = (x, g) => {
  g.fill(0);
  let sum = 0;
  for (let i = 0; i + 1 < x.length; i++) {
    const [a, b] = [1 - x[i], x[i + 1] - x[i] ** 2];
    sum += a * a + 100 * b * b;
    g[i] += -2 * a - 400 * x[i] * b;
    g[i + 1] += 200 * b;
  }
  return sum;
};
const valley: Objective = (x, g) => {
  const inside = x.reduce((sum, v, i) => sum + (i + 1) * (v - 0.5) ** 2, 1);
  x.forEach((v, i) => (g[i] = (2 * (i + 1) * (v - 0.5)) / inside - 0.1 * Math.sin(v)));
  return Math.log(inside) + x.reduce((sum, v) => sum + 0.1 * Math.cos(v), 0);
};

describe('Minimiser', () => {
  test('finds the places that scipy finds', () => {
    for (const [objective, { start, place, value }] of [[rosenbrock, golden.functions.rosenbrock], [valley, golden.functions.valley]] as const) {
      const x = Float64Array.from(start);
      const found = new Minimiser(x.length, { change: 1e-15, slope: 1e-9 }).run(objective, x);
      expect(found.found).toBe(true);
      expect(nearness(x, place, 1).max).toBeLessThan(1e-7);
      expect(Math.abs(found.value - value)).toBeLessThan(1e-12);
    }
  });

  test('finds the lowest place of any bowl, and leaves x there', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.double({ min: 0.01, max: 100, noNaN: true }), fc.double({ min: -50, max: 50, noNaN: true })), { minLength: 1, maxLength: 12 }), fc.double({ min: -50, max: 50, noNaN: true }), (axes, from) => {
      const bowl: Objective = (x, g) => axes.reduce((sum, [steep, at], i) => {
        g[i] = 2 * steep * (x[i] - at);
        return sum + steep * (x[i] - at) ** 2;
      }, 0);
      const x = new Float64Array(axes.length).fill(from);
      expect(new Minimiser(axes.length, { change: 0, slope: 1e-6 }).run(bowl, x).value).toBeLessThan(1e-8);
      for (const [i, [, at]] of axes.entries()) expect(Math.abs(x[i] - at)).toBeLessThan(1e-3);
    }));
  });

  test('steps back from where there is no value, says when it gave up, and refuses by name', () => {
    const logarithm: Objective = (x, g) => {
      g[0] = 1 - 1 / x[0];
      return x[0] > 0 ? x[0] - Math.log(x[0]) : Number.NaN;
    };
    const x = Float64Array.of(30);
    expect(new Minimiser(1).run(logarithm, x).found).toBe(true);
    expect(Math.abs(x[0] - 1)).toBeLessThan(1e-3);
    expect(new Minimiser(5, { steps: 2 }).run(rosenbrock, Float64Array.from(golden.functions.rosenbrock.start))).toMatchObject({ steps: 2, found: false });
    // The gradient points the wrong way: no step lowers the value.
    const start = Float64Array.of(3);
    expect(new Minimiser(1).run((at, g) => (g[0] = -2 * at[0], at[0] ** 2), start)).toEqual({ value: 9, steps: 0, found: false });
    expect(start[0]).toBe(3);
    expect(errorCode(() => new Minimiser(1).run(logarithm, Float64Array.of(-1)))).toBe('MINIMUM_START');
    expect(errorCode(() => new Minimiser(0))).toBe('MINIMUM_SIZE');
  });
});

describe('Variation', () => {
  test('is its twin, whatever the shape, the modes and the pixels that count', () => {
    const number = fc.integer({ min: 1, max: 1000 }).map((n) => n / 1000);
    fc.assert(fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 6 }), fc.infiniteStream(number), fc.nat(9), (down, across, count, numbers, bad) => {
      const next = (): number => Math.fround(numbers.next().value!);
      const size = down * across;
      const list = (): number[] => Array.from({ length: size }, next);
      const [light, signal, modes, weights] = [list().map((v) => 2 + v), list(), Array.from({ length: count }, list), Array.from({ length: count }, () => 0.3 * (next() - 0.5))];
      const used = Uint8Array.from({ length: size }, (_, i) => (i > 0 && (i * 7) % 10 < bad ? 0 : 1));
      const variation = new Variation(down, across, count);
      variation.light.set(light.map((v, i) => (used[i] ? v : NaN)));
      variation.signal.set(signal);
      modes.forEach((mode, k) => variation.modes.set(mode, k * variation.stride));
      expect(variation.use(used)).toBe(used.reduce((sum, one) => sum + one, 0));
      const gradient = new Float64Array(count);
      const total = variation.run(Float64Array.from(weights), gradient);
      const plain = plainVariation({ rows: down, columns: across, light, signal, modes, used }, weights);
      expect(Math.abs(total - plain.total)).toBeLessThan(1e-9 * (1 + plain.total));
      for (const [k, value] of plain.gradient.entries()) expect(Math.abs(gradient[k] - value)).toBeLessThan(1e-9 * (1 + plain.total));
    }), { numRuns: 150 });
  });

  test('its derivatives are those of its value', () => {
    const variation = new Variation(5, 7, 2);
    variation.light.forEach((_, i, all) => (all[i] = 10 + (i % 7)));
    variation.signal.forEach((_, i, all) => (all[i] = 5 + ((i * 37) % 11)));
    for (let k = 0; k < 2; k++) for (let i = 0; i < 35; i++) variation.modes[k * variation.stride + i] = Math.sin(i * (k + 1));
    variation.use(new Uint8Array(35).fill(1));
    const [at, gradient, other] = [Float64Array.of(0.3, -0.2), new Float64Array(2), new Float64Array(2)];
    variation.run(at, gradient);
    for (let k = 0; k < 2; k++) {
      const [more, less] = [1e-6, -1e-6].map((by) => variation.run(at.with(k, at[k] + by), other));
      expect(Math.abs(gradient[k] - (more! - less!) / 2e-6)).toBeLessThan(1e-5);
    }
  });
});

describe('DynamicFlat', () => {
  test('is what numpy gives with the weights that scipy finds', () => {
    const plan = new DynamicFlat(rows, columns, of, { downsample: golden.downsample, change: 1e-13 });
    const out = new Float32Array(rows * columns + 1);
    plan.run(image, out, { to: 1 });
    expect(nearness(plan.weights, golden.weights, 1).max).toBeLessThan(2e-3);
    expect(nearness(out.subarray(1), golden.corrected).max).toBeLessThan(1e-3);
    // As it is used: the search ends sooner.
    const quick = new DynamicFlat(rows, columns, of, { downsample: golden.downsample });
    quick.run(image, out);
    expect(nearness(out.subarray(0, -1), golden.corrected).max).toBeLessThan(1e-2);
    quick.run(image, out);
    expect(nearness(out.subarray(0, -1), golden.corrected).max).toBeLessThan(1e-2);
    quick.reset();
    expect(quick.weights).toEqual(new Float64Array(3));
  });

  test('a frame without a sample becomes even, whatever its flat field was', () => {
    fc.assert(fc.property(fc.tuple(...[1, 1, 1].map((n) => fc.double({ min: -n, max: n, noNaN: true }))), fc.double({ min: 0.2, max: 2, noNaN: true }), (weights, light) => {
      const frame = Float64Array.from({ length: rows * columns }, (_, i) => of.dark[i] + light * (of.flat[i] - of.dark[i] + weights.reduce((sum, w, k) => sum + w * of.modes[k * rows * columns + i], 0)));
      const out = new Float32Array(rows * columns);
      new DynamicFlat(rows, columns, of, { downsample: [1, 1] }).run(frame, out);
      const [low, high] = [Math.min(...out), Math.max(...out)];
      expect((high - low) / (high + low)).toBeLessThan(2e-3);
    }), { numRuns: 40 });
  });

  test('pixels without a value are left out of the search and NaN in the result', () => {
    const bad = Float32Array.from(image);
    bad[37] = Number.NaN;
    const dark = of.dark.slice();
    dark[100] = Number.NaN;
    const flat = of.flat.slice();
    flat[200] = 0;
    const out = new Float32Array(rows * columns);
    new DynamicFlat(rows, columns, { ...of, dark, flat }, { downsample: [1, 1] }).run(bad, out);
    expect([...out.keys()].filter((i) => Number.isNaN(out[i]))).toEqual([37, 100, 200]);
    // What one frame lacks counts for the next.
    const again = new DynamicFlat(rows, columns, { ...of, dark, flat }, { downsample: [1, 1] });
    const [first, second] = [new Float32Array(rows * columns), new Float32Array(rows * columns)];
    again.run(image, first);
    again.run(bad, second);
    again.reset();
    again.run(image, second);
    expect(second).toEqual(first);
    const whole = new Float32Array(rows * columns);
    new DynamicFlat(rows, columns, of, { downsample: [1, 1] }).run(image, whole);
    expect(nearness(out.filter((v) => !Number.isNaN(v)), whole.filter((_, i) => ![37, 100, 200].includes(i))).max).toBeLessThan(0.02);
    new DynamicFlat(rows, columns, of).run(new Float32Array(rows * columns).fill(Number.NaN), out);
    expect(out.every(Number.isNaN)).toBe(true);
  });

  test('refuses by name', () => {
    expect(errorCode(() => new DynamicFlat(rows, columns + 1, of))).toBe('DYNAMIC_FLAT');
    expect(errorCode(() => new DynamicFlat(rows, columns, { ...of, modes: new Float32Array(0) }))).toBe('DYNAMIC_FLAT');
    expect(errorCode(() => new DynamicFlat(rows, columns, of, { downsample: [12, 4] }))).toBe('DYNAMIC_FLAT');
    expect(errorCode(() => new DynamicFlat(rows, columns, { ...of, flat: new Float32Array(3) }))).toBe('KERNEL_LENGTH');
    expect(errorCode(() => new DynamicFlat(rows, columns, of).run(image, new Float32Array(5)))).toBe('KERNEL_LENGTH');
  });
});
