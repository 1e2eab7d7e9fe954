import { skip, view, type InputRef, type NdArray, type PluginBuild } from '@trainyard/core';
import { rangeOf } from './curve.ts';
import { roiHistogram, type RoiHistogram } from './histogram.ts';

import { emptyReason, roiOf } from './roi.ts';

export const build: PluginBuild = ({ inputs, params }) => {
  const counted = view.compute({ image: inputs.image as InputRef<NdArray> }, ({ image }) => {
    const empty = emptyReason(params, image);
    return empty === undefined ? roiHistogram(image, { bins: Number(params.bins), range: rangeOf('range', params.range) }, roiOf(params)) : skip(empty);
  }, { hidden: true });
  const of: InputRef<RoiHistogram> = { from: counted };
  return {
    histogram: view.vector({ counted: of }, ({ counted }) => counted.histogram, { title: 'Histogram of the region', unit: 'counts' }),
    mean: view.scalar({ counted: of }, ({ counted }) => counted.mean, { title: 'Mean of what is counted' }),
    median: view.scalar({ counted: of }, ({ counted }) => counted.median, { title: 'Median of what is counted' }),
    std: view.scalar({ counted: of }, ({ counted }) => counted.std, { title: 'Standard deviation of what is counted' }),
    counted,
  };
};
