/** What `Variation` does, pixel by pixel, for its tests. */
export interface PlainVariation {
  readonly rows: number;
  readonly columns: number;
  readonly light: ArrayLike<number>;
  readonly signal: ArrayLike<number>;
  readonly modes: readonly ArrayLike<number>[];
  readonly used: ArrayLike<number>;
}

export function plainVariation({ rows, columns, light, signal, modes, used }: PlainVariation, weights: ArrayLike<number>): { readonly total: number; readonly gradient: number[] } {
  const size = rows * columns;
  const counts = Array.from({ length: size }, (_, i) => i).filter((i) => used[i] !== 0);
  const field = Array.from({ length: size }, (_, i) => modes.reduce((sum, mode, k) => sum + weights[k] * mode[i], light[i]));
  const mean = counts.reduce((sum, i) => sum + field[i], 0) / counts.length;
  const value = field.map((f, i) => (signal[i] / f) * mean);
  const slope = new Float64Array(size);
  let total = 0;
  for (const i of counts) {
    const [right, below] = [i + 1, i + columns];
    const dx = right % columns !== 0 && used[right] ? value[right] - value[i] : 0;
    const dy = below < size && used[below] ? value[below] - value[i] : 0;
    const length = Math.sqrt(dx * dx + dy * dy);
    if (length === 0) continue;
    total += length;
    slope[i] -= (dx + dy) / length;
    if (dx !== 0) slope[right] += dx / length;
    if (dy !== 0) slope[below] += dy / length;
  }
  const gradient = modes.map((mode) => {
    const meanOf = counts.reduce((sum, i) => sum + mode[i], 0) / counts.length;
    return counts.reduce((sum, i) => sum + slope[i] * (value[i] / mean) * (meanOf - (mean * mode[i]) / field[i]), 0);
  });
  return { total, gradient };
}
