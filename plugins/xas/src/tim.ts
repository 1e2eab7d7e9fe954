import { labelled, ndarray, reducer, type Labelled, type NdArray, type Reducer } from '@trainyard/core';
import type { BinningState } from '@trainyard/core/reducers';
import { named, rowsOf, spectrumBins, type BinnedSpectrum, type SpectrumOptions } from './absorption.ts';
import { pulseColumns, type PerPulse } from './pulses.ts';

/** What a train brings; each a number or a value per pulse, undefined when it is missing. */
export type TimPulses = Readonly<Record<string, PerPulse | undefined>>;

export interface TimState {
  binned: BinningState;
  /** Pulses at or below the threshold. */
  below: number;
  /** Pulses of which something was missing or not finite. */
  incomplete: number;
}

/** Columns by name, a row for each bin, float64: `energy` (centre of the bin), `count`, `i0` (mean), and each signal. */
export type SpectrumTable = Readonly<Record<string, NdArray<1>>>;

/**
 * X-ray absorption by transmission-intensity monitors (TIM): pulses with i0 above a threshold are binned by the energy of the monochromator, and the value of each bin is made of the means
 * in it: `-ln(-<I> / <I0>)` for mcp1 to mcp3, `-<I4> / <I0>` for mcp4 (their pulses are negative). The logarithm of a ratio of means is not the mean of logarithms, which
 * noise bends. Inputs are `energy`, `i0` and the signals, vectors with a value per pulse; one number stands for all pulses of a train. Bins as those of `histogram`, in the energy's
 * unit. The result is a table with a row per bin; an empty bin is NaN with count 0. Formulas: EXtra-foam, XAS-TIM. Errors: XAS_PULSES, XAS_VALUE, XAS_SIGNALS, XAS_THRESHOLD, `REDUCER_BINS`.
 */
export function xasTim(options: SpectrumOptions): Reducer<TimPulses, TimState, SpectrumTable> {
  return timReducer('xasTim', 'table', options, ({ centres, count, i0, values }) => {
    const columns = { energy: centres, count, i0, ...Object.fromEntries(options.signals.map((name, k) => [name, values[k]!])) };
    return Object.fromEntries(Object.entries(columns).map(([name, data]) => [name, ndarray(data, [data.length]) as NdArray<1>]));
  });
}

/**
 * The same as curves beside each other: shape (signals, bins), labelled with the edges of the bins. Its `counts` are `pairs` (pulses of which all is there), `outside`
 * (those of them beyond the range), `below` (those not above the threshold) and `incomplete`.
 */
export function xasTimCurves(options: SpectrumOptions): Reducer<TimPulses, TimState, Labelled<NdArray<2>>> {
  const { bins, unit } = options;
  return timReducer('xasTimCurves', 'matrix', options, ({ edges, values }, counts) => labelled(rowsOf(values, bins), { axes: [{ name: 'signal' }, { name: 'energy', values: edges, ...(unit !== undefined && { unit }) }], counts }));
}

function timReducer<Out>(name: string, kind: 'table' | 'matrix', options: SpectrumOptions, finish: (spectrum: BinnedSpectrum, counts: Readonly<Record<string, number>>) => Out): Reducer<TimPulses, TimState, Out> {
  const { signals, threshold, trains } = options;
  const parts = spectrumBins(options);
  const takes = ['energy', 'i0', ...signals];
  return reducer({
    name: named(name, options),
    kind,
    ...(trains !== undefined && { window: trains }),
    takes,
    initial: () => ({ binned: parts.initial(), below: 0, incomplete: 0 }),
    add(state: TimState, given: TimPulses, trainId: number) {
      const columns = pulseColumns(takes, given);
      if (typeof columns === 'number') {
        state.incomplete += columns;
        return state;
      }
      const [energies, rows]: [number[], number[]] = [[], []];
      for (let pulse = 0; pulse < columns.count; pulse++) {
        const row = takes.map((_, k) => columns.at(k, pulse));
        if (!row.every(Number.isFinite)) state.incomplete += 1;
        else if (!(row[1]! > threshold)) state.below += 1;
        else {
          energies.push(row[0]!);
          for (let k = 1; k < row.length; k++) rows.push(row[k]!);
        }
      }
      state.binned = parts.add(state.binned, energies, rows, trainId);
      return state;
    },
    merge: (a, b) => ({ binned: parts.merge(a.binned, b.binned), below: a.below + b.below, incomplete: a.incomplete + b.incomplete }),
    result({ binned, below, incomplete }) {
      const pairs = binned.pairs + below;
      return pairs + incomplete === 0 ? undefined : finish(parts.spectrum(binned), { pairs, outside: binned.outside, below, incomplete });
    },
  });
}
