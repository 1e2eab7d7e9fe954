import type { WindowSize } from './border.ts';

/** How a window is put together from pieces of 1, 2, 4 ... pixels: `parts` are numbers of pieces (that of 2^n pixels is n) and where they begin. */
export interface Pieces {
  readonly levels: number;
  readonly parts: readonly (readonly [level: number, at: number])[];
}

/** Each pixel once for sums; for extremes two pieces of the largest size, which may overlap. */
export function piecesOf(size: number, overlap: boolean): Pieces {
  const levels = 32 - Math.clz32(size);
  const largest = 1 << (levels - 1);
  if (overlap) return { levels, parts: largest === size ? [[levels - 1, 0]] : [[levels - 1, 0], [levels - 1, size - largest]] };
  const parts: [number, number][] = [];
  let at = 0;
  for (let level = levels - 1; level >= 0; level--) {
    if ((size & (1 << level)) === 0) continue;
    parts.push([level, at]);
    at += 1 << level;
  }
  return { levels, parts };
}

/** Joins rows that lie somewhere in a memory pixel by pixel; addresses grow by `item` with each. */
export interface Rows {
  readonly item: number;
  readonly join: (to: number, a: number, b: number, length: number) => void;
  /** The same with `b` and then `c`, in one walk, where there is a loop for it. */
  readonly joinTwo?: (to: number, a: number, b: number, c: number, length: number) => void;
  readonly move: (to: number, from: number, length: number) => void;
}

/** Where the rows of a cascade lie. */
export interface CascadePlaces {
  readonly cols: number;
  readonly tall: number;
  readonly wide: number;
  readonly across: Pieces;
  readonly down: Pieces;
  /** Of one row of the image, pieces so wide. */
  readonly lines: readonly number[];
  /** Pieces so high: the newest rows, one more than they are high; after each row of the image so many pixels. */
  readonly rings: readonly number[];
  readonly step: number;
  readonly out: number;
}

/** Lays out the rows: `take` gives the address of so many pixels. */
export function cascadePlaces(cols: number, [tall, width]: WindowSize, overlap: boolean, take: (pixels: number) => number): CascadePlaces {
  const [across, down] = [piecesOf(width, overlap), piecesOf(tall, overlap)];
  const wide = cols + width - 1;
  const step = Math.ceil(cols / 16) * 16 + 16;
  const lines = Array.from({ length: across.levels }, () => take(wide));
  const rings = Array.from({ length: down.levels }, (_, level) => take(((1 << level) + 1) * step));
  return { cols, tall, wide, across, down, lines, rings, step, out: take(cols) };
}

/** Walks down an image with its border: each row is joined across, then with those above it. */
export class Cascade {
  readonly #rows: Rows;
  readonly #places: CascadePlaces;

  constructor(rows: Rows, places: CascadePlaces) {
    [this.#rows, this.#places] = [rows, places];
  }

  /** Where a row may be put for `push`. */
  get line(): number {
    return this.#places.lines[0];
  }

  /** Takes row `y`, which lies at `line`; they come in order. Gives back where the row of results is that it completes, if any. */
  push(y: number, line: number): number | undefined {
    const { cols, tall, wide, across, down, lines, out } = this.#places;
    const { item, join, move } = this.#rows;
    let below = line;
    for (let level = 1; level < across.levels; level++) {
      join(lines[level], below, below + item * (1 << (level - 1)), wide + 1 - (1 << level));
      below = lines[level];
    }
    const row = this.#row(0, y);
    const sum = this.#together(across.parts, this.#acrossAt, line, row);
    if (sum !== row) move(row, sum, cols);
    for (let level = 1; level < down.levels; level++) {
      const first = y + 1 - (1 << level);
      if (first < 0) break;
      join(this.#row(level, first), this.#row(level - 1, first), this.#row(level - 1, first + (1 << (level - 1))), cols);
    }
    const first = y + 1 - tall;
    return first < 0 ? undefined : this.#together(down.parts, this.#downAt, first, out);
  }

  /** Where the row of pieces that begin at row `y` lies. */
  #row(level: number, y: number): number {
    const { rings, step } = this.#places;
    return rings[level] + this.#rows.item * step * (y % ((1 << level) + 1));
  }

  /** Where a part of the row at `line` begins. */
  readonly #acrossAt = (line: number, level: number, at: number): number => (level === 0 ? line : this.#places.lines[level]) + this.#rows.item * at;

  /** Where a part of the window whose first row is `first` begins. */
  readonly #downAt = (first: number, level: number, at: number): number => this.#row(level, first + at);

  /** Joins the parts of a window in the row at `to`; gives back where the result lies: there, or where the only part is. */
  #together(parts: Pieces['parts'], where: (from: number, level: number, at: number) => number, from: number, to: number): number {
    const { join, joinTwo } = this.#rows;
    const { cols } = this.#places;
    const part = (k: number): number => where(from, parts[k][0], parts[k][1]);
    let sum = part(0);
    for (let k = 1; k < parts.length; k++) {
      if (joinTwo && k + 1 < parts.length) joinTwo(to, sum, part(k), part(++k), cols);
      else join(to, sum, part(k), cols);
      sum = to;
    }
    return sum;
  }
}
