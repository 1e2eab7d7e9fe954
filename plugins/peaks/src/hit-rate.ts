import { YardError, asNdArray, flatData, ndarray, reducer, scratch, type NdArray, type NdLike, type Reducer, type Table } from '@trainyard/core';
import { flat } from '@trainyard/kernels';

/**
 * 1 for each frame with at least `least` (peaks, or lit pixels), else 0: of a vector of counts, one for each frame, float64. NaN stays NaN: of such a
 * frame it is not known. The result lies in `scratch` memory.
 */
export function hits(count: NdLike<1>, least: number): NdArray<1> {
  if (count.shape.length !== 1) throw new YardError('PEAKS_RANK', `Hits are of a count for each frame, a vector; this input has the shape (${count.shape.join(', ')}).`);
  if (Number.isNaN(least)) throw new YardError('PEAKS_LIMIT', 'The least count of a hit is NaN: set it to a number.');
  const counts = flatData(asNdArray(count));
  const out = scratch([counts.length], 'float64') as NdArray<1>;
  const to = flat<Float64Array>(out);
  for (let k = 0; k < to.length; k++) {
    const n = Number(counts[k]);
    to[k] = Number.isNaN(n) ? Number.NaN : n >= least ? 1 : 0;
  }
  return out;
}

/** Frames and hits so far. */
export interface HitState {
  frames: number;
  hits: number;
}

/** Whether a frame is a hit (0, 1, NaN: not known), for one frame or each of a train. */
type Hit = number | boolean | NdArray;

/**
 * The part of frames that are hits: of `hits(...)`, or of single numbers 0 and 1. Over all trains, or the last `trains` train IDs; frames count alike,
 * also where trains have different numbers of them. What is NaN is no frame; of no frame there is no rate. Errors: REDUCER_WINDOW.
 */
export function hitRate({ trains }: { readonly trains?: number | undefined } = {}): Reducer<Hit, HitState, number> {
  return reducer({
    name: trains === undefined ? 'hitRate' : `hitRate(trains=${trains})`,
    kind: 'scalar',
    ...(trains !== undefined && { window: trains }),
    initial: () => ({ frames: 0, hits: 0 }),
    add: (state: HitState, hit: Hit) => addHits(state, hit),
    merge: (a, b) => ({ frames: a.frames + b.frames, hits: a.hits + b.hits }),
    result: ({ frames, hits: n }) => (frames === 0 ? undefined : n / frames),
  });
}

/** By sample, in the order of their names or numbers. */
export interface SampleState {
  samples: (number | string)[];
  rates: HitState[];
}

const MOST_SAMPLES = 1000;
const UNKNOWN = '?';

/**
 * The hit rate of each sample: a table with a row for each, `sample` (a number or a name), `frames`, `hits` and `rate`, over all trains. Frames of trains in
 * which the sample is not known are in a row `?` (NaN where all samples are numbers). Errors: PEAKS_SAMPLES above 1000 samples: it is a position and
 * no number of a sample, `binning` is for those.
 */
export function hitRateBySample(): Reducer<{ readonly hit: Hit | undefined; readonly sample: number | string | bigint | undefined }, SampleState, Table> {
  return reducer({
    name: 'hitRateBySample',
    kind: 'table',
    takes: ['hit', 'sample'],
    initial: () => ({ samples: [], rates: [] }),
    add(state: SampleState, { hit, sample }) {
      if (hit === undefined) return state;
      const { frames, hits: n } = addHits({ frames: 0, hits: 0 }, hit);
      return frames === 0 ? state : joined(state, { samples: [nameOf(sample)], rates: [{ frames, hits: n }] });
    },
    merge: joined,
    result({ samples, rates }) {
      if (samples.length === 0) return undefined;
      const numbers = samples.every((sample) => typeof sample === 'number' || sample === UNKNOWN) && samples.some((sample) => typeof sample === 'number');
      const column = (of: (rate: HitState, k: number) => number): NdArray<1> => ndarray(Float64Array.from(rates, of), [rates.length]) as NdArray<1>;
      return {
        sample: numbers ? column((_, k) => (samples[k] === UNKNOWN ? Number.NaN : (samples[k] as number))) : samples.map(String),
        frames: column(({ frames }) => frames), hits: column(({ hits: n }) => n), rate: column(({ frames, hits: n }) => n / frames),
      };
    },
  });
}

function addHits(state: HitState, hit: Hit): HitState {
  const values = typeof hit === 'object' ? flatData(asNdArray(hit)) : [Number(hit)];
  for (let k = 0; k < values.length; k++) {
    const value = Number(values[k]);
    if (Number.isNaN(value)) continue;
    state.frames += 1;
    state.hits += value === 0 ? 0 : 1;
  }
  return state;
}

function nameOf(sample: number | string | bigint | undefined): number | string {
  if (typeof sample === 'string') return sample;
  const number = Number(sample ?? Number.NaN);
  return Number.isFinite(number) ? number + 0 : UNKNOWN;
}

/** Numbers before names. */
function before(a: number | string, b: number | string): boolean {
  return typeof a === typeof b ? a < b : typeof a === 'number';
}

function joined(a: SampleState, b: SampleState): SampleState {
  const out: SampleState = { samples: [], rates: [] };
  for (let i = 0, k = 0; i < a.samples.length || k < b.samples.length;) {
    const [one, other] = [a.samples[i], b.samples[k]];
    const first = other === undefined || (one !== undefined && before(one, other)) ? a : one === undefined || before(other, one) ? b : undefined;
    const [left, right] = [a.rates[i], b.rates[k]];
    out.samples.push(first === b ? other! : one!);
    out.rates.push(first === a ? { ...left! } : first === b ? { ...right! } : { frames: left!.frames + right!.frames, hits: left!.hits + right!.hits });
    if (first !== b) i += 1;
    if (first !== a) k += 1;
  }
  if (out.samples.length > MOST_SAMPLES) throw new YardError('PEAKS_SAMPLES', `There are more than ${MOST_SAMPLES} samples. Give the number or the name of the sample; a position goes into binning.`);
  return out;
}
