/** Views of every kind that remembers, or may not: what cutting a run into parts could get wrong. */
export const VIEWS = `
import { labelled, optional, parameters, reducer, shifted, skip, slider, stale, view } from '@trainyard/core';
import { binning, correlation, ema, growingHistogram, histogram, mean, rolling, scatter, std, timeSeries } from '@trainyard/core/reducers';

const p = parameters({ gain: slider(2, 0.1, 10) });
const CAMERA = 'karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]';
const XGM = 'karabo#SA3_XGM/XGM/DOOCS:output[data.intensityTD]';
const DELAY = 'karabo#SQS_ILH_LAS/MOTOR/DELAY.actualPosition';

export const crop = view.image({ camera: CAMERA }, ({ camera }) => camera.slice('60:80, 140:170').mul(p.gain));
export const total = view.scalar({ img: crop }, ({ img }) => img.mean(), { unit: 'ADU', average: 25 });
export const smooth = view.image({ img: crop }, ({ img }) => img, { average: 7 });
export const energies = view.vector({ xgm: XGM }, ({ xgm }) => labelled(xgm, { unit: 'uJ', axes: [{ name: 'pulse' }] }));
export const spread = view.reduce(total, histogram({ bins: 20, range: [0, 2000] }));
export const overall = view.reduce(energies, mean());
export const before = view.scalar({ now: XGM, then: shifted(XGM, -3) }, ({ now, then }) => now.sum() - then.sum());
export const sparse = view.scalar({ delay: DELAY, id: 'internal#train_id' }, ({ delay, id }) => (id % 11 === 0 ? delay : undefined));
export const held = view.scalar({ sparse: stale(sparse, 20), id: 'internal#train_id' }, ({ sparse, id }) => sparse + id);
/** Three memories, one upon the other. */
export const deep = view.scalar({ held: shifted(held, -9), total, x: optional(shifted(total, -60)) }, ({ held, total, x }) => held + total + (x ?? 0), { average: 40 });
export const rare = view.scalar({ held }, ({ held }) => held, { every: 4, average: 30 });
export const open = view.scalar({ xgm: XGM, open: 'karabo#SQS_SHUTTER/DEV/1.isOpen' }, ({ xgm, open }) => (open ? xgm.mean() : skip('shutter closed')), { average: 10 });
export const fails = view.scalar({ id: 'internal#train_id' }, ({ id }) => {
  if (id % 10 === 3) throw new Error('a three');
  return id;
});
export const counted = view.reduce(fails, histogram({ bins: 8, range: [10000, 10400] }));
/** Blocks of different shapes: each has its mean, together they have none. */
export const shapes = view.vector({ xgm: XGM, id: 'internal#train_id' }, ({ xgm, id }) => xgm.slice(\`0:\${3 + (Math.floor(id / 64) % 3)}\`));
export const wander = view.vector({ shapes }, ({ shapes }) => shapes, { average: 12 });
export const mixed = view.reduce(shapes, mean());
/** Cannot take the first train of a block. */
export const picky = view.reduce(fails, reducer({ name: 'picky', kind: 'scalar', initial: () => 0, result: (sum: number) => sum, merge: (a: number, b: number) => a + b,
  add(sum: number, id: number) {
    if (id % 64 === 0) throw new Error('not this one');
    return sum + id;
  } }));
/** Several inputs, some of them missing now and then; what grows; what keeps trains; axes that are carried. */
export const line = view.reduce({ x: open, y: total }, correlation());
export const pulses = view.reduce({ x: XGM, y: sparse }, correlation({ trains: 50 }));
export const cloud = view.reduce({ x: sparse, y: total }, scatter({ trains: 30 }));
export const scanned = view.reduce({ value: energies, by: DELAY }, binning({ bins: 6, range: [34.9, 37.1] }));
export const distribution = view.reduce(XGM, growingHistogram({ width: 1, bins: 30 }));
export const course = view.reduce(fails, timeSeries({ points: 20 }));
export const fading = view.reduce(energies, ema({ halfLife: 30 }));
export const scattered = view.reduce(energies, std({ ddof: 1, trains: 12 }));
export const waterfall = view.reduce(sparse, rolling({ trains: 40 }));
export const absent = view.image({ img: 'karabo#NO/SUCH/CAMERA:output[data.image.pixels]' }, ({ img }) => img);
`;
