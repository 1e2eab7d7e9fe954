/** Views that the end-to-end tests share: every stage, kind and outcome on the small simulated facility. */
export const VIEWS = `
import { From, Param, View, optional, parameters, skip, slider, stale, shifted, view, type Image } from '@trainyard/core';
import { gaussianFilter } from '@trainyard/smoothing';
import { histogram, mean } from '@trainyard/statistics';

const p = parameters({ sigma: slider(2, 0.5, 20, 'px') });
const CAMERA = 'karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]';
const XGM = 'karabo#SA3_XGM/XGM/DOOCS:output[data.intensityTD]';

export const smoothed = view.image({ camera: CAMERA }, ({ camera }) => gaussianFilter(camera.slice('20:80, 100:180'), p.sigma));
export const pumped = view.image({ img: smoothed, open: 'karabo#SQS_SHUTTER/DEV/1.isOpen', xgm: optional(XGM) },
  ({ img, open, xgm }) => (open ? img.div(xgm?.mean() ?? 1) : skip('shutter closed')));
export const total = view.scalar({ img: smoothed }, ({ img }) => img.sum(), { unit: 'ADU', average: 25 });
export const spread = view.reduce(total, histogram({ bins: 50, range: [0, 5e7] }));
export const meanImage = view.reduce(smoothed, mean());
export const before = view.scalar({ now: 'internal#train_id', last: shifted('internal#train_id', -3) }, ({ now, last }) => now - last);
export const energy = view.vector({ xgm: XGM }, ({ xgm }) => xgm);
export const missing = view.scalar({ a: 'karabo#NO/SUCH/THING.x' }, ({ a }) => a);
export const text = view.text({ id: 'internal#train_id' }, ({ id }) => \`train \${id}\`);
export const fails = view.scalar({ id: 'internal#train_id' }, ({ id }) => {
  if (id % 10 === 3) throw new Error('a three');
  return id;
});
export class TimingTool {
  @Param({ min: 0, max: 127 }) row = 64;
  @View.Vector profile(@From(CAMERA) camera: Image) {
    return camera.slice(\`\${this.row - 2}:\${this.row + 2}, :\`).mean({ axis: 0 });
  }
  @View.Scalar edge(@From('view#profile') profile: any) {
    return profile.argmax();
  }
}
`;
