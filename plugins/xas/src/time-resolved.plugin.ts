import { asInputRef, skip, view, type InputRef, type NdArray, type PluginBuild } from '@trainyard/core';
import { tuples } from '@trainyard/core/reducers';
import { absorbance, overDelay, overDelayAndEnergy, type Along, type RegionPair } from './time-resolved.ts';

const PAIRS: readonly RegionPair[] = [[1, 3], [2, 3], [2, 1]];

export const build: PluginBuild = ({ inputs, params }) => {
  const along = (name: string): Along => {
    const range = [Number(params[`${name}Low`]), Number(params[`${name}High`])] as const;
    return { bins: Number(params[`${name}Bins`]), range: range[0] === range[1] ? undefined : range };
  };
  const region = (name: string) => inputs[name] as InputRef<number>;
  const scalar = (i: number, j: number) => view.scalar({ over: region(`roi${i}`), under: region(`roi${j}`) }, ({ over, under }) => {
    const value = absorbance(over, under);
    return Number.isNaN(value) ? skip(`the sums ${over} and ${under} of regions ${i} and ${j} have no ratio above 0`) : value;
  }, { title: `-ln(roi${i} / roi${j})` });
  const regions = { roi1: asInputRef(inputs.roi1!), roi2: asInputRef(inputs.roi2!), roi3: asInputRef(inputs.roi3!) };
  const trains = Number(params.trains);
  const history = view.reduce({ delay: asInputRef(inputs.delay!), ...regions }, tuples(['delay', 'roi1', 'roi2', 'roi3'], { trains }), { hidden: true });
  const of = { history: { from: history } as InputRef<NdArray<2>> };
  const none = () => skip('no train with a delay and all three regions has come yet');
  const shown = {
    spectrum: view.matrix(of, ({ history: rows }) => overDelay(rows, PAIRS, along('delay')) ?? none(), { title: 'Absorption over the delay: a13, a23, a21' }),
    ...(inputs.energy === undefined
      ? { map: view.image(of, () => skip('the input "energy" is not given'), { title: 'Absorption over delay and energy' }) }
      : mapOf(inputs.energy as InputRef)),
    a13: scalar(1, 3), a23: scalar(2, 3), a21: scalar(2, 1),
  };
  return { ...shown, history };

  function mapOf(energy: InputRef) {
    const wide = view.reduce({ delay: asInputRef(inputs.delay!), energy: asInputRef(energy), ...regions }, tuples(['delay', 'energy', 'roi1', 'roi2', 'roi3'], { trains }), { hidden: true });
    const [i, j] = PAIRS[['a13', 'a23', 'a21'].indexOf(String(params.map))]!;
    const map = view.image({ wide: { from: wide } as InputRef<NdArray<2>> }, ({ wide: rows }) => overDelayAndEnergy(rows, [i, j], { delay: along('delay'), energy: along('energy') }) ?? skip('no train with a delay, an energy and all three regions has come yet'), { title: `Absorption over delay and energy: ${String(params.map)}` });
    return { map, wide };
  }
};
