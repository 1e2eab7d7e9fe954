import { labelled, skip, view, type Image, type InputRef, type PluginBuild, type Skip } from '@trainyard/core';
import { curveArea, curveSum, rangeOf, type Curve } from './curve.ts';
import { projections, type Projection } from './projection.ts';
import { emptyReason, roiOf } from './roi.ts';

interface Both {
  readonly x: Curve | Skip;
  readonly y: Curve | Skip;
}

export const build: PluginBuild = ({ inputs, params }) => {
  const both = view.compute({ image: inputs.image as InputRef<Image> }, ({ image }): Both | Skip => {
    const empty = emptyReason(params, image);
    if (empty !== undefined) return skip(empty);
    const { x, y } = projections(image, params.projection as Projection, roiOf(params));
    if (params.normalise !== 'auc') return { x, y };
    const range = rangeOf('aucRange', params.aucRange);
    return { x: overArea(x, 'x', range), y: overArea(y, 'y', range) };
  }, { hidden: true });
  const from = { both: { from: both } as InputRef<Both> };
  const sum = (curve: Curve | Skip): number | Skip => ('array' in curve ? curveSum(curve, rangeOf('sumRange', params.sumRange)) : curve);
  return {
    x: view.vector(from, ({ both }) => both.x, { title: 'Projection on x' }),
    y: view.vector(from, ({ both }) => both.y, { title: 'Projection on y' }),
    xSum: view.scalar(from, ({ both }) => sum(both.x), { title: 'Sum of the projection on x' }),
    ySum: view.scalar(from, ({ both }) => sum(both.y), { title: 'Sum of the projection on y' }),
    both,
  };
};

function overArea(curve: Curve, axis: string, range: readonly [number, number] | undefined): Curve | Skip {
  const area = curveArea(curve, range);
  if (area !== 0 && !Number.isNaN(area)) return labelled(curve.array.div(area), { axes: curve.labels.axes! });
  return skip(`${area === 0 ? 'the area under the projection' : 'there are no two numbers of the projection'} on ${axis}${range ? ` from ${range.join(' to ')}` : ''}${area === 0 ? ' is 0' : ''}`);
}
