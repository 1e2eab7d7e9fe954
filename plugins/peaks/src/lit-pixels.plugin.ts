import { labelled, view, type InputRef, type NdArray, type PluginBuild } from '@trainyard/core';
import { constantArray } from './constant-array.ts';
import { pairOf, withOptional } from './given.ts';
import { hits } from './hit-rate.ts';
import { litPixels, type LitPixels } from './lit-pixels.ts';

export const build: PluginBuild = ({ inputs, params }) => {
  const kept = constantArray();
  let now: NdArray | undefined;
  const count = litPixels(() => ({ threshold: Number(params.threshold), panel: pairOf('panel', params.panel), mask: now }));
  const lit = view.compute(withOptional(inputs, 'mask'), ({ image, mask }): LitPixels => {
    now = kept(mask);
    return count(image);
  }, { hidden: true });
  const of: InputRef<LitPixels> = { from: lit };
  return {
    count: view.vector({ of }, ({ of: { count: counts } }) => labelled(counts, { unit: 'px' }), { title: 'Lit pixels' }),
    panels: view.matrix({ of }, ({ of: { panels } }) => labelled(panels, { axes: [{ name: 'pulse' }, { name: 'panel' }], unit: 'px' }), { title: 'Lit pixels of each panel' }),
    hit: view.vector({ of }, ({ of: { count: counts } }) => hits(counts, Number(params.least)), { title: 'Hits' }),
    lit,
  };
};
