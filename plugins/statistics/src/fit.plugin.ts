import { YardError, asNdArray, labelled, ndarray, optional, skip, view, type InputRef, type NdArray, type PluginBuild, type Skip } from '@trainyard/core';
import { fitCurve, type CurveFit } from './fit-curve.ts';
import { modelOf, type ModelName } from './models.ts';

interface Fitted { readonly x: NdArray<1>; readonly fit: CurveFit }

export const build: PluginBuild = ({ inputs, params }) => {
  const model = params.model as ModelName;
  const more = (name: string) => (inputs[name] === undefined ? {} : { [name]: optional(inputs[name]) as InputRef<NdArray<1> | undefined> });
  const fitted = view.compute({ y: inputs.y as InputRef<NdArray>, ...more('x'), ...more('errors') }, (values): Fitted => {
    const given = values as unknown as { y: NdArray; x?: NdArray<1>; errors?: NdArray<1> };
    const [x, y] = points(given.y, given.x, [Number(params.low), Number(params.high)]);
    const [from, to] = [Number(params.from), Number(params.to)];
    // What is outside has no number, and no say.
    const inside = from < to && x.size === y.size ? ndarray(Float64Array.from({ length: y.size }, (_, i) => (Number(x.get(i)) >= from && Number(x.get(i)) <= to ? Number(y.get(i)) : NaN)), [y.size]) : y;
    return { x, fit: fitCurve(x, inside as NdArray<1>, model, { errors: given.errors }) };
  }, { hidden: true });
  const of: InputRef<Fitted> = { from: fitted };
  const when = <T>(give: (fitted: Fitted) => T) => ({ fitted }: { readonly fitted: Fitted }): T | Skip => (fitted.fit.converged ? give(fitted) : skip(`the fit did not converge: ${fitted.fit.reason}`));
  const number = (name: string, unlike: string) => when(({ fit }) => (name === 'fwhm' ? fit.fwhm : fit.values[name]) ?? skip(unlike));
  const title = `Fit (${model})`;
  return {
    parameters: view.table({ fitted: of }, ({ fitted: { fit } }) => ({
      converged: [Number(fit.converged)], points: [fit.points], reducedChi2: [fit.reducedChi2], fwhm: [fit.fwhm],
      ...Object.fromEntries(modelOf[model].names.flatMap((name) => [[name, [fit.values[name]!]], [`${name}Error`, [fit.errors[name]!]]])),
    }), { title }),
    curve: view.vector({ fitted: of }, when(({ fit, x }) => labelled(fit.at(x) as NdArray<1>, { axes: [{ name: 'x', values: Float64Array.from(x.data as unknown as ArrayLike<number>, Number) }] })), { title: `${title}: curve` }),
    centre: view.scalar({ fitted: of }, number('centre', `the model ${model} has no centre`), { title: `${title}: centre` }),
    fwhm: view.scalar({ fitted: of }, number('fwhm', `the model ${model} has no width`), { title: `${title}: width at half height` }),
    text: view.text({ fitted: of }, ({ fitted: { fit } }) => textOf(fit), { title: `${title} in words` }),
    fitted,
  };
};

/** x and y of what was given: two columns, edges of bins, no x at all. */
function points(of: NdArray, x: NdArray<1> | undefined, [low, high]: readonly [number, number]): [NdArray<1>, NdArray<1>] {
  // A scalar comes as a number.
  const y = asNdArray(of);
  if (y.dimension === 2 && y.shape[1] === 2 && x === undefined) return [y.slice(':, 0').copy() as unknown as NdArray<1>, y.slice(':, 1') as unknown as NdArray<1>];
  if (y.dimension !== 1) throw new YardError('FIT_RANK', `A fit takes a vector, or points of shape (n, 2), not an array of shape (${y.shape.join(', ')}).`);
  const n = y.size;
  if (x === undefined) {
    const width = low < high ? (high - low) / n : 1;
    return [ndarray(Float64Array.from({ length: n }, (_, i) => (low < high ? low + (i + 0.5) * width : i)), [n]) as NdArray<1>, y as NdArray<1>];
  }
  const xs = asNdArray(x);
  if (xs.size !== n + 1) return [xs.copy() as unknown as NdArray<1>, y as NdArray<1>];
  return [ndarray(Float64Array.from({ length: n }, (_, i) => (Number(xs.get(i)) + Number(xs.get(i + 1))) / 2), [n]) as NdArray<1>, y as NdArray<1>];
}

function textOf({ converged, reason, values, errors, reducedChi2, points: count }: CurveFit): string {
  if (!converged) return `The fit did not converge: ${reason}.`;
  return `${Object.entries(values).map(([name, value]) => `${name} = ${value.toPrecision(6)} +- ${errors[name]!.toPrecision(2)}`).join(', ')}; reduced chi2 ${reducedChi2.toPrecision(3)} of ${count} points`;
}
