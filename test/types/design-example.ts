// The user's file as the design shows it, line by line.
import { View, view, From, Param, parameters, slider, optional, skip, type Image } from '@trainyard/core';
import { gaussianFilter } from '@trainyard/smoothing';
import { histogram } from '@trainyard/statistics';

// As a class: packs, inherited groups, several instances under prefixes.
export class TimingTool {
  @Param({ min: 0.5, max: 20, unit: 'px' }) sigma = 5;          // a slider in the viewer; survives a reload
  @View.Image                                                  // or @View.Image({ title, every, timeoutMs })
  smoothedRoi(@From('karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]') camera: Image) {
    return gaussianFilter(camera.slice('350:750, 1000:1500'), this.sigma);
  }
}

// As functions: the least ceremony; argument types come from the path, another view can be an input.
const p = parameters({ sigma: slider(5, 0.5, 20, 'px') });
export const smoothed = view.image({ camera: 'karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]' },
  ({ camera }) => gaussianFilter(camera.slice('350:750, 1000:1500'), p.sigma));
export const pumped = view.image({ img: smoothed, open: 'karabo#SQS_SHUTTER/DEV/1.isOpen', xgm: optional('karabo#SA3_XGM/XGM/DOOCS:output[data.intensityTD]') },
  ({ img, open, xgm }) => (open ? img.div(xgm?.mean() ?? 1) : skip('shutter closed')));
export const total = view.scalar({ img: smoothed }, ({ img }) => img.sum(), { unit: 'ADU', average: 25 });
export const spread = view.reduce(total, histogram({ bins: 200, range: [0, 1e6] }));
