import { view } from '@trainyard/core';

/** What stands beside every bad view, and must not notice: the camera is never all zero, and the sum of a list is what it is. */
export const cam = 'karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]';
export const id = 'internal#train_id';

export const good = view.scalar({ cam }, ({ cam }) => {
  const most = cam.max();
  if (most === 0) throw new Error('the camera is black');
  return most;
});

export const other = view.scalar({ id }, ({ id }) => {
  const sum = [1, 2, 3].map((x) => 2 * x).reduce((a, b) => a + b);
  if (sum !== 12) throw new Error(`12 is ${sum}`);
  return id + 12 - sum;
});
