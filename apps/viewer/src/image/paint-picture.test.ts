import { codeValues } from '@trainyard/control';
import { describe, expect, it } from 'vitest';
import { colorTable, nanColor } from './color-maps.ts';
import { blocksOf, fractionOf, Painter, type Coloring } from './paint-picture.ts';
import type { Codes } from './patch.ts';
import type { Numbers, Picture } from './picture.ts';

const table = colorTable('gray');
const gray = (word: number) => word & 255;
const picture = (data: Numbers, height: number, width: number): Picture => ({ data, width, height, offset: 0, rowStride: width, colStride: 1 });

function paint(p: Picture, coloring: Omit<Coloring, 'table'>, block = 1, codes?: Codes): number[] {
  const blocks = blocksOf({ x0: 0, x1: p.width, y0: 0, y1: p.height }, p, block);
  const pixels = new Uint32Array(blocks.rows * blocks.columns);
  new Painter().paint(p, blocks, pixels, { table, ...coloring }, codes);
  return [...pixels];
}

describe('Painter', () => {
  it('maps the range onto the whole table and cuts off beyond it', () => {
    expect(paint(picture(Float32Array.of(-5, 0, 60, 100, 500), 1, 5), { range: [0, 100], scale: 'linear' }).map(gray)).toEqual([0, 0, 153, 255, 255]);
  });

  it('gives 16-bit, float32 and float64 data the same colours on every scale', () => {
    const values = Array.from({ length: 400 }, (_, i) => 3 + i * 11);
    for (const scale of ['linear', 'log', 'sqrt'] as const) {
      const [u16, i16, f32, f64] = [Uint16Array, Int16Array, Float32Array, Float64Array].map((Type) => paint(picture(Type.from(values), 20, 20), { range: [5, 4000], scale }).map(gray));
      expect(u16).toEqual(f64);
      expect(i16).toEqual(f64);
      // The table for float32 on a log scale resolves one part in 128: one colour at most.
      f32.forEach((color, i) => expect(Math.abs(color - f64[i])).toBeLessThanOrEqual(1));
    }
  });

  it('keeps signed values apart from large unsigned ones', () => {
    expect(paint(picture(Int16Array.of(-100, 20, 100), 1, 3), { range: [-100, 100], scale: 'linear' }).map(gray)).toEqual([0, 153, 255]);
  });

  it('shows NaN in its own colour, also on a log scale', () => {
    for (const scale of ['linear', 'log', 'sqrt'] as const) expect(paint(picture(Float32Array.of(Number.NaN, 1000), 1, 2), { range: [1, 1000], scale })[0]).toBe(nanColor >>> 0);
  });

  it('averages what falls on one screen pixel without NaN, so that a lone bright pixel stays visible', () => {
    const data = new Float64Array(64);
    data[0] = 400;
    data[1] = Number.NaN;
    const pixels = paint(picture(data, 8, 8), { range: [0, 100], scale: 'linear' }, 4).map(gray);
    expect(pixels).toEqual([Math.round((400 / 15 / 100) * 255), 0, 0, 0]);
  });

  it('counts the smaller blocks at the edge by their own size', () => {
    expect(paint(picture(new Float64Array(25).fill(100), 5, 5), { range: [0, 100], scale: 'linear' }, 2).map(gray)).toEqual(Array.from({ length: 9 }, () => 255));
  });

  it('colours codes as the values that they stand for, whatever the scales, and NaN apart', () => {
    for (const [bits, last] of [[8, 255], [16, 65_535]] as const) {
      const all = Uint16Array.from({ length: last + 1 }, (_, code) => code);
      for (const from of ['linear', 'log', 'sqrt'] as const) {
        for (const scale of ['linear', 'log', 'sqrt'] as const) {
          const codes: Codes = { low: 3, high: 5000, scale: from, last };
          const coloring = { range: [10, 4000], scale } as const;
          const byCode = paint(picture(all, 1, last + 1), coloring, 1, codes);
          const byValue = paint(picture(codeValues(codes, bits), 1, last + 1), coloring);
          expect(byCode[0]).toBe(nanColor >>> 0);
          expect(byCode.every((word, i) => Math.abs(gray(word) - gray(byValue[i])) <= 1)).toBe(true);
        }
      }
    }
  });

  it('averages codes without those of NaN', () => {
    const codes: Codes = { low: 0, high: 65_534, scale: 'linear', last: 65_535 };
    expect(paint(picture(Uint16Array.of(0, 101, 0, 301), 2, 2), { range: [0, 400], scale: 'linear' }, 2, codes).map(gray)).toEqual([128]);
    expect(paint(picture(new Uint16Array(4), 2, 2), { range: [0, 400], scale: 'linear' }, 2, codes)).toEqual([nanColor >>> 0]);
  });

  it('reads strided data', () => {
    const transposed: Picture = { data: Uint16Array.of(0, 60, 100, 0, 60, 100), width: 2, height: 3, offset: 0, rowStride: 1, colStride: 3 };
    expect(paint(transposed, { range: [0, 100], scale: 'linear' }).map(gray)).toEqual([0, 0, 153, 153, 255, 255]);
  });
});

it('fractionOf agrees with the scale', () => {
  expect(fractionOf(10, [1, 100], 'log')).toBeCloseTo(0.5);
  expect(fractionOf(25, [0, 100], 'sqrt')).toBeCloseTo(0.5);
  expect(fractionOf(25, [0, 100], 'linear')).toBeCloseTo(0.25);
});
