import { view, type PluginBuild } from '@trainyard/core';
import { timeSeries } from '@trainyard/core/reducers';

export const build: PluginBuild = ({ inputs, params }) => ({
  course: view.reduce(inputs.value, timeSeries({ points: Number(params.points) }), { title: 'Course over trains' }),
});
