import { expect, it } from 'vitest';
import { fitWindow, rectWindow, zoomWindow } from './view-window.ts';

it('fitWindow keeps pixels square by showing more of the short side', () => {
  expect(fitWindow(100, 50, 200, 200, true)).toEqual({ x0: 0, x1: 100, y0: -25, y1: 75 });
  expect(fitWindow(100, 50, 200, 200, false)).toEqual({ x0: 0, x1: 100, y0: 0, y1: 50 });
});

it('zoomWindow keeps the point under the cursor and stops at four pixels', () => {
  const view = zoomWindow({ x0: 0, x1: 100, y0: 0, y1: 100 }, 0.5, 25, 75, 100);
  expect(view).toEqual({ x0: 12.5, x1: 62.5, y0: 37.5, y1: 87.5 });
  expect(zoomWindow(view, 1e-9, 25, 75, 100).x1 - zoomWindow(view, 1e-9, 25, 75, 100).x0).toBeCloseTo(4);
});

it('rectWindow takes corners in any order', () => {
  expect(rectWindow([30, 40], [10, 20], 100, 100, true)).toEqual({ x0: 10, x1: 30, y0: 20, y1: 40 });
});
