import { view, type Stack } from '@trainyard/core';

export const frames = view.matrix({ images: 'karabo#SPB_EHD_HPVX2_1/CAM/CAMERA:output[data.image.pixels]' }, ({ images }) => images, { title: 'All frames of the burst' });
export const meanImage = view.image({ frames }, ({ frames }) => (frames as Stack).mean({ axis: 0 }), { title: 'Mean of the burst' });
export const brightness = view.vector({ frames }, ({ frames }) => (frames as Stack).mean({ axis: 2 }).mean({ axis: 1 }), { title: 'Mean of each frame' });
