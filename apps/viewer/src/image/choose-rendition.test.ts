import { expect, it } from 'vitest';
import { chooseRendition, firstRendition, type Manner, type Need } from './choose-rendition.ts';

const manner: Manner = { plane: [], scale: 'linear', percent: 0.1, slow: false };
const need = (rows: number, columns: number, x0: number, y0: number, x1: number, y1: number, pixels: number): Need => ({ rows, columns, x0, y0, x1, y1, perPixel: (x1 - x0) / pixels });

it('a whole picture travels as the pixels of the screen', () => {
  expect(chooseRendition(need(1024, 1024, 0, 0, 1024, 1024, 450), manner)).toEqual({ as: 'picture', block: 2, scale: 'linear', bits: 16 });
  expect(chooseRendition(need(4096, 4096, 0, 0, 4096, 4096, 450), manner)).toMatchObject({ block: 9 });
  expect(chooseRendition(need(100, 100, 0, 0, 100, 100, 450), manner)).toMatchObject({ block: 1, bits: 'exact' });
});

it('zoomed in it is a window with a margin, and the array’s own numbers where there is a pixel for each', () => {
  const close = chooseRendition(need(4096, 4096, 1000, 2000, 1400, 2400, 450), manner);
  expect(close).toEqual({ as: 'picture', block: 1, scale: 'linear', bits: 'exact', window: [1792, 800, 2608, 1600] });
  expect(chooseRendition(need(4096, 4096, 0, 0, 3000, 3000, 450), manner)).toEqual({ as: 'picture', block: 6, scale: 'linear', bits: 16 });
  expect(chooseRendition(need(9000, 9000, 0, 0, 3000, 3000, 450), manner)).toMatchObject({ block: 6, window: [0, 0, 4512, 4512] });
});

it('a little panning asks for nothing new, and what is in sight is always in the window, however one moves', () => {
  let seed = 5;
  const random = () => (seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  let as = chooseRendition(need(4096, 3000, 1000, 2000, 1400, 2400, 450), manner);
  expect(chooseRendition(need(4096, 3000, 1100, 2100, 1500, 2500, 450), manner, as)).toBe(as);
  for (let i = 0; i < 300; i++) {
    const [x, y, size] = [random() * 3400 - 300, random() * 4500 - 300, 20 + random() * 1500];
    as = chooseRendition(need(4096, 3000, x, y, x + size, y + size, 450), manner, as);
    const [r0, c0, r1, c1] = as.window ?? [0, 0, 4096, 3000];
    expect([r0 % as.block, c0 % as.block, r0 >= 0, c0 >= 0, r1 <= 4096, c1 <= 3000, r1 > r0, c1 > c0]).toEqual([0, 0, true, true, true, true, true, true]);
    expect([r0 <= Math.max(0, y), c0 <= Math.max(0, x), r1 >= Math.min(4096, y + size), c1 >= Math.min(3000, x + size)]).toEqual([true, true, true, true]);
    // One block on each pixel of the screen at least, where the array has as many.
    expect(as.block).toBeLessThanOrEqual(Math.max(1, (size / 450) * 1.001));
    expect(((r1 - r0) * (c1 - c0)) / as.block ** 2).toBeLessThan(4e6);
  }
});

it('only what is not in the codes is asked for anew', () => {
  const at = need(1024, 1024, 0, 0, 1024, 1024, 450);
  expect(chooseRendition(at, { ...manner, scale: 'sqrt', percent: 5 })).toEqual(chooseRendition(at, manner));
  expect(chooseRendition(at, { ...manner, scale: 'log' })).toMatchObject({ scale: 'log', bits: 16 });
  expect(chooseRendition(at, { ...manner, scale: 'sqrt', percent: 5, slow: true })).toEqual({ as: 'picture', block: 2, scale: 'sqrt', bits: 8, percent: 5 });
  expect(chooseRendition(at, { ...manner, plane: [0, 3] })).toMatchObject({ plane: [0, 3] });
  expect(firstRendition(manner)).toEqual({ as: 'picture', block: 4, scale: 'linear', bits: 16 });
});
