import { view, type InputRef, type NdArray, type PluginBuild } from '@trainyard/core';
import { hitRate } from './hit-rate.ts';
import { hitsOf } from './hits-of.ts';

export const build: PluginBuild = ({ inputs, params }) => {
  const hit = view.vector({ count: inputs.count as InputRef<NdArray | number> }, ({ count }) => hitsOf(count, Number(params.least)), { hidden: true });
  const trains = Number(params.trains);
  return {
    rate: view.reduce(hit, hitRate({ trains }), { title: `Hit rate over ${trains} trains` }),
    all: view.reduce(hit, hitRate(), { title: 'Hit rate' }),
    hit,
  };
};
