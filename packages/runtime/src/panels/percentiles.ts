/** So many values are looked at at most, taken at equal steps. */
const SAMPLE = 2 ** 16;

/**
 * A sample of the finite values at the front of `into`, which has room for `sampleRoom(values.length)`; gives back how many. The steps share no
 * factor with the columns: a picture's columns are all met alike.
 */
export function sampleFinite(values: Float64Array, columns: number, into: Float64Array): number {
  let step = Math.max(1, Math.ceil(values.length / SAMPLE));
  while (commonFactor(step, columns) > 1) step += 1;
  let count = 0;
  for (let i = 0; i < values.length; i += step) {
    const value = values[i]!;
    if (Number.isFinite(value)) into[count++] = value;
  }
  return count;
}

export function sampleRoom(length: number): number {
  return Math.min(length, SAMPLE);
}

/** The values at these places of the sorted order; the places ascend. The values are put into another order. */
export function selectRanks(values: Float64Array, ranks: readonly number[]): number[] {
  arrange(values, 0, values.length - 1, ranks, 0, ranks.length, 64);
  return ranks.map((rank) => values[rank]!);
}

/** Puts the values between `low` and `high` so that those at `ranks[first .. end)` are at their places of the sorted order. */
function arrange(values: Float64Array, low: number, high: number, ranks: readonly number[], first: number, end: number, depth: number): void {
  if (first >= end || low >= high) return;
  if (high - low < 64 || depth === 0) {
    values.subarray(low, high + 1).sort();
    return;
  }
  const quarter = (high - low) >> 2;
  const [a, b, c] = [values[low + quarter]!, values[low + 2 * quarter]!, values[low + 3 * quarter]!];
  const pivot = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  let i = low;
  let j = high;
  while (i <= j) {
    while (values[i]! < pivot) i += 1;
    while (values[j]! > pivot) j -= 1;
    if (i <= j) {
      const held = values[i]!;
      values[i++] = values[j]!;
      values[j--] = held;
    }
  }
  let split = first;
  while (split < end && ranks[split]! <= j) split += 1;
  arrange(values, low, j, ranks, first, split, depth - 1);
  while (split < end && ranks[split]! < i) split += 1;
  arrange(values, i, high, ranks, split, end, depth - 1);
}

function commonFactor(a: number, b: number): number {
  return b === 0 ? a : commonFactor(b, a % b);
}
