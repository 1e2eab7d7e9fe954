import { view, type PluginBuild } from '@trainyard/core';
import { rolling } from '@trainyard/core/reducers';

export const build: PluginBuild = ({ inputs, params }) => ({
  rows: view.reduce(inputs.value, rolling({ trains: Number(params.trains) }), { title: `The last ${Number(params.trains)} trains` }),
});
