import { KernelError } from './numbers.ts';

export interface MinimumOptions {
  /** How many steps are remembered; default 10. */
  readonly memory?: number;
  /** It ends when a step lowers the value by less than this share of it; default 2e-9, as scipy's `factr` of 1e7. */
  readonly change?: number;
  /** Or when no part of the gradient is above this; default 1e-5. */
  readonly slope?: number;
  /** Or after so many steps; default 1000. */
  readonly steps?: number;
}

export interface Minimum {
  readonly value: number;
  readonly steps: number;
  /** It ended by `change` or `slope`, not since no step went down or there were too many. */
  readonly found: boolean;
}

/** The value at x; writes its gradient. A value that is not finite counts as too high. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

const LOWER = 1e-4;
const FLATTER = 0.9;
const TRIES = 30;

/**
 * A place where a smooth function of `size` variables is lowest, by limited-memory BFGS with steps that meet the strong Wolfe conditions: set up once, run
 * without allocating. J. Nocedal and S. J. Wright, Numerical Optimization (2006), algorithms 7.4, 3.5 and 3.6. No bounds.
 * Errors: MINIMUM_SIZE, MINIMUM_START (no finite value where it begins).
 */
export class Minimiser {
  readonly size: number;
  readonly #options: Required<MinimumOptions>;
  /** Ring of steps and of changes of the gradient, one row each. */
  readonly #moved: Float64Array[];
  readonly #turned: Float64Array[];
  readonly #share: Float64Array;
  readonly #alpha: Float64Array;
  readonly #along: Float64Array;
  readonly #gradient: Float64Array;
  readonly #from: Float64Array;
  readonly #before: Float64Array;

  constructor(size: number, { memory = 10, change = 2e-9, slope = 1e-5, steps = 1000 }: MinimumOptions = {}) {
    if (!(Number.isInteger(size) && size > 0 && Number.isInteger(memory) && memory > 0)) throw new KernelError('MINIMUM_SIZE', `a minimum is looked for in at least one variable with at least one step remembered, not ${size} and ${memory}`);
    this.size = size;
    this.#options = { memory, change, slope, steps };
    const row = (): Float64Array => new Float64Array(size);
    this.#moved = Array.from({ length: memory }, row);
    this.#turned = Array.from({ length: memory }, row);
    this.#share = new Float64Array(memory);
    this.#alpha = new Float64Array(memory);
    [this.#along, this.#gradient, this.#from, this.#before] = [row(), row(), row(), row()];
  }

  /** Begins at `x` and leaves the place there. */
  run(objective: Objective, x: Float64Array): Minimum {
    const { memory, change, slope, steps } = this.#options;
    const [gradient, along, from, before] = [this.#gradient, this.#along, this.#from, this.#before];
    let value = objective(x, gradient);
    if (!Number.isFinite(value)) throw new KernelError('MINIMUM_START', `the value is ${value} where the search begins; begin elsewhere`);
    let kept = 0;
    for (let step = 0; ; step++) {
      if (largest(gradient) <= slope) return { value, steps: step, found: true };
      if (step === steps) return { value, steps: step, found: false };
      this.#direction(kept, step);
      // What is remembered no longer fits: downhill again.
      if (dot(along, gradient) >= 0) {
        kept = 0;
        for (let i = 0; i < along.length; i++) along[i] = -gradient[i];
      }
      from.set(x);
      before.set(gradient);
      const lower = this.#search(objective, x, value, kept === 0 ? Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))) : 1);
      if (lower === undefined) {
        x.set(from);
        gradient.set(before);
        if (kept === 0) return { value, steps: step, found: false };
        kept = 0;
        continue;
      }
      const [s, y] = [this.#moved[step % memory], this.#turned[step % memory]];
      for (let i = 0; i < x.length; i++) {
        s[i] = x[i] - from[i];
        y[i] = gradient[i] - before[i];
      }
      const bend = dot(s, y);
      kept = bend > 1e-16 * dot(y, y) ? Math.min(kept + 1, memory) : 0;
      this.#share[step % memory] = 1 / bend;
      const gained = value - lower;
      value = lower;
      if (gained <= change * Math.max(Math.abs(value + gained), Math.abs(value), 1)) return { value, steps: step + 1, found: true };
    }
  }

  /** Writes the direction of the next step: the inverse of the remembered curvature times the gradient, downhill. */
  #direction(kept: number, step: number): void {
    const { memory } = this.#options;
    const [d, share, alpha] = [this.#along, this.#share, this.#alpha];
    d.set(this.#gradient);
    for (let back = 1; back <= kept; back++) {
      const k = (step - back) % memory;
      alpha[k] = share[k] * dot(this.#moved[k], d);
      add(d, -alpha[k], this.#turned[k]);
    }
    if (kept > 0) {
      const last = (step - 1) % memory;
      scale(d, 1 / (share[last] * dot(this.#turned[last], this.#turned[last])));
    }
    for (let back = kept; back >= 1; back--) {
      const k = (step - back) % memory;
      add(d, alpha[k] - share[k] * dot(this.#turned[k], d), this.#moved[k]);
    }
    scale(d, -1);
  }

  /** Goes along the direction to where the value is lower and the slope flatter; undefined where no step lowers it. Leaves x and gradient there. */
  #search(objective: Objective, x: Float64Array, value: number, first: number): number | undefined {
    const [from, along, gradient] = [this.#from, this.#along, this.#gradient];
    const slope = dot(along, gradient);
    let [t, low, lowValue, lowSlope, high] = [first, 0, value, slope, Infinity];
    for (let tries = 0; tries < TRIES; tries++) {
      for (let i = 0; i < x.length; i++) x[i] = from[i] + t * along[i];
      const now = objective(x, gradient);
      const nowSlope = dot(along, gradient);
      if (!(Number.isFinite(now) && now < value && now <= value + LOWER * t * slope && (low === 0 || now < lowValue))) {
        high = t;
        // The lowest of a parabola through both ends, kept away from them.
        const parabola = Number.isFinite(now) ? low - (0.5 * lowSlope * (t - low) ** 2) / (now - lowValue - lowSlope * (t - low)) : Number.NaN;
        t = between(low, high, parabola);
        continue;
      }
      if (Math.abs(nowSlope) <= -FLATTER * slope) return now;
      if (nowSlope > 0) {
        // The lowest lies between what was and what is: the other end becomes the one behind.
        high = t;
        t = between(low, high, low + ((t - low) * lowSlope) / (lowSlope - nowSlope));
        continue;
      }
      const behind = low;
      [low, lowValue, lowSlope] = [t, now, nowSlope];
      t = high === Infinity ? t + 2 * (t - behind) : between(low, high, Number.NaN);
    }
    // The curvature condition was not met; a lower value is a step all the same.
    if (low === 0) return undefined;
    for (let i = 0; i < x.length; i++) x[i] = from[i] + low * along[i];
    return objective(x, gradient);
  }
}

/** A place within a tenth of both ends, at best where asked. */
function between(low: number, high: number, wanted: number): number {
  const room = 0.1 * (high - low);
  return wanted >= low + room && wanted <= high - room ? wanted : 0.5 * (low + high);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function add(to: Float64Array, factor: number, what: Float64Array): void {
  for (let i = 0; i < to.length; i++) to[i] += factor * what[i];
}

function scale(what: Float64Array, factor: number): void {
  for (let i = 0; i < what.length; i++) what[i] *= factor;
}

function largest(of: Float64Array): number {
  let most = 0;
  for (let i = 0; i < of.length; i++) most = Math.max(most, Math.abs(of[i]));
  return most;
}
