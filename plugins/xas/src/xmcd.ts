import { YardError, labelled, ndarray, reducer, type Labelled, type NdArray, type Reducer } from '@trainyard/core';
import type { BinningState } from '@trainyard/core/reducers';
import { named, rowsOf, spectrumBins, type BinnedSpectrum, type SpectrumOptions } from './absorption.ts';
import { pulseColumns } from './pulses.ts';
import type { SpectrumTable, TimPulses } from './tim.ts';

export interface XmcdOptions extends SpectrumOptions {
  /** Only pulses at which the current of the magnet is further from 0 than this. */
  readonly current: number;
}

export interface XmcdState {
  positive: BinningState;
  negative: BinningState;
  below: number;
  /** Pulses at which there was too little current. */
  noField: number;
  incomplete: number;
}

/** Of both directions of the field, and what is made of them. */
interface Both {
  readonly positive: BinnedSpectrum;
  readonly negative: BinnedSpectrum;
  readonly sums: readonly Float64Array[];
  readonly differences: readonly Float64Array[];
}

/**
 * X-ray magnetic circular dichroism: the spectra of `xasTim` for each direction of the magnet's current, by its sign where it is further from 0 than `current`; their sum A+ + A- and
 * their difference A+ - A-. Inputs are `energy`, `i0`, `current` and the signals; `threshold` is that of i0. A table with a row per bin, float64: `energy`, `countPositive`, `countNegative`,
 * and of each signal `mcp1Positive`, `mcp1Negative`, `mcp1Sum`, `mcp1Difference`; NaN where a bin lacks one of them. Formulas: EXtra-foam, XAS-TIM-XMCD. Errors as `xasTim`, and XMCD_CURRENT.
 */
export function xmcd(options: XmcdOptions): Reducer<TimPulses, XmcdState, SpectrumTable> {
  return xmcdReducer('xmcd', 'table', options, { current: options.current }, ({ positive, negative, sums, differences }) => {
    const columns = { energy: positive.centres, countPositive: positive.count, countNegative: negative.count, ...Object.fromEntries(options.signals.flatMap((name, k) => [
      [`${name}Positive`, positive.values[k]!], [`${name}Negative`, negative.values[k]!], [`${name}Sum`, sums[k]!], [`${name}Difference`, differences[k]!],
    ])) };
    return Object.fromEntries(Object.entries(columns).map(([name, data]) => [name, ndarray(data, [data.length]) as NdArray<1>]));
  });
}

/**
 * The sums, or the differences, as curves beside each other: shape (signals, bins), labelled with the edges of the bins. Its `counts` are those of
 * `xasTimCurves`, and `noField`: pulses with too little current.
 */
export function xmcdCurves({ of, ...options }: XmcdOptions & { readonly of: 'sum' | 'difference' }): Reducer<TimPulses, XmcdState, Labelled<NdArray<2>>> {
  const { bins, unit } = options;
  return xmcdReducer('xmcdCurves', 'matrix', options, { of, current: options.current }, ({ positive, sums, differences }, counts) => labelled(rowsOf(of === 'sum' ? sums : differences, bins), { axes: [{ name: 'signal' }, { name: 'energy', values: positive.edges, ...(unit !== undefined && { unit }) }], counts }));
}

function xmcdReducer<Out>(name: string, kind: 'table' | 'matrix', options: XmcdOptions, more: Readonly<Record<string, unknown>>, finish: (both: Both, counts: Readonly<Record<string, number>>) => Out): Reducer<TimPulses, XmcdState, Out> {
  const { signals, threshold, current, trains } = options;
  if (!(current >= 0)) throw new YardError('XMCD_CURRENT', `The least current of the magnet is a number from 0, not ${current}.`);
  const parts = spectrumBins(options);
  const takes = ['energy', 'current', 'i0', ...signals];
  return reducer({
    name: named(name, options, more),
    kind,
    ...(trains !== undefined && { window: trains }),
    takes,
    initial: () => ({ positive: parts.initial(), negative: parts.initial(), below: 0, noField: 0, incomplete: 0 }),
    add(state: XmcdState, given: TimPulses, trainId: number) {
      const columns = pulseColumns(takes, given);
      if (typeof columns === 'number') {
        state.incomplete += columns;
        return state;
      }
      const sides = { positive: { energies: [] as number[], rows: [] as number[] }, negative: { energies: [] as number[], rows: [] as number[] } };
      for (let pulse = 0; pulse < columns.count; pulse++) {
        const row = takes.map((_, k) => columns.at(k, pulse));
        if (!row.every(Number.isFinite)) state.incomplete += 1;
        else if (!(row[2]! > threshold)) state.below += 1;
        else if (!(Math.abs(row[1]!) > current)) state.noField += 1;
        else {
          const { energies, rows } = sides[row[1]! > 0 ? 'positive' : 'negative'];
          energies.push(row[0]!);
          for (let k = 2; k < row.length; k++) rows.push(row[k]!);
        }
      }
      for (const side of ['positive', 'negative'] as const) state[side] = parts.add(state[side], sides[side].energies, sides[side].rows, trainId);
      return state;
    },
    merge: (a, b) => ({
      positive: parts.merge(a.positive, b.positive), negative: parts.merge(a.negative, b.negative),
      below: a.below + b.below, noField: a.noField + b.noField, incomplete: a.incomplete + b.incomplete,
    }),
    result(state) {
      const { below, noField, incomplete } = state;
      const [pairs, outside] = [state.positive.pairs + state.negative.pairs + below + noField, state.positive.outside + state.negative.outside];
      if (pairs + incomplete === 0) return undefined;
      const [positive, negative] = [parts.spectrum(state.positive), parts.spectrum(state.negative)];
      const combined = (how: (a: number, b: number) => number): Float64Array[] => positive.values.map((value, k) => value.map((a, bin) => how(a, negative.values[k]![bin]!)));
      return finish({ positive, negative, sums: combined((a, b) => a + b), differences: combined((a, b) => a - b) }, { pairs, outside, below, noField, incomplete });
    },
  });
}
