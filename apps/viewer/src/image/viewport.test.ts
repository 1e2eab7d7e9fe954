import { expect, it } from 'vitest';
import { Viewport } from './viewport.ts';

function port(part?: { x0: number; y0: number; x1: number; y1: number }): Viewport {
  const made = new Viewport();
  if (part) made.showPart(part);
  made.resize(500, 400);
  made.begin({ rows: 1000, columns: 2000 });
  return made;
}
const close = (a: readonly number[], b: readonly number[]) => a.forEach((value, i) => expect(value).toBeCloseTo(b[i], 6));

it('what lies under a point of the panel is there again on the way back, however it was moved, zoomed and turned', () => {
  let seed = 11;
  const random = () => (seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  const view = port();
  for (let i = 0; i < 300; i++) {
    if (i % 20 === 0) view.pose({ equal: random() < 0.5, turn: { swap: random() < 0.5, flipX: random() < 0.5, flipY: random() < 0.5 } });
    const at = [60 + random() * 200, 10 + random() * 150] as const;
    const before = view.placement()!.toArray(at);
    view.zoomAt(...at, 0.5 + random());
    close(view.placement()!.toArray(at), before);
    close(view.placement()!.toScreen(before), at);
    const [dx, dy] = [random() * 50 - 25, random() * 50 - 25];
    view.pan(dx, dy);
    close(view.placement()!.toScreen(before), [at[0] + dx, at[1] + dy]);
    if (i % 30 === 29) view.fit();
  }
});

it('shows a part that was wished before there was a picture, and says what it needs', () => {
  const view = port({ x0: 500, y0: 250, x1: 1000, y1: 500 });
  expect(view.part).toEqual({ x0: 500, y0: 250, x1: 1000, y1: 500 });
  const { frame } = view.placement()!;
  expect(view.need()!.perPixel).toBeCloseTo(500 / frame.width, 1);
  view.fit();
  expect([view.zoomed, view.part, view.need()!.x1]).toEqual([false, undefined, 2000]);
  view.oneToOne();
  expect(view.need()!.perPixel).toBeCloseTo(1);
  expect(new Viewport().need()).toBeUndefined();
});

it('what is in sight stays in sight when the panel changes its size or the picture is flipped', () => {
  const view = port();
  view.showPart({ x0: 500, y0: 250, x1: 1000, y1: 500 });
  let moved = 0;
  view.subscribe(() => moved++);
  view.resize(700, 500);
  view.pose({ equal: undefined, turn: { swap: false, flipX: true, flipY: true } });
  const { x0, x1, y0, y1 } = view.part!;
  close([(x0 + x1) / 2, (y0 + y1) / 2], [750, 375]);
  expect(Math.abs(x1 - x0 - 500)).toBeLessThan(5);
  expect(moved).toBeGreaterThan(1);
});
