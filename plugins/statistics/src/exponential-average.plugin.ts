import { view, type PluginBuild } from '@trainyard/core';
import { ema } from '@trainyard/core/reducers';

export const build: PluginBuild = ({ inputs, params }) => ({
  average: view.reduce(inputs.value, ema({ halfLife: Number(params.halfLife) }), { title: `Average that halves in ${Number(params.halfLife)} trains` }),
});
