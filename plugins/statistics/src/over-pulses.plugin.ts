import { labelled, view, type InputRef, type NdArray, type PluginBuild } from '@trainyard/core';
import { overPulses } from './over-pulses.ts';

export const build: PluginBuild = ({ inputs, params }) => {
  const from = { value: inputs.value as InputRef<NdArray> };
  const of = (value: NdArray) => overPulses(value, { ddof: Number(params.ddof) });
  return {
    mean: view.matrix(from, ({ value }) => of(value), { title: 'Mean over pulses' }),
    std: view.matrix(from, ({ value }) => labelled(of(value).labels.errors!, {}), { title: 'Standard deviation over pulses' }),
  };
};
