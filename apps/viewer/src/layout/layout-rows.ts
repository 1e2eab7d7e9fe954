/** How much room a panel likes, in CSS pixels. */
export type Shape = 'picture' | 'plot' | 'note';

export interface LayoutRow {
  /** Indices of the panels, in the user's order. */
  readonly panels: readonly number[];
  /** Shares of the width, one for each. */
  readonly widths: readonly number[];
  readonly height: number;
}

const likes = { picture: { width: 450, least: 330, height: 430, lowest: 285 }, plot: { width: 450, least: 290, height: 270, lowest: 215 }, note: { width: 300, least: 220, height: 230, lowest: 150 } } as const;
const gap = 8;
const tallest = 1100;

/**
 * Panels in rows, in order, all on the screen where that leaves each legible, else as few rows as fit the width (the page
 * then scrolls). A row is as tall as its tallest kind; left-over height goes to the rows in proportion.
 */
export function layoutRows(shapes: readonly Shape[], width: number, height: number): LayoutRow[] {
  if (shapes.length === 0) return [];
  let best: { rows: number[][]; score: number } | undefined;
  for (let count = 1; count <= shapes.length; count++) {
    const rows = splitEvenly(shapes.map((shape) => likes[shape].width), count);
    if (rows.some((row) => sum(row.map((i) => likes[shapes[i]].least + gap)) > width)) continue;
    const score = misfit(rows, shapes, width, height);
    if (!best || score < best.score) best = { rows, score };
  }
  const rows = best?.rows ?? shapes.map((_, i) => [i]);
  const heights = rows.map((row) => Math.max(...row.map((i) => likes[shapes[i]].height)));
  const lowest = rows.map((row) => Math.max(...row.map((i) => likes[shapes[i]].lowest)));
  const room = height - gap * (rows.length - 1);
  // Where they do not fit, they are as small as can be read, and larger the further the page scrolls anyway.
  const over = Math.min(1, Math.max(0, sum(lowest) / room - 1.2));
  const factor = Math.max(room / sum(heights), over);
  return rows.map((panels, k) => {
    const total = sum(panels.map((i) => likes[shapes[i]].width));
    return { panels, widths: panels.map((i) => likes[shapes[i]].width / total), height: Math.floor(Math.min(tallest, Math.max(lowest[k], heights[k] * factor))) };
  });
}

/** How far from good: overflow counts most, then panels that get much less room or another form than they like. */
function misfit(rows: readonly number[][], shapes: readonly Shape[], width: number, height: number): number {
  const lowest = sum(rows.map((row) => Math.max(...row.map((i) => likes[shapes[i]].lowest)) + gap));
  const liked = sum(rows.map((row) => Math.max(...row.map((i) => likes[shapes[i]].height)) + gap));
  const overflow = Math.max(0, lowest - height) / height;
  const stretch = Math.min(1.8, Math.max(1, height / liked));
  let form = 0;
  for (const row of rows) {
    const total = sum(row.map((i) => likes[shapes[i]].width));
    const tall = Math.max(...row.map((i) => likes[shapes[i]].height)) * stretch;
    for (const i of row) {
      const like = likes[shapes[i]];
      form += Math.abs(Math.log(((width * like.width) / total / tall) / (like.width / like.height)));
    }
  }
  return overflow * 3 + form / shapes.length;
}

/** Cuts a list into `count` runs whose sums are as even as can be (the largest as small as possible). */
export function splitEvenly(weights: readonly number[], count: number): number[][] {
  const n = weights.length;
  const upTo = [0];
  for (const weight of weights) upTo.push(upTo.at(-1)! + weight);
  // worst[k][i]: the largest run when the first i are cut into k + 1.
  const worst: number[][] = [upTo.slice()];
  const cuts: number[][] = [upTo.map(() => 0)];
  for (let k = 1; k < count; k++) {
    worst.push(upTo.map(() => Infinity));
    cuts.push(upTo.map(() => 0));
    for (let i = k + 1; i <= n; i++) {
      for (let j = k; j < i; j++) {
        const value = Math.max(worst[k - 1][j], upTo[i] - upTo[j]);
        if (value < worst[k][i]) {
          worst[k][i] = value;
          cuts[k][i] = j;
        }
      }
    }
  }
  const rows: number[][] = [];
  for (let k = count - 1, end = n; k >= 0; k--) {
    const start = cuts[k][end];
    rows.unshift(Array.from({ length: end - start }, (_, i) => start + i));
    end = start;
  }
  return rows;
}

const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
