import type { Border, Place } from './border.ts';
import type { Floats, Numbers } from './numbers.ts';
import type { SobelDirection } from './sobel.ts';

/** What is not finite counts also where its weight is 0. */
const UNSEEN = 0;

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
    const data = this.#image;
    this.#border.fill(image, place, data);
    for (let y = 0, to = place.to ?? 0; y < rows; y++) {
      for (let x = 0, at = y * pitch; x < cols; x++, at++, to++) {
        const value = this.#direction === 'x' ? across(data, at, pitch) : this.#direction === 'y' ? down(data, at, pitch) : Math.sqrt(across(data, at, pitch) ** 2 + down(data, at, pitch) ** 2);
        out[to] = value === value ? value : Number.NaN;
      }
    }
  }
}

function across(v: Float64Array, a: number, pitch: number): number {
  const b = a + pitch;
  const c = b + pitch;
  const middle = v[b + 2] - v[b];
  return v[a + 2] - v[a] + (v[c + 2] - v[c]) + (middle + middle) + UNSEEN * (v[a + 1] + v[c + 1] + v[b + 1]);
}

function down(v: Float64Array, a: number, pitch: number): number {
  const b = a + pitch;
  const c = b + pitch;
  const middle = v[c + 1] - v[a + 1];
  return v[c] - v[a] + (v[c + 2] - v[a + 2]) + (middle + middle) + UNSEEN * (v[b] + v[b + 2] + v[b + 1]);
}
