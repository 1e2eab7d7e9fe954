import type { Border, Place } from './border.ts';
import type { Floats, Numbers } from './numbers.ts';
import type { SobelDirection } from './sobel.ts';

/** For float64 results: the same order of additions. */
export class SobelPlain {
  readonly #border: Border;
  readonly #direction: SobelDirection;
  readonly #image: Float64Array;

  constructor(direction: SobelDirection, border: Border) {
    [this.#border, this.#direction] = [border, direction];
    this.#image = new Float64Array(border.tall * border.pitch);
  }

  run(image: Numbers, out: Floats, place: Place): void {
    const { rows, cols, pitch } = this.#border;
    this.#border.fill(image, place, this.#image);
    for (let y = 0, to = place.to ?? 0; y < rows; y++) {
      for (let x = 0, at = y * pitch; x < cols; x++, at++, to++) out[to] = sobelAt(this.#direction, this.#image, at, pitch, 0, 0);
    }
    sobelBorder(this.#direction, this.#border, this.#image, out, place.to ?? 0);
  }
}

/**
 * What scipy makes of the constant outside: it differentiates, then takes the constant again for the derivatives outside, and smooths. So it is added
 * to the first and last row of the derivative along x, and to the first and last column of that along y.
 */
export function sobelBorder(direction: SobelDirection, { rows, cols, pitch, constant }: Border, image: Floats, out: Floats, to: number): void {
  if (!constant) return;
  const ends = (i: number, n: number): number => Number(i === 0) + Number(i === n - 1);
  for (let y = 0; y < rows; y++) {
    const step = ends(y, rows) > 0 ? 1 : Math.max(1, cols - 1);
    for (let x = 0; x < cols; x += step) out[to + y * cols + x] = sobelAt(direction, image, y * pitch + x, pitch, constant * ends(y, rows), constant * ends(x, cols));
  }
}

/** The result whose 3 x 3 pixels begin at `at`; the last two are added to the derivatives along x and y. */
function sobelAt(direction: SobelDirection, image: Floats, at: number, pitch: number, moreX: number, moreY: number): number {
  const x = direction === 'y' ? 0 : across(image, at, pitch) + moreX;
  const y = direction === 'x' ? 0 : down(image, at, pitch) + moreY;
  const value = direction === 'x' ? x : direction === 'y' ? y : Math.sqrt(x * x + y * y);
  return value === value ? value : Number.NaN;
}

/** What is not finite counts also where its weight is 0. */
const UNSEEN = 0;

function across(v: Floats, a: number, pitch: number): number {
  const b = a + pitch;
  const c = b + pitch;
  const middle = v[b + 2] - v[b];
  return v[a + 2] - v[a] + (v[c + 2] - v[c]) + (middle + middle) + UNSEEN * (v[a + 1] + v[c + 1] + v[b + 1]);
}

function down(v: Floats, a: number, pitch: number): number {
  const b = a + pitch;
  const c = b + pitch;
  const middle = v[c + 1] - v[a + 1];
  return v[c] - v[a] + (v[c + 2] - v[a + 2]) + (middle + middle) + UNSEEN * (v[b] + v[b + 2] + v[b + 1]);
}
