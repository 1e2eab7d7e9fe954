/** Random numbers as functions of what they are for, so that a train is the same whenever and wherever it is made. */

/** A well mixed 32-bit number from a seed and up to three labels (the finaliser of MurmurHash3, public domain). */
export function hash(seed: number, a = 0, b = 0, c = 0): number {
  let h = seed | 0;
  // Train IDs exceed 32 bits at some facilities: the upper part counts too.
  for (const part of [a, Math.floor(a / 0x1_0000_0000), b, c]) {
    h = Math.imul(h ^ (part | 0), 0x9e3779b1);
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    h ^= h >>> 16;
  }
  return h >>> 0;
}

/** Uniform in (0, 1), never 0 or 1. */
export function uniform(seed: number, a = 0, b = 0, c = 0): number {
  return (hash(seed, a, b, c) + 0.5) / 0x1_0000_0000;
}

/** Normally distributed, mean 0, standard deviation 1 (Box and Muller, doi:10.1214/aoms/1177706645). */
export function normal(seed: number, a = 0, b = 0, c = 0): number {
  return Math.sqrt(-2 * Math.log(uniform(seed, a, b, c))) * Math.cos(2 * Math.PI * uniform(seed ^ 0x5bd1e995, a, b, c));
}

/** The next state of a xorshift generator (Marsaglia, doi:10.18637/jss.v008.i14): for pixels, where a hash each is too slow. Start from a state that is not 0. */
export function xorshift(state: number): number {
  state ^= state << 13;
  state ^= state >>> 17;
  return state ^ (state << 5);
}

/** 4096 normally distributed numbers in the order of their quantiles: index them with random bits. */
export function normalTable(): Float32Array {
  const table = new Float32Array(4096);
  for (let i = 0; i < table.length; i++) table[i] = normalQuantile((i + 0.5) / table.length);
  return table;
}

/** The inverse of the normal distribution function by bisection: exact enough for noise, needs no coefficients. */
function normalQuantile(p: number): number {
  let low = -6;
  let high = 6;
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (normalBelow(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The normal distribution function, by the series of its integral around 0. */
function normalBelow(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 200 && Math.abs(term) > 1e-12; n++) {
    term *= (x * x) / (2 * n + 1);
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}
