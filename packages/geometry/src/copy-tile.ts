import type { AnyTypedArray } from '@trainyard/nd';

/** One tile in the array of its module and in the image: where its first pixel is in each, and the steps along slow scan (row) and fast scan (column). */
export interface TileCopy {
  readonly rows: number;
  readonly columns: number;
  readonly module: number;
  readonly moduleRow: number;
  readonly moduleColumn: number;
  readonly image: number;
  readonly imageRow: number;
  readonly imageColumn: number;
}

/** Side of the squares in which a tile that lies across is copied: both sides stay in the nearest cache. */
const SQUARE = 32;

/** Copies one tile from its module to the image, or back. Same dtypes: give `asBits` of both, which is quicker. */
export function copyTile(module: AnyTypedArray, image: AnyTypedArray, copy: TileCopy, way: 'assemble' | 'dismantle'): void {
  const there = way === 'assemble';
  const [from, to] = there ? [module, image] : [image, module];
  const [source, target] = there ? [copy.module, copy.image] : [copy.image, copy.module];
  const source2 = there ? [copy.moduleRow, copy.moduleColumn] : [copy.imageRow, copy.imageColumn];
  const target2 = there ? [copy.imageRow, copy.imageColumn] : [copy.moduleRow, copy.moduleColumn];
  // The inner loop writes to neighbours: a write to far places costs more than a read from them.
  const across = Math.abs(target2[1]!) > Math.abs(target2[0]!);
  const [outer, inner] = across ? [1, 0] : [0, 1];
  const counts = [copy.rows, copy.columns];
  if (source2[inner] === 1 && target2[inner] === 1 && from.constructor === to.constructor) copyRows(from as Uint32Array, to as Uint32Array, counts[outer]!, counts[inner]!, source, source2[outer]!, target, target2[outer]!);
  else copyLoop(from as Uint32Array, to as Uint32Array, counts[outer]!, counts[inner]!, source, source2[outer]!, source2[inner]!, target, target2[outer]!, target2[inner]!);
}

/** The same memory as whole numbers of its elements' size: what is only copied need not be read as what it is. */
export function asBits(data: AnyTypedArray): AnyTypedArray {
  const { buffer, byteOffset, length, BYTES_PER_ELEMENT: size } = data;
  if (size === 4) return new Uint32Array(buffer, byteOffset, length);
  if (size === 2) return new Uint16Array(buffer, byteOffset, length);
  if (size === 1) return new Uint8Array(buffer, byteOffset, length);
  return data;
}

function copyRows(from: Uint32Array, to: Uint32Array, rows: number, columns: number, source: number, sourceRow: number, target: number, targetRow: number): void {
  for (let row = 0, s = source, t = target; row < rows; row++, s += sourceRow, t += targetRow) to.set(from.subarray(s, s + columns), t);
}

/** Element by element, square by square: the assignment converts as the dtypes allow. */
function copyLoop(from: Uint32Array, to: Uint32Array, rows: number, columns: number, source: number, sourceRow: number, sourceColumn: number, target: number, targetRow: number, targetColumn: number): void {
  for (let row0 = 0; row0 < rows; row0 += SQUARE) {
    const row1 = Math.min(rows, row0 + SQUARE);
    for (let column0 = 0; column0 < columns; column0 += SQUARE) {
      const count = Math.min(columns, column0 + SQUARE) - column0;
      for (let row = row0; row < row1; row++) {
        let s = source + row * sourceRow + column0 * sourceColumn;
        let t = target + row * targetRow + column0 * targetColumn;
        for (let i = 0; i < count; i++, s += sourceColumn, t += targetColumn) to[t] = from[s]!;
      }
    }
  }
}
