import { ndarray, view, type NdArray } from '@trainyard/core';
import { correction } from '@trainyard/correction';
import { azimuthal } from '@trainyard/integration';
import { gaussianFilter } from '@trainyard/smoothing';

const [rows, cols] = [1024, 1536];
const plane = (of: (i: number) => number): NdArray<2> => ndarray(Float32Array.from({ length: rows * cols }, (_, i) => of(i)), [rows, cols]) as unknown as NdArray<2>;
const fix = correction({ dark: plane((i) => 100 + (i % 7)), gain: plane((i) => 1 + (i % 5) / 10) });
const iq = [500, 1000, 1500, 2000].map((bins) => azimuthal({ poni: './geo.poni', bins, unit: 'q_nm^-1' }));
const curve = (k: number) => view.vector({ image: corrected }, ({ image }) => iq[k]!(image), { average: 20 });

export const corrected = view.image({ camera: 'karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]' }, ({ camera }) => fix(camera));
export const smoothed = view.image({ image: corrected }, ({ image }) => gaussianFilter(image.slice('350:750, 1000:1500'), 5));
export const total = view.scalar({ img: smoothed }, ({ img }) => img.sum());
export const iq500 = curve(0);
export const iq1000 = curve(1);
export const iq1500 = curve(2);
export const iq2000 = curve(3);
