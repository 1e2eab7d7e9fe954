// A number: its history, the mean of the last trains, how it spreads
import { view } from '@trainyard/core';
import { growingHistogram } from '@trainyard/statistics';

const camera = 'karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]';

export const brightness = view.scalar({ camera }, ({ camera }) => camera.mean(), { title: 'Brightness', unit: 'ADU' });
export const steady = view.scalar({ brightness }, ({ brightness }) => brightness, { title: 'Brightness, mean of 25 trains', unit: 'ADU', average: 25 });
export const spread = view.reduce(brightness, growingHistogram({ width: 0.1, bins: 100, unit: 'ADU' }));
