import { action, keep, parameters, plan, regionMask, ring, skip, slider, view, type Image, type NdArray } from '@trainyard/core';
import { droplets, photonStatistics, speckleContrast, type FoundPhotons } from '@trainyard/peaks';
import { histogram, mean, std } from '@trainyard/statistics';

const p = parameters({
  photon: slider(65, 1, 1000, 'ADU'),
  threshold: slider(20, 0, 1000, 'ADU'),
  // Where the photons are counted: [cx, cy, inner, outer].
  around: ring([64, 256, 10, 60], { on: 'picture', unit: 'px' }),
});

// Module 3 of the raw detector: a frame per pulse, (pulse, ss, fs). The dark is one per pulse, too.
export const frames = view.matrix({ data: 'karabo#MID_DET_AGIPD1M-1/CAL/APPEND_RAW[image.data]' }, ({ data }): NdArray => data.slice(':, 3'), { hidden: true });
export const dark = keep<NdArray>();
export const recordDark = action('Record dark', { of: frames, reduce: mean(), trains: 50, into: dark });
export const corrected = view.matrix({ frames }, ({ frames }) => (dark.value ? frames.sub(dark.value) : skip('no dark yet: press Record dark')), { unit: 'ADU' });

export const picture = view.image({ corrected }, ({ corrected }) => corrected.nanmean({ axis: 0 }) as Image, { title: 'Mean of the pulses', unit: 'ADU' });
export const spread = view.reduce(picture, std(), { title: 'Standard deviation of each pixel over trains', unit: 'ADU' });

const outside = plan((around) => regionMask('ring', around, [512, 128]).where(0, 1), () => p.around);
const find = droplets(() => ({ photon: p.photon, threshold: p.threshold, mask: outside() }));
export const found = view.compute({ corrected }, ({ corrected }): FoundPhotons => find(corrected), { hidden: true });
export const photons = view.matrix({ found }, ({ found }) => found.photons, { title: 'Photons in the ring', unit: 'photons' });
export const rate = view.vector({ found }, ({ found }) => found.count, { title: 'Photons of each pulse', unit: 'photons' });

export const counts = view.reduce(photons, histogram({ bins: 9, range: [-0.5, 8.5], unit: 'photons' }), { title: 'Pixels with k photons, all trains' });
export const contrast = view.scalar({ counts }, ({ counts }) => photonStatistics(counts).contrast, { title: 'Speckle contrast of the photons, all trains' });
export const bright = view.scalar({ picture }, ({ picture }) => speckleContrast(picture), { title: 'Variance / mean² of the picture' });
