import { view, type PluginBuild } from '@trainyard/core';
import { histogram } from '@trainyard/core/reducers';

export const build: PluginBuild = ({ inputs, params }) => ({
  histogram: view.reduce(inputs.value, histogram({ bins: Number(params.bins), range: [Number(params.low), Number(params.high)] }), { title: 'Histogram', unit: 'counts' }),
});
