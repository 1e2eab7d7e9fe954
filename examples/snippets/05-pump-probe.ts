// A curve in bins of a motor's position, only while the shutter is open
import { skip, view } from '@trainyard/core';
import { binning } from '@trainyard/statistics';

const delay = 'karabo#SQS_ILH_LAS/MOTOR/DELAY.actualPosition';

const signal = view.scalar(
  { camera: 'karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]', open: 'karabo#SQS_SHUTTER/DEV/1.isOpen' },
  ({ camera, open }) => (open ? camera.mean() : skip('shutter closed')),
  { unit: 'ADU' },
);
export const overDelay = view.reduce({ value: signal, by: delay }, binning({ bins: 21, range: [34.95, 37.05], unit: 'mm' }), { title: 'Brightness over the delay' });
