import { From, Param, View, optional, parameters, skip, slider, view, type Image, type Vector } from '@trainyard/core';
import { gaussianFilter } from '@trainyard/smoothing';
import { histogram } from '@trainyard/statistics';

// As functions: the least ceremony. Change the 5 and save: the plot follows.
const p = parameters({ sigma: slider(5, 0.5, 20, 'px') });

export const smoothed = view.image(
  { camera: 'karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]' },
  ({ camera }) => gaussianFilter(camera.slice('350:750, 1000:1500'), p.sigma),
  { title: 'Laser spot, smoothed', unit: 'ADU' },
);

/** Only while the shutter is open, and per unit of pulse energy. */
export const pumped = view.image(
  { img: smoothed, open: 'karabo#SQS_SHUTTER/DEV/1.isOpen', xgm: optional('karabo#SA3_XGM/XGM/DOOCS:output[data.intensityTD]') },
  ({ img, open, xgm }) => (open ? img.div(xgm?.mean() ?? 1) : skip('shutter closed')),
  { title: 'Pumped, per pulse energy' },
);

export const total = view.scalar({ img: smoothed }, ({ img }) => img.sum(), { title: 'Total, mean of 25 trains', unit: 'ADU', average: 25 });

export const spread = view.reduce(total, histogram({ bins: 200, range: [1.5e7, 3.5e7], unit: 'ADU' }), { title: 'How the total spreads' });

export const pulses = view.vector({ xgm: 'karabo#SA3_XGM/XGM/DOOCS:output[data.intensityTD]' }, ({ xgm }) => xgm, { title: 'Pulse energies', unit: 'uJ' });

// As a class: several instances under prefixes, inheritance, packs.
export class TimingTool {
  @Param({ min: 0, max: 1023, unit: 'px' }) row = 550;

  @View.Vector({ title: 'Edge profile', unit: 'ADU' })
  profile(@From('karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]') camera: Image) {
    return camera.slice(`${this.row - 10}:${this.row + 10}, :`).mean({ axis: 0 });
  }

  @View.Scalar({ title: 'Edge position', unit: 'px' })
  edge(@From('view#profile') profile: Vector) {
    return profile.diff().argmax();
  }
}
