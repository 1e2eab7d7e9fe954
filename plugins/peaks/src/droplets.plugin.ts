import { labelled, view, type InputRef, type NdArray, type PluginBuild, type Vector } from '@trainyard/core';
import { histogram } from '@trainyard/core/reducers';
import { constantArray } from './constant-array.ts';
import { droplets, type FoundPhotons } from './droplets.ts';
import { withOptional } from './given.ts';
import { photonStatistics } from './speckle.ts';

export const build: PluginBuild = ({ inputs, params }) => {
  const kept = constantArray();
  let now: NdArray | undefined;
  const find = droplets(() => ({ threshold: Number(params.threshold), photon: Number(params.photon), mask: now }));
  const found = view.compute(withOptional(inputs, 'mask'), ({ image, mask }): FoundPhotons => {
    now = kept(mask);
    return find(image);
  }, { hidden: true });
  const of: InputRef<FoundPhotons> = { from: found };
  const photons = view.matrix({ of }, ({ of: { photons: all } }) => labelled(all, { unit: 'photons' }), { title: 'Photons' });
  const most = Number(params.most);
  const counts = view.reduce(photons, histogram({ bins: most + 1, range: [-0.5, most + 0.5], unit: 'photons' }), { title: 'Photons per pixel', unit: 'pixels' });
  return {
    photons,
    count: view.vector({ of }, ({ of: { count } }) => labelled(count, { unit: 'photons' }), { title: 'Photons of each frame' }),
    table: view.table({ of }, ({ of: { table } }) => table, { title: 'Droplets' }),
    histogram: counts,
    contrast: view.scalar({ counts: { from: counts } as InputRef<Vector> }, ({ counts: n }) => photonStatistics(n).contrast, { title: 'Speckle contrast' }),
    found,
  };
};
