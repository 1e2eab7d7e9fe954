import { view, type PluginBuild } from '@trainyard/core';
import { scatter } from '@trainyard/core/reducers';

export const build: PluginBuild = ({ inputs: { x, y }, params }) => ({
  points: view.reduce({ x, y }, scatter({ trains: Number(params.trains) }), { title: `Pairs of ${Number(params.trains)} trains` }),
});
