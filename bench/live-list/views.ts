import { view } from '@trainyard/core';
import { gaussianFilter } from '@trainyard/smoothing';
import { azimuthal } from '@trainyard/integration';

const iq = azimuthal({ poni: './geo.poni', bins: 500, unit: 'q_nm^-1' });

export const smoothed = view.image({ camera: 'karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]' }, ({ camera }) => gaussianFilter(camera.slice('350:750, 1000:1500'), 5));
export const total = view.scalar({ img: smoothed }, ({ img }) => img.sum());
export const energy = view.scalar({ xgm: 'karabo#SA3_XGM/XGM/DOOCS:output[data.intensityTD]' }, ({ xgm }) => xgm.mean());
export const rings = view.matrix({ image: 'karabo#SPB_DET_AGIPD1M-1/CAL/APPEND_CORRECTED[image.data]' }, ({ image }) => iq(image.slice(':, 3')));
