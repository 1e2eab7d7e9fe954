import { view, type PluginBuild } from '@trainyard/core';
import { optionsOf, sliced } from './given.ts';
import { xasTim, xasTimCurves } from './tim.ts';

export const build: PluginBuild = ({ inputs, params }) => {
  const { signals, options } = optionsOf(inputs, params);
  const { pulses, hidden } = sliced(inputs, ['energy', 'i0', ...signals], params);
  return {
    absorption: view.reduce(pulses, xasTimCurves(options), { title: 'X-ray absorption' }),
    spectrum: view.reduce(pulses, xasTim(options), { title: 'X-ray absorption, by bin' }),
    ...hidden,
  };
};
