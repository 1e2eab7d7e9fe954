import { labelled, ndarray, optional, view, type InputRef, type NdArray, type PluginBuild } from '@trainyard/core';
import { mean } from '@trainyard/core/reducers';
import { difference, figureOfMerit } from './difference.ts';

interface Sides { readonly on: NdArray; readonly off: NdArray; readonly x?: NdArray<1> | undefined }

interface Subtracted { readonly array: NdArray; readonly x: NdArray<1> | undefined }

export const build: PluginBuild = ({ inputs, params }) => {
  const sides = { on: inputs.on as InputRef<NdArray>, off: inputs.off as InputRef<NdArray> };
  const x = inputs.x === undefined ? {} : { x: optional(inputs.x) as InputRef<NdArray<1> | undefined> };
  const range = (name: string): readonly [number, number] | undefined => {
    const both = [Number(params[`${name}Low`]), Number(params[`${name}High`])] as const;
    return both[0] === both[1] ? undefined : both;
  };
  // Once a train, for the picture and the number that are made of it.
  const subtracted = (values: unknown): Subtracted => {
    const { on, off, x: at } = values as Sides;
    return { array: difference(asArray(on), asArray(off), { x: at, area: params.area === true ? (range('area') ?? true) : false }), x: at };
  };
  const merit = ({ of: { array, x: at } }: { readonly of: Subtracted }): number => figureOfMerit(array, { x: at, range: range('fom'), absolute: params.fom === 'absolute' });
  const shown = ({ of: { array, x: at } }: { readonly of: Subtracted }) => {
    if (!at || array.dimension === 0) return array;
    return labelled(array, { axes: [...array.shape.slice(0, -1).map((_, k) => ({ name: `axis${k}` })), { name: 'x', values: Float64Array.from(at.data as unknown as ArrayLike<number>, Number) }] });
  };
  const trains = Number(params.trains);
  const over = `mean over ${trains} trains`;
  // Only what has both sides: the two means are over the same trains.
  const pairs = (name: 'on' | 'off') => view.matrix(sides, (given) => asArray(given[name]), { hidden: true });
  const [pairOn, pairOff] = [pairs('on'), pairs('off')];
  const averageOn = view.reduce(pairOn, mean({ trains }), { title: `Pump on, ${over}` });
  const averageOff = view.reduce(pairOff, mean({ trains }), { title: `Pump off, ${over}` });
  const now = view.compute({ ...sides, ...x }, subtracted, { hidden: true });
  const averaged = view.compute({ on: { from: averageOn } as InputRef<NdArray>, off: { from: averageOff } as InputRef<NdArray>, ...x }, subtracted, { hidden: true });
  const [ofNow, ofAverage] = [{ of: { from: now } as InputRef<Subtracted> }, { of: { from: averaged } as InputRef<Subtracted> }];
  return {
    difference: view.matrix(ofNow, shown, { title: 'On - off' }),
    fom: view.scalar(ofNow, merit, { title: 'Figure of merit' }),
    averageOn, averageOff,
    averageDifference: view.matrix(ofAverage, shown, { title: `On - off, ${over}` }),
    averageFom: view.scalar(ofAverage, merit, { title: `Figure of merit, ${over}` }),
    pairOn, pairOff, now, averaged,
  };
};

/** A scalar, or a mean of them, is a number. */
function asArray(value: unknown): NdArray {
  return typeof value === 'number' ? ndarray(Float64Array.of(value), []) : (value as NdArray);
}
