import { view, type PluginBuild } from '@trainyard/core';
import { optionsOf, sliced } from './given.ts';
import { xmcd, xmcdCurves } from './xmcd.ts';

export const build: PluginBuild = ({ inputs, params }) => {
  const { signals, options } = optionsOf(inputs, params);
  const { pulses, hidden } = sliced(inputs, ['energy', 'current', 'i0', ...signals], params);
  const both = { ...options, current: Number(params.current) };
  return {
    difference: view.reduce(pulses, xmcdCurves({ ...both, of: 'difference' }), { title: 'XMCD' }),
    sum: view.reduce(pulses, xmcdCurves({ ...both, of: 'sum' }), { title: 'Sum of both directions' }),
    spectrum: view.reduce(pulses, xmcd(both), { title: 'XMCD, by bin' }),
    ...hidden,
  };
};
