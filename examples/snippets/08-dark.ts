// A dark by a button, subtracted from then on
import { action, keep, skip, view, type Image } from '@trainyard/core';
import { mean } from '@trainyard/statistics';

const camera = 'karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]';

export const dark = keep<Image>();
export const recordDark = action('Record dark', { of: camera, reduce: mean(), trains: 50, into: dark });
export const corrected = view.image({ camera }, ({ camera }) => (dark.value ? camera.sub(dark.value) : skip('no dark yet: press Record dark')), { unit: 'ADU' });
