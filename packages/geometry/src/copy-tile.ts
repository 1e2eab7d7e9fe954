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

/**
 * Element by element, four rows at a time: where the tile lies across, four neighbours are read together, and each row is still written from one end to
 * the other. The assignment converts as the dtypes allow.
 */
function copyLoop(from: Uint32Array, to: Uint32Array, rows: number, columns: number, source: number, sourceRow: number, sourceColumn: number, target: number, targetRow: number, targetColumn: number): void {
  const fours = rows - (rows % 4);
  for (let row = 0; row < fours; row += 4) {
    let s = source + row * sourceRow;
    let t = target + row * targetRow;
    for (let i = 0; i < columns; i++, s += sourceColumn, t += targetColumn) {
      to[t] = from[s]!;
      to[t + targetRow] = from[s + sourceRow]!;
      to[t + 2 * targetRow] = from[s + 2 * sourceRow]!;
      to[t + 3 * targetRow] = from[s + 3 * sourceRow]!;
    }
  }
  for (let row = fours; row < rows; row++) {
    for (let i = 0, s = source + row * sourceRow, t = target + row * targetRow; i < columns; i++, s += sourceColumn, t += targetColumn) to[t] = from[s]!;
  }
}
