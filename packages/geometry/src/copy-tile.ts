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

/** Copies one tile from its module to the image, or back. */
export function copyTile(module: AnyTypedArray, image: AnyTypedArray, copy: TileCopy, way: 'assemble' | 'dismantle'): void {
  const { rows, columns, moduleRow, moduleColumn, imageRow, imageColumn } = copy;
  const there = way === 'assemble';
  const [from, to] = there ? [module, image] : [image, module];
  let [source, target] = there ? [copy.module, copy.image] : [copy.image, copy.module];
  const [sourceRow, targetRow] = there ? [moduleRow, imageRow] : [imageRow, moduleRow];
  const [sourceColumn, targetColumn] = there ? [moduleColumn, imageColumn] : [imageColumn, moduleColumn];
  if (sourceColumn === 1 && targetColumn === 1 && from.constructor === to.constructor) {
    for (let row = 0; row < rows; row++, source += sourceRow, target += targetRow) (to as Float32Array).set((from as Float32Array).subarray(source, source + columns), target);
    return;
  }
  copySquares(from as Float32Array, to as Float32Array, rows, columns, source, sourceRow, sourceColumn, target, targetRow, targetColumn);
}

/** Element by element, square by square. The arrays are numbers or bigints, both alike: the assignment converts as the dtypes allow. */
function copySquares(from: Float32Array, to: Float32Array, rows: number, columns: number, source: number, sourceRow: number, sourceColumn: number, target: number, targetRow: number, targetColumn: number): void {
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
