import { view, type PluginBuild } from '@trainyard/core';
import { mean } from '@trainyard/core/reducers';

export const build: PluginBuild = ({ inputs, params }) => {
  const trains = Number(params.trains);
  return { average: view.reduce(inputs.value, mean(trains > 0 ? { trains } : {}), { title: trains > 0 ? `Average over ${trains} trains` : 'Average' }) };
};
