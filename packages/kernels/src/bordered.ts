import type { Border, Place } from './border.ts';
import type { Floats, Numbers } from './numbers.ts';
import { loops, Room } from './wasm.ts';

/** What the code of every filter with a border has: a line of uint16 as float32. */
export interface Widen {
  widen16(from: number, length: number, to: number): void;
}

/** Code in WebAssembly with an image, its border and its result in its memory. */
export class Bordered<E extends Widen, F extends Floats = Float32Array> {
  readonly run: E;
  readonly border: Border;
  /** Bytes from one line of the image to the next; lines of the result follow each other. */
  readonly line: number;
  /** Addresses of the image with its border, and of the result. */
  readonly image: number;
  readonly out: number;
  /** The image with its border. */
  readonly pixels: F;
  readonly #raw: number;
  readonly #line16: Uint16Array;
  readonly #out: F;

  /** `more` takes what else the code needs. */
  constructor(border: Border, code: string, Type: new (buffer: ArrayBuffer, at: number, length: number) => F, item: number, more: (room: Room) => void = () => undefined) {
    const { rows, cols, tall, pitch } = border;
    const room = new Room();
    [this.border, this.line] = [border, item * pitch];
    this.#raw = room.take(2 * cols);
    this.image = room.take(item * tall * pitch);
    this.out = room.take(item * rows * cols);
    more(room);
    const { buffer, run } = loops<E>(code, room);
    this.run = run;
    this.#line16 = new Uint16Array(buffer, this.#raw, cols);
    this.pixels = new Type(buffer, this.image, tall * pitch);
    this.#out = new Type(buffer, this.out, rows * cols);
  }

  load(image: Numbers, place: Place): void {
    const widen = (pixels: Uint16Array, to: number): void => {
      this.#line16.set(pixels);
      this.run.widen16(this.#raw, this.border.cols, this.image + 4 * to);
    };
    this.border.fill(image, place, this.pixels, this.pixels instanceof Float32Array ? widen : undefined);
  }

  store(out: Floats, place: Place): void {
    out.set(this.#out, place.to ?? 0);
  }
}
