/** Rounds after which what is left is sorted: only of values that were chosen for it. */
const ROUNDS = 60;
const FEW = 12;

/** The element that would be at `k` if the first `n` were sorted; none may be NaN. Puts smaller ones before it and greater ones behind. */
export function select(values: Float64Array, n: number, k: number): number {
  let [left, right] = [0, n - 1];
  for (let round = 0; right - left > FEW; round++) {
    if (round === ROUNDS) {
      values.subarray(left, right + 1).sort();
      return values[k];
    }
    const pivot = middleOf(values[left], values[(left + right) >> 1], values[right]);
    let [i, j] = [left, right];
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i > j) break;
      const v = values[i];
      values[i++] = values[j];
      values[j--] = v;
    }
    if (k <= j) right = j;
    else if (k >= i) left = i;
    else return values[k];
  }
  for (let i = left + 1; i <= right; i++) {
    const v = values[i];
    let j = i - 1;
    for (; j >= left && values[j] > v; j--) values[j + 1] = values[j];
    values[j + 1] = v;
  }
  return values[k];
}

/** The median of the first `n`, none of which may be NaN: the one in the middle, or the mean of the two there; NaN of none. Reorders them. */
export function medianOf(values: Float64Array, n: number): number {
  if (n === 0) return NaN;
  const low = select(values, n, (n - 1) >> 1);
  return half(low, n % 2 === 1 ? low : select(values, n, n >> 1));
}

/** The mean of two, also of infinities of one sign. 0 and -0 are one. */
export function half(a: number, b: number): number {
  return (a === b ? a : a / 2 + b / 2) + 0;
}

function middleOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
