export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}
export type Direction = 'left' | 'right' | 'up' | 'down';

/** The index of the box that lies in this direction from another, the nearest; what is out of line counts as further away. Undefined: none. */
export function nearestPanel(boxes: readonly Box[], from: number, direction: Direction): number | undefined {
  const middle = ({ left, top, width, height }: Box) => [left + width / 2, top + height / 2] as const;
  const [x, y] = middle(boxes[from]);
  let best: { index: number; far: number } | undefined;
  boxes.forEach((box, index) => {
    const [dx, dy] = [middle(box)[0] - x, middle(box)[1] - y];
    const along = { left: -dx, right: dx, up: -dy, down: dy }[direction];
    const aside = Math.abs(direction === 'left' || direction === 'right' ? dy : dx);
    // Within 45 degrees and a bit: panels of different heights stand beside each other all the same.
    if (index === from || along <= 1 || aside > along * 2) return;
    const far = along + aside * 2;
    if (!best || far < best.far) best = { index, far };
  });
  return best?.index;
}
