import { view, skip, type Image, type InputRef, type PluginBuild, type Skip } from '@trainyard/core';
import { projectX, projectY, type Projection } from './projection.ts';
import { crop, type Region } from './region.ts';
import { roiMean, roiSum } from './statistics.ts';

export const build: PluginBuild = ({ inputs, params }) => {
  const from = { image: inputs.image as InputRef<Image> };
  const region = (): Region => ({ y0: Number(params.y0), y1: Number(params.y1), x0: Number(params.x0), x1: Number(params.x1) });
  const how = (): Projection => params.projection as Projection;
  /** `give` of the rectangle, or why there is nothing: a rectangle beside the image is no error of the data. */
  const of = <T>(give: (image: Image, at: Region) => T) => ({ image }: { readonly image: Image }): T | Skip => {
    const at = region();
    return crop(image, at).size === 0 ? skip(`the rectangle ${at.y0}:${at.y1}, ${at.x0}:${at.x1} holds no pixel of an image of ${image.shape.join(' x ')}`) : give(image, at);
  };
  return {
    image: view.image(from, of((image, at) => crop(image, at)), { title: 'Region' }),
    sum: view.scalar(from, of(roiSum), { title: 'Sum of the region' }),
    mean: view.scalar(from, of(roiMean), { title: 'Mean of the region' }),
    x: view.vector(from, of((image, at) => projectX(image, how(), at)), { title: 'Projection on x' }),
    y: view.vector(from, of((image, at) => projectY(image, how(), at)), { title: 'Projection on y' }),
  };
};
