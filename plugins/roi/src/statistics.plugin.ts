import { skip, view, type Image, type InputRef, type PluginBuild } from '@trainyard/core';
import { emptyReason, roiOf } from './roi.ts';
import { roiStatistics, statisticNames, type RoiStatistics } from './statistics.ts';

export const build: PluginBuild = ({ inputs, params }) => {
  const from = { image: inputs.image as InputRef<Image> };
  const all = view.compute(from, ({ image }) => {
    const empty = emptyReason(params, image);
    return empty === undefined ? roiStatistics(image, roiOf(params)) : skip(empty);
  }, { hidden: true });
  const of: InputRef<RoiStatistics> = { from: all };
  const views = statisticNames.map((name) => [name, view.scalar({ all: of }, ({ all }) => all[name], { title: `${name} of the region` })] as const);
  return { ...Object.fromEntries(views), all };
};
