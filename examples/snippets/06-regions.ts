// What lies in a circle and in the ring around it
import { circle, parameters, plan, regionMask, ring, view, type Image, type NdArray } from '@trainyard/core';

const camera = 'karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]';
const p = parameters({ spot: circle([1250, 550, 80], { on: camera }), around: ring([1250, 550, 90, 130], { on: camera }) });

const shape = [1024, 1536];
const inside = plan((spot) => regionMask('circle', spot, shape), () => p.spot);
const outside = plan((around) => regionMask('ring', around, shape), () => p.around);

/** The spot's mean above that of its surroundings. */
export const contrast = view.scalar({ camera }, ({ camera }) => meanIn(camera, inside()) - meanIn(camera, outside()), { unit: 'ADU' });

function meanIn(image: Image, mask: NdArray<2>): number {
  return image.mul(mask).sum() / mask.sum();
}
