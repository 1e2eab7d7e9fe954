import { cut, parameters, rectangle, skip, slider, view, type Labelled, type NdArray } from '@trainyard/core';
import { roiSum } from '@trainyard/roi';
import { binAgain, binAgain2d, tuples } from '@trainyard/statistics';
import { absorbance, overDelay, overDelayAndEnergy } from '@trainyard/xas';

const on = { on: 'image', unit: 'px' };
const p = parameters({
  roi1: rectangle([2, 2, 10, 14], on),
  roi2: rectangle([12, 2, 20, 14], on),
  roi3: rectangle([22, 2, 30, 14], on),
  // Low the same as high: from the smallest to the largest value so far.
  delayBins: slider(20, 1, 999), delayLow: 0, delayHigh: 0,
  energyBins: slider(20, 1, 999), energyLow: 0, energyHigh: 0,
});
const along = (bins: number, low: number, high: number, unit: string) => ({ bins: Math.round(bins), range: low === high ? undefined : [low, high] as const, unit });
const delays = () => along(p.delayBins, p.delayLow, p.delayHigh, 'ps');
const energies = () => along(p.energyBins, p.energyLow, p.energyHigh, 'eV');

export const image = view.image({ pixels: 'karabo#SCS_CDIDET_FCCD2M/DAQ/FCCD:daqOutput[data.image.pixels]' }, ({ pixels }) => pixels, { title: 'Drag the frames: pumped, not pumped, reference' });
export const region1 = view.image({ image }, ({ image }) => cut(image, p.roi1));
export const region2 = view.image({ image }, ({ image }) => cut(image, p.roi2));
export const region3 = view.image({ image }, ({ image }) => cut(image, p.roi3));
export const sum1 = view.scalar({ image }, ({ image }) => roiSum(image, { rectangle: p.roi1 }));
export const sum2 = view.scalar({ image }, ({ image }) => roiSum(image, { rectangle: p.roi2 }));
export const sum3 = view.scalar({ image }, ({ image }) => roiSum(image, { rectangle: p.roi3 }));
export const a21 = view.scalar({ sum1, sum2 }, ({ sum1, sum2 }) => absorbance(sum2, sum1), { title: '-ln(roi2 / roi1)' });

/** The last half an hour as it came, so that it can be binned in another way at any time. */
const delay = 'karabo#SCS_ILH_LAS/PHASESHIFTER/DOOCS.actualPosition';
const energy = 'karabo#SA3_XTD10_MONO/MDL/PHOTON_ENERGY.actualEnergy';
const history = view.reduce({ delay, energy, sum1, sum2, sum3 }, tuples(['delay', 'energy', 'sum1', 'sum2', 'sum3'], { trains: 18_000 }), { hidden: true });
const none = () => skip('no train with a delay, an energy and an image has come yet');

export const spectrum = view.matrix({ history }, ({ history }) => overDelay(history.take([0, 2, 3, 4], { axis: 1 }), [[1, 3], [2, 3], [2, 1]], delays()) ?? none(), { title: 'a13, a23 and a21 over the delay' });
export const map = view.image({ history }, ({ history }) => overDelayAndEnergy(history, [2, 1], { delay: delays(), energy: energies() }) ?? none(), { title: 'a21 over delay and energy' });
export const counts = view.vector({ history }, ({ history }) => binAgain(history.take([0, 2], { axis: 1 }), { ...delays(), mode: 'count' }) as Labelled<NdArray<1>> | undefined ?? none(), { title: 'Trains in each bin', unit: 'trains' });
export const mapCounts = view.image({ history }, ({ history }) => binAgain2d(history.take([0, 1, 2], { axis: 1 }), { x: delays(), y: energies(), mode: 'count' }) ?? none(), { title: 'Trains in each cell', unit: 'trains' });
