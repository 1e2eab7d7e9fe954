import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockTicks, numberTicks, textWidth, trainTicks } from './axis-ticks.ts';
import { chartCsv } from './chart-csv.ts';
import { zoomIn } from '../panels/settings/read-settings.ts';
import { calmScale, coordinate, placer } from './chart-scale.ts';
import { drawChart } from './draw-chart.ts';
import { svgOf } from './svg-plot.ts';

describe('ticks', () => {
  it('lie in the range, do not run into each other, and are told apart by their texts', () => {
    const ends = fc.tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 1e-4, max: 1e6, noNaN: true })).map(([low, wide]) => [low, low + wide] as const);
    fc.assert(fc.property(ends, fc.integer({ min: 60, max: 1500 }), ([low, high], pixels) => {
      const ticks = numberTicks(low, high, pixels, false, false);
      const place = placer({ low, high, log: false }, pixels);
      expect(ticks.every(({ at }) => at >= low - (high - low) * 1e-6 && at <= high + (high - low) * 1e-6)).toBe(true);
      expect(new Set(ticks.map(({ text }) => text)).size).toBe(ticks.length);
      if (ticks.length > 2) for (let k = 1; k < ticks.length; k++) expect(place(ticks[k].at) - place(ticks[k - 1].at)).toBeGreaterThan((textWidth(ticks[k].text) + textWidth(ticks[k - 1].text)) / 2);
    }));
  });

  it('have as many digits as their distance needs', () => {
    expect(numberTicks(512.301, 512.309, 180, false, true).map(({ text }) => text)).toEqual(['512.302', '512.304', '512.306', '512.308']);
    expect(numberTicks(0, 40_000, 240, false, false).map(({ text }) => text)).toEqual(['0', '10k', '20k', '30k', '40k']);
    expect(numberTicks(1, 1e6, 300, true, false).map(({ text }) => text)).toEqual(['1', '10', '100', '1000', '10k', '100k', '1M']);
  });

  it('of trains leave out what they have in common', () => {
    const { base, ticks } = trainTicks(2_123_456_100, 2_123_459_100, 400);
    expect([base, ticks.map(({ text }) => text)]).toEqual([2_123_450_000, ['6500', '7000', '7500', '8000', '8500', '9000']]);
    expect(trainTicks(0, 80, 300)).toMatchObject({ base: 0, ticks: [{ text: '0' }, { text: '20' }, { text: '40' }, { text: '60' }, { text: '80' }] });
  });

  it('of the clock are at whole times', () => {
    const noon = new Date(2026, 10, 20, 12, 0, 20).getTime();
    expect(clockTicks(noon, noon + 300_000, 400).map(({ text }) => text)).toEqual(['12:01', '12:02', '12:03', '12:04', '12:05']);
    expect(clockTicks(noon, noon + 12 * 3_600_000, 300).map(({ text }) => text)).toEqual(['15:00', '18:00', '21:00', '21 Nov']);
  });

  it('are few between any two numbers', () => {
    const end = fc.double({ noNaN: true });
    fc.assert(fc.property(end, end, fc.integer({ min: 1, max: 4000 }), fc.boolean(), (low, high, pixels, upright) => {
      const lists = [clockTicks(low, high, pixels), trainTicks(low, high, pixels).ticks, numberTicks(low, high, pixels, false, upright), numberTicks(low, high, pixels, true, upright)];
      for (const ticks of lists) expect(ticks.length).toBeLessThanOrEqual(4 + pixels / 10);
    }));
    expect(clockTicks(1e20, 1e20 + 1e5, 300)).toEqual([]);
    expect(numberTicks(1e17, 1e17 + 16, 300, false, false)).toEqual([]);
  });
});

it('a scale stays while the data fit and fill it', () => {
  const first = calmScale(undefined, [0, 10], false);
  expect(calmScale(first, [1, 9], false)).toBe(first);
  expect(calmScale(first, [1, 20], false).high).toBeGreaterThan(20);
  expect(calmScale(first, [4, 6], false).high).toBeLessThan(7);
  expect(calmScale(first, [1, 9], true).low).toBeGreaterThan(0);
  fc.assert(fc.property(fc.boolean(), fc.double({ min: 0.01, max: 100, noNaN: true }), (log, value) => {
    const scale = { low: 0.01, high: 100, log };
    expect(coordinate(scale, placer(scale, 500)(value) / 500)).toBeCloseTo(value, 6);
  }));
});

it('a zoom with nothing between its ends counts as none', () => {
  expect([[1e17, 1e17 + 16], [5, 5], [0, 1e-30], [-1e308, 1e308 * 2], [1, 2, 7, 7], [9, 3, 8, 2]].map((zoom) => zoomIn({ zoom }))).toEqual([undefined, undefined, [0, 1e-30], undefined, undefined, [9, 3, 8, 2]]);
});

describe('files', () => {
  const line = { name: 'a, "b"', color: 0, as: 'line' as const, x: [0, 1, 2], y: [1, Number.NaN, 0.1 + 0.2] };
  it('csv has every digit, a row for each x, and nothing where there is no number', () => {
    expect(chartCsv([line, { ...line, name: 'c', x: [1, 5, 6], low: [0, 1, 2], high: [3, 4, 5], y: [7, 8, 9] }], 'x')).toBe('x,"a, ""b""",c,c low,c high\n0,1,,,\n1,,7,0,3\n2,0.30000000000000004,,,\n5,,8,1,4\n6,,9,2,5\n');
    expect(chartCsv([line, { ...line, name: 'c', y: [4, 5, 6] }], 'x')).toBe('x,"a, ""b""",c\n0,1,4\n1,,5\n2,0.30000000000000004,6\n');
  });

  it('svg has lines as paths and texts as texts, whatever is in them', () => {
    const svg = svgOf(400, 300, '#fff', (pen) => {
      drawChart(pen, 400, 300, { lines: [{ ...line, low: [0, 0, 0], high: [2, 2, 2], y: [1, 2, 3] }], xLabel: '<x>', yLabel: 'a & b', marks: [{ at: 1, text: '' }] }, { x: { low: 0, high: 2, log: false }, y: { low: 0, high: 4, log: false } });
    });
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="400" height="300"/);
    expect(svg).toContain('>&lt;x&gt;</text>');
    expect(svg).toContain('>a &amp; b</text>');
    expect(svg.match(/<path/g)!.length).toBeGreaterThan(4);
    expect(svg).toContain('opacity="0.25"');
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });
});
