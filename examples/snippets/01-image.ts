// An image, smoothed, with a slider and a rectangle to drag
import { cut, parameters, rectangle, slider, view } from '@trainyard/core';
import { gaussianFilter } from '@trainyard/smoothing';

const camera = 'karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]';
const p = parameters({ sigma: slider(3, 0.5, 20, 'px'), roi: rectangle([1000, 350, 1500, 750], { on: camera, unit: 'px' }) });

export const spot = view.image({ camera }, ({ camera }) => gaussianFilter(cut(camera, p.roi), p.sigma), { title: 'Laser spot', unit: 'ADU' });
