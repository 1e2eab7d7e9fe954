import type { Border, Place, WindowSize } from './border.ts';
import { Bordered, type Widen } from './bordered.ts';
import { tileFor, tileRoom } from './median-plain.ts';
import { code } from './median-tiles.wasm.ts';
import type { Numbers } from './numbers.ts';

interface Code extends Widen {
  tiles(from: number, pitch: number, rows: number, cols: number, ky: number, kx: number, tileY: number, tileX: number, room: number, to: number, width: number, skip: number): void;
}

/** What a tile needs for its tables, in bytes: counts, and for each pixel two pairs of key and place, its rank, its value and a bit. */
const TABLES = 4096 + 64;
const PER_PIXEL = 2 * 8 + 4 + 4 + 1;

/** For float32 results: the same walk as the plain one. */
export class MedianTiles {
  readonly #frame: Bordered<Code>;
  readonly #size: WindowSize;
  readonly #skip: boolean;
  #room = 0;

  constructor(border: Border, size: WindowSize, skip: boolean) {
    [this.#size, this.#skip] = [size, skip];
    const most = tileRoom(border, size);
    this.#frame = new Bordered<Code>(border, code, Float32Array, 4, (room) => (this.#room = room.take(TABLES + most * PER_PIXEL)));
  }

  run(image: Numbers, out: Float32Array, place: Place): void {
    const { border: { rows, cols }, image: from, line, out: to, run } = this.#frame;
    const [ky, kx] = this.#size;
    this.#frame.load(image, place);
    run.tiles(from, line, rows, cols, ky, kx, tileFor(ky), tileFor(kx), this.#room, to, cols, Number(this.#skip));
    this.#frame.store(out, place);
  }
}
