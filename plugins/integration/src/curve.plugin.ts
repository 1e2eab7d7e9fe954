import { Labelled, YardError, labelled, ndarray, optional, skip, view, type InputRef, type NdArray, type Overlay, type PluginBuild, type Skip } from '@trainyard/core';
import { figureOfMerit, normalised, type Merit } from './figure-of-merit.ts';
import { findPeaks, type Peaks } from './find-peaks.ts';

interface Curve {
  readonly curve: Labelled<NdArray<1>>;
  readonly range: { readonly from?: number | undefined; readonly to?: number | undefined };
}

/** Of more peaks than these the places are not drawn. */
const DRAWN = 10;

export const build: PluginBuild = ({ inputs, params }) => {
  const axisInput = inputs.axis === undefined ? undefined : (optional(inputs.axis as string) as InputRef<NdArray<1> | undefined>);
  const taken = view.compute({ curve: inputs.curve as InputRef<NdArray<1>>, ...(axisInput && { axis: axisInput }) }, (values): Curve => {
    const { curve, axis } = values as { curve: NdArray<1>; axis?: NdArray<1> };
    const range = params.range as readonly number[];
    if (range.length !== 0 && range.length !== 2) throw new YardError('CURVE_RANGE', `range is two numbers, from and to, not [${range.join(', ')}].`);
    const x = (axis?.flatten().data as Float64Array | undefined) ?? Float64Array.from({ length: curve.shape[0] }, (_, i) => i);
    const whole = labelled(curve, { axes: [{ name: String(params.name), values: x }] });
    const between = { from: range[0], to: range[1] };
    return { curve: params.normalise === 'area' ? (normalised(whole, between) as Labelled<NdArray<1>>) : whole, range: between };
  }, { hidden: true });
  const of: { readonly of: InputRef<Curve> } = { of: { from: taken } };
  const peaksOf = ({ curve, range }: Curve): Peaks => findPeaks(curve, { ...range, prominence: Number(params.prominence) });
  const merit = (what: Merit) => ({ of: { curve, range } }: { readonly of: Curve }): number | Skip => {
    const value = figureOfMerit(curve, what, range);
    return Number.isNaN(value) ? skip(`the curve has no finite points in its range, or its sum is 0`) : value;
  };
  return {
    curve: view.vector(of, ({ of: got }) => {
      const { position } = peaksOf(got);
      const overlay = position.length > DRAWN ? [] : Array.from(position, (x): Overlay => ({ kind: 'vline', at: [x], text: x.toPrecision(4) }));
      return labelled(got.curve.array, { ...got.curve.labels, overlay });
    }, { title: 'Curve with its peaks' }),
    sum: view.scalar(of, merit('sum'), { title: 'Sum' }),
    area: view.scalar(of, merit('area'), { title: 'Area' }),
    peak: view.scalar(of, merit('peak'), { title: 'Highest point' }),
    position: view.scalar(of, merit('position'), { title: 'Place of the highest point' }),
    centre: view.scalar(of, merit('centre'), { title: 'Centre of mass' }),
    peaks: view.table(of, ({ of: got }) => {
      const { index, position, height, prominence } = peaksOf(got);
      const column = (values: ArrayLike<number>): NdArray<1> => ndarray(Float64Array.from(values), [values.length]) as NdArray<1>;
      return { index: column(index), position: column(position), height: column(height), prominence: column(prominence) };
    }, { title: 'Peaks' }),
    taken,
  };
};
