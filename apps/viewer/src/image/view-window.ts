import type { Window2d } from './paint-picture.ts';

/** The whole picture, or with equal pixels as much around it as the frame needs to keep them square. */
export function fitWindow(width: number, height: number, frameWidth: number, frameHeight: number, equal: boolean): Window2d {
  if (!equal || width === 0 || height === 0) return { x0: 0, x1: width, y0: 0, y1: height };
  const perPixel = Math.max(width / frameWidth, height / frameHeight);
  const w = perPixel * frameWidth;
  const h = perPixel * frameHeight;
  return { x0: (width - w) / 2, x1: (width + w) / 2, y0: (height - h) / 2, y1: (height + h) / 2 };
}

/** Grows or shrinks around a point of the picture; not closer than four pixels, not further than four pictures. */
export function zoomWindow({ x0, x1, y0, y1 }: Window2d, factor: number, x: number, y: number, size: number): Window2d {
  const span = Math.max(x1 - x0, y1 - y0);
  const f = Math.min(Math.max(factor, 4 / span), (size * 4) / span);
  return { x0: x + (x0 - x) * f, x1: x + (x1 - x) * f, y0: y + (y0 - y) * f, y1: y + (y1 - y) * f };
}

export function panWindow({ x0, x1, y0, y1 }: Window2d, dx: number, dy: number): Window2d {
  return { x0: x0 + dx, x1: x1 + dx, y0: y0 + dy, y1: y1 + dy };
}

/** The rectangle that was drawn, widened to the frame's shape where pixels are to stay square. */
export function rectWindow(a: readonly [number, number], b: readonly [number, number], frameWidth: number, frameHeight: number, equal: boolean): Window2d {
  const rect = { x0: Math.min(a[0], b[0]), x1: Math.max(a[0], b[0]), y0: Math.min(a[1], b[1]), y1: Math.max(a[1], b[1]) };
  if (!equal) return rect;
  const fit = fitWindow(rect.x1 - rect.x0, rect.y1 - rect.y0, frameWidth, frameHeight, true);
  return { x0: rect.x0 + fit.x0, x1: rect.x0 + fit.x1, y0: rect.y0 + fit.y0, y1: rect.y0 + fit.y1 };
}
