import { YardError, ndarray, type NdArray } from '@trainyard/core';
import { binning, type BinOptions, type BinningState, type Bounded } from '@trainyard/core/reducers';
import type { Signal } from './pulses.ts';

export interface SpectrumOptions extends BinOptions, Bounded {
  /** Which of them are there, such as `['mcp1', 'mcp4']`. */
  readonly signals: readonly Signal[];
  /** Only pulses whose i0 is larger. */
  readonly threshold: number;
}

/** Means of i0 and of each signal in bins of the energy; float64, NaN where a bin is empty. */
export interface BinnedSpectrum {
  readonly edges: Float64Array;
  readonly centres: Float64Array;
  readonly count: Float64Array;
  readonly i0: Float64Array;
  /** Of each signal: of mcp1 to mcp3 the absorption `-ln(-<I> / <I0>)`, of mcp4 the yield `-<I4> / <I0>`; NaN where the logarithm has no argument above 0. */
  readonly values: readonly Float64Array[];
}

/** Collects rows of i0 and signals in bins of the energy: what all spectra are made of. */
export function spectrumBins({ signals, threshold, bins, range }: SpectrumOptions) {
  if (signals.length === 0) throw new YardError('XAS_SIGNALS', 'A spectrum needs at least one signal, such as signals: ["mcp1"].');
  if (!Number.isFinite(threshold)) throw new YardError('XAS_THRESHOLD', `The threshold of i0 is a number, not ${threshold}.`);
  const width = 1 + signals.length;
  const mean = binning({ bins, range });

  return {
    initial: (): BinningState => mean.initial(),
    merge: (a: BinningState, b: BinningState): BinningState => mean.merge(a, b),
    /** Folds pulses in: an energy each, and i0 and the signals in `rows`, one behind the other. */
    add(state: BinningState, energies: readonly number[], rows: readonly number[], trainId: number): BinningState {
      if (energies.length === 0) return state;
      return mean.add(state, { by: ndarray(Float64Array.from(energies), [energies.length]), value: ndarray(Float64Array.from(rows), [energies.length, width]) }, trainId);
    },
    spectrum(state: BinningState): BinnedSpectrum {
      const edges = Float64Array.from(mean.result({ ...mean.initial(), incomplete: 1 })!.labels.axes![0]!.values!);
      const column = (k: number): Float64Array => {
        const out = new Float64Array(bins).fill(NaN);
        for (const row of state.rows) out[row.bin] = row.columns[0]![k]!;
        return out;
      };
      const count = new Float64Array(bins);
      for (const row of state.rows) count[row.bin] = row.count;
      const i0 = column(0);
      const values = signals.map((signal, k) => column(k + 1).map((mean, bin) => signalOf(signal, -mean / i0[bin]!)));
      return { edges, centres: Float64Array.from({ length: bins }, (_, i) => (edges[i]! + edges[i + 1]!) / 2), count, i0, values };
    },
  };
}

/** What a signal says of the ratio -<I> / <I0>. */
export function signalOf(signal: Signal, ratio: number): number {
  if (signal === 'mcp4') return ratio;
  return ratio > 0 ? -Math.log(ratio) : NaN;
}

/** A reducer's name with all that decides what it remembers. */
export function named(name: string, { signals, bins, range, threshold, trains }: SpectrumOptions, more: Readonly<Record<string, unknown>> = {}): string {
  const all = { ...more, signals: signals.join(' '), threshold, bins, range: `[${range.join(', ')}]`, ...(trains !== undefined && { trains }) };
  return `${name}(${Object.entries(all).map(([key, value]) => `${key}=${String(value)}`).join(', ')})`;
}

/** Several columns as rows of one array, for curves beside each other. */
export function rowsOf(columns: readonly Float64Array[], length: number): NdArray<2> {
  const out = new Float64Array(columns.length * length);
  columns.forEach((column, k) => out.set(column, k * length));
  return ndarray(out, [columns.length, length]) as NdArray<2>;
}
