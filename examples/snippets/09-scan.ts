// A button that steps a slider through values and collects trains at each
import { linspace, parameters, scan, slider, view } from '@trainyard/core';
import { gaussianFilter } from '@trainyard/smoothing';
import { mean } from '@trainyard/statistics';

const p = parameters({ sigma: slider(5, 0.5, 20, 'px') });

export const smoothed = view.image({ camera: 'karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]' }, ({ camera }) => gaussianFilter(camera.slice('350:750, 1000:1500'), p.sigma));
export const sigmaScan = scan('Sigma scan', { set: { sigma: linspace(1, 10, 10) }, of: { peak: view.scalar({ image: smoothed }, ({ image }) => image.max()) }, reduce: mean(), trains: 20 });
