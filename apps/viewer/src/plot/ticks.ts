/** More than any axis has room for. */
export const MOST_TICKS = 1000;

/**
 * Round numbers (1, 2, 5 times a power of ten) between two ends, at most about `wanted`; either end may be the larger. None where the ends are so
 * close that round numbers between them are one number in a computer.
 */
export function niceTicks(a: number, b: number, wanted: number): number[] {
  const [low, high] = a <= b ? [a, b] : [b, a];
  // Near the ends of what a number can be, powers of ten are 0 or infinite.
  if (!(high - low > 1e-300 && low > -1e300 && high < 1e300)) return [];
  const rough = (high - low) / Math.max(1, wanted);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((m) => m * power >= rough * 0.999) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  // Beyond that a tick more is the same number again.
  if (!(Math.max(Math.abs(low), Math.abs(high)) <= step * 1e14)) return [];
  const count = Math.min(MOST_TICKS, Math.floor(high / step + 1e-9) - first + 1);
  return Array.from({ length: Math.max(0, count) }, (_, i) => (first + i === 0 ? 0 : Number(((first + i) * step).toPrecision(15))));
}

/** Powers of ten, with 2 and 5 between them where there are few. */
export function logTicks(low: number, high: number): number[] {
  if (!(low > 1e-300 && high < 1e300 && high > low)) return [];
  const decades = Math.log10(high) - Math.log10(low);
  const steps = decades > 3 ? [1] : decades > 1 ? [1, 3] : [1, 2, 3, 5, 7];
  const every = Math.max(1, Math.round(decades / 6));
  const ticks: number[] = [];
  for (let p = Math.floor(Math.log10(low)); p <= Math.ceil(Math.log10(high)); p += every) {
    for (const m of steps) {
      const tick = Number((m * 10 ** p).toPrecision(6));
      if (tick >= low * 0.999 && tick <= high * 1.001) ticks.push(tick);
    }
  }
  return ticks.length > 1 ? ticks : niceTicks(low, high, 4);
}
