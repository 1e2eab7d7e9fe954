/**
 * The error function, to about 1e-15: `exp(-x^2) sum 2^n x^(2n+1) / (2n+1)!!` near 0 (all terms of one sign), the continued fraction of erfc far out
 * (Abramowitz and Stegun 7.1.6, 7.1.14). NaN gives NaN.
 */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  if (size > 2.5) return Math.sign(x) * (1 - fraction(size));
  let [term, sum] = [x, x];
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** erfc of a number above 2, from the innermost fraction outwards. */
function fraction(x: number): number {
  let below = x;
  for (let n = 80; n > 0; n--) below = x + n / 2 / below;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * below);
}
