// Two values of the same train: scatter, line of best fit, 2-D histogram
import { view } from '@trainyard/core';
import { correlation, histogram2d, scatter } from '@trainyard/statistics';

const energy = view.scalar({ xgm: 'karabo#SA3_XGM/XGM/DOOCS:output[data.intensityTD]' }, ({ xgm }) => xgm.mean(), { unit: 'uJ' });
const total = view.scalar({ camera: 'karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]' }, ({ camera }) => camera.mean(), { unit: 'ADU' });

export const cloud = view.reduce({ x: energy, y: total }, scatter({ trains: 200 }), { title: 'Brightness against pulse energy' });
export const line = view.reduce({ x: energy, y: total }, correlation());
export const map = view.reduce({ x: energy, y: total }, histogram2d({ x: { bins: 40, range: [600, 1800] }, y: { bins: 40, range: [90, 140] } }));
