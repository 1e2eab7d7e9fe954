import * as fc from 'fast-check';
import { ndarray } from '@trainyard/nd';
import { describe, expect, it } from 'vitest';
import { curvesOf, type Curves } from '../../plot/series.ts';
import { curveContent } from './curve-content.ts';
import { elementWindow } from './element-window.ts';

const curves = (x: readonly number[], kept: readonly number[], length: number): Curves => ({ xLabel: 'x', yLabel: '', bins: false, series: [{ name: '', x, y: x }], reduced: { length, kept: Uint32Array.from(kept) } });

describe('elements that a zoomed curve asks for', () => {
  it('are those in sight, however much was left out before', () => {
    const kept = fc.uniqueArray(fc.nat(999), { minLength: 1, maxLength: 50 }).map((list) => list.sort((a, b) => a - b));
    fc.assert(fc.property(kept, fc.nat(999), fc.integer({ min: 1, max: 500 }), (elements, low, wide) => {
      // Coordinates are the elements themselves: what is in sight is known exactly.
      const [from, to] = elementWindow(curves(elements, elements, 1000), low, low + wide, undefined) ?? [0, 1000];
      expect(from).toBeLessThanOrEqual(low);
      expect(to).toBeGreaterThan(Math.min(999, low + wide));
      expect(elementWindow(curves(elements, elements, 1000), low, low + wide, [from, to]) ?? [0, 1000]).toEqual([from, to]);
    }));
  });

  it('of bins are those with an edge in sight', () => {
    const bins = { ...curves([100, 110, 120, 130], [10, 11, 12], 1000), bins: true };
    expect(elementWindow(bins, 112, 118, undefined)).toEqual([10, 14]);
    expect(elementWindow(bins, 125, 400, undefined)).toBeUndefined();
    expect(elementWindow(bins, 500, 600, undefined)).toBeUndefined();
    expect(elementWindow(bins, 50, 105, undefined)![0]).toBe(0);
  });

  it('come down to every sample of a trace of 100 000', () => {
    let window: readonly [number, number] | undefined;
    for (let round = 0; round < 6; round++) {
      const [from, to] = window ?? [0, 100_000];
      const step = Math.max(1, (to - from) / 1024);
      const elements = Array.from({ length: Math.min(1024, to - from) }, (_, i) => Math.floor(from + i * step));
      window = elementWindow(curves(elements, elements, 100_000), 50_000, 50_100, window);
    }
    expect(window![0]).toBeLessThanOrEqual(50_000);
    expect(window![1]).toBeGreaterThan(50_100);
    expect(window![1] - window![0]).toBeLessThan(310);
  });

  it('are all where there is no more to know', () => {
    expect(elementWindow({ ...curves([0, 1], [0, 1], 2), reduced: undefined }, 0, 1, undefined)).toBeUndefined();
    expect(elementWindow(curves([0, 1, 2], [0, 1], 2), 0, 1, undefined)).toBeUndefined();
  });
});

describe('curves of several sources', () => {
  const of = (value: unknown) => curvesOf({ id: 'v', trainId: 1, value: value as never })!;
  const vector = (...values: number[]) => ndarray(Float32Array.from(values), [values.length]);

  it('are named by source and series, each in a colour of its own', () => {
    const { lines, xLabel } = curveContent([{ name: 'a', curves: of(vector(1, 2)) }, { name: 'b', curves: of({ on: vector(3), off: vector(4) }) }], { form: 'steps', bars: false });
    expect(lines.map(({ name, color, as }) => [name, color, as])).toEqual([['a', 0, 'steps'], ['b on', 1, 'steps'], ['b off', 2, 'steps']]);
    expect(xLabel).toBe('index');
    expect(curveContent([{ name: 'b', curves: of({ on: vector(3), off: vector(4) }) }], { form: 'lines', bars: false }).lines.map(({ name }) => name)).toEqual(['on', 'off']);
  });

  it('have those that are held behind them, dashed, without errors, and a held one is not held again', () => {
    const parts = [{ name: 'a', curves: of(vector(1, 2)) }];
    const before = curveContent(parts, { form: 'lines', bars: false }).lines.map((line) => ({ ...line, low: [0, 0], high: [1, 1] }));
    const { lines } = curveContent(parts, { form: 'lines', bars: false, hold: before });
    expect(lines.map(({ name, dashed, low }) => [name, dashed ?? false, low])).toEqual([['a, held', true, undefined], ['a', false, undefined]]);
    expect(curveContent(parts, { form: 'lines', bars: false, hold: lines }).lines).toHaveLength(2);
  });
});
