import { cut, parameters, rectangle, view } from '@trainyard/core';

const p = parameters({ roi: rectangle([0, 0, 100, 100], { on: 'image', unit: 'px' }) });

export const image = view.image({ frames: 'karabo#FXE_DET_JF1M/CAL/CORR_GAIN:output[data.image.pixels]' }, ({ frames }) => frames.nanmean({ axis: 0 }), { title: 'JUNGFRAU' });
export const inRoi = view.image({ image }, ({ image }) => cut(image, p.roi), { title: 'JUNGFRAU, region' });
