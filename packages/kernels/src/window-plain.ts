import type { Border, Place, WindowSize } from './border.ts';
import { Cascade, cascadePlaces, type Rows } from './cascade.ts';
import type { Floats, Numbers } from './numbers.ts';
import type { WindowJoin } from './window.ts';

/** For float64 results: the same order of additions. */
export class WindowPlain {
  readonly #border: Border;
  readonly #over: number;
  readonly #image: Float64Array;
  readonly #room: Float64Array;
  readonly #cascade: Cascade;

  constructor(join: WindowJoin, border: Border, size: WindowSize) {
    [this.#border, this.#over] = [border, join === 'mean' ? size[0] * size[1] : 1];
    this.#image = new Float64Array(border.tall * border.pitch);
    let end = 0;
    const places = cascadePlaces(border.cols, size, join !== 'mean', (pixels) => {
      end += pixels;
      return end - pixels;
    });
    const room = (this.#room = new Float64Array(end));
    const move: Rows['move'] = (to, from, length) => room.copyWithin(to, from, from + length);
    this.#cascade = new Cascade({ item: 1, join: { mean: add, minimum: least, maximum: greatest }[join](room), move }, places);
  }

  run(image: Numbers, out: Floats, place: Place): void {
    const { rows, cols, tall, wide, pitch } = this.#border;
    const [over, room] = [this.#over, this.#room];
    this.#border.fill(image, place, this.#image);
    const to = place.to ?? 0;
    for (let y = 0; y < tall; y++) {
      const { line } = this.#cascade;
      room.set(this.#image.subarray(y * pitch, y * pitch + wide), line);
      const from = this.#cascade.push(y, line);
      if (from === undefined) continue;
      const begin = to + (y - (tall - rows)) * cols;
      for (let x = 0; x < cols; x++) {
        const value = room[from + x] / over;
        out[begin + x] = value === value ? value : Number.NaN;
      }
    }
  }
}

const add = (room: Float64Array): Rows['join'] => (to, a, b, length) => {
  for (let i = 0; i < length; i++) room[to + i] = room[a + i] + room[b + i];
};
const least = (room: Float64Array): Rows['join'] => (to, a, b, length) => {
  for (let i = 0; i < length; i++) room[to + i] = Math.min(room[a + i], room[b + i]);
};
const greatest = (room: Float64Array): Rows['join'] => (to, a, b, length) => {
  for (let i = 0; i < length; i++) room[to + i] = Math.max(room[a + i], room[b + i]);
};
