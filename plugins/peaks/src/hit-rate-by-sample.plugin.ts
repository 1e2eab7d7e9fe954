import { view, type InputRef, type NdArray, type PluginBuild } from '@trainyard/core';
import { hitRateBySample } from './hit-rate.ts';
import { hitsOf } from './hits-of.ts';

export const build: PluginBuild = ({ inputs, params }) => {
  const hit = view.vector({ count: inputs.count as InputRef<NdArray | number> }, ({ count }) => hitsOf(count, Number(params.least)), { hidden: true });
  return { rates: view.reduce({ hit, sample: inputs.sample as InputRef<number | string> }, hitRateBySample(), { title: 'Hit rate by sample' }), hit };
};
