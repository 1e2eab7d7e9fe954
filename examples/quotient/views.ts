import { interp, labelled, linspace, view, type Vector } from '@trainyard/core';
import { correctBackground } from './correct-background.ts';

/** On the calibrated axis of either detector. */
const calibrated = (data: Vector) => labelled(data, { axes: [{ name: 'position', unit: 'mm', values: linspace(0, 1, data.size).data }] });

const preprocessedA = view.compute({ data: 'karabo#SCS_DET_A/CAM/LINE:output[data.profile]' }, ({ data }) => correctBackground(data));
export const processedA = view.vector({ data: preprocessedA }, ({ data }) => calibrated(data));
export const processedB = view.vector({ data: 'karabo#SCS_DET_B/CAM/LINE:output[data.profile]' }, ({ data }) => calibrated(data));

export const quotient = view.vector({ a: processedA, b: processedB }, ({ a, b }) => {
  const common = linspace(0, 1, Math.min(a.size, b.size));
  return calibrated(interp(common, linspace(0, 1, a.size), a).div(interp(common, linspace(0, 1, b.size), b)));
});
export const averaged = view.vector({ quotient }, ({ quotient }) => calibrated(quotient), { average: 20, title: 'A / B, mean of 20 trains' });
