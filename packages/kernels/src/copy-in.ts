/**
 * Copies `n` elements from index `from` on to where a kernel reads them, from `at` on; up to seven bytes behind them are written, too.
 * The engine copies shared memory by eight bytes only where source and target lie alike in them, else byte by byte, five times as slow: such a piece is
 * taken a little earlier, and moved.
 */
export function copyIn<T extends Float32Array | Uint16Array>(data: T, from: number, n: number, to: T, at: number): void {
  const size = to.BYTES_PER_ELEMENT;
  const early = (((data.byteOffset - to.byteOffset) / size + from - at) & (8 / size - 1));
  if (early === 0 || early > from) to.set(data.subarray(from, from + n), at);
  else {
    to.set(data.subarray(from - early, from + n), at);
    to.copyWithin(at, at + early, at + early + n);
  }
}
