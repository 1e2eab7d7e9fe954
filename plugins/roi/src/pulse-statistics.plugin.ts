import { labelled, skip, view, type InputRef, type NdArray, type PluginBuild } from '@trainyard/core';
import { emptyReason, roiOf } from './roi.ts';
import { pulseStatistic, type Statistic } from './statistics.ts';

export const build: PluginBuild = ({ inputs, params }) => ({
  values: view.vector({ stack: inputs.stack as InputRef<NdArray<3>> }, ({ stack }) => {
    const empty = emptyReason(params, stack);
    return empty === undefined ? labelled(pulseStatistic(stack, params.statistic as Statistic, roiOf(params)), { axes: [{ name: 'pulse' }] }) : skip(empty);
  }, { title: 'Region per pulse' }),
});
