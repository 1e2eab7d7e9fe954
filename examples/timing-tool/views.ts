import { From, Param, View, cut, optional, parameters, rectangle, skip, slider, view, type Image, type Vector } from '@trainyard/core';
import { agipd1m } from '@trainyard/geometry';
import { assembled } from '@trainyard/geometry-plugins';
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

// A rectangle [x0, y0, x1, y1] to drag on the picture.
const area = parameters({ roi: rectangle([100, 50, 400, 350], { on: 'smoothed', unit: 'px', title: 'Laser spot' }) });
export const total = view.scalar({ img: smoothed }, ({ img }) => cut(img, area.roi).sum(), { title: 'Total of the spot, mean of 25 trains', unit: 'ADU', average: 25 });

export const spread = view.reduce(total, histogram({ bins: 200, range: [1e7, 2.5e7], unit: 'ADU' }), { title: 'How the total spreads' });

export const pulses = view.vector({ xgm: 'karabo#SA3_XGM/XGM/DOOCS:output[data.intensityTD]' }, ({ xgm }) => xgm, { title: 'Pulse energies', unit: 'uJ' });

// Sixteen modules in their places. The simulated detector has no gaps between the chips of a module.
const agipd = agipd1m({ quadrants: [[-525, 625], [-550, -10], [520, -160], [542, 475]], asicGap: 0 });
const assemble = assembled(() => ({ geometry: agipd }));
export const detector = view.image(
  { modules: optional('karabo#SPB_DET_AGIPD1M-1/CAL/APPEND_CORRECTED[image.data]') },
  ({ modules }) => (modules ? assemble(modules) : skip('no detector here')),
  { title: 'Detector, first pulse', unit: 'photons' },
);

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
