import { labelled, parameters, rectangle, view, type NdArray } from '@trainyard/core';
import { braggPeaks, lineouts, type BraggPeaks } from '@trainyard/peaks';

// Module 3 of the detector: a frame per pulse, (pulse, ss, fs).
export const pulses = view.compute({ data: 'karabo#SPB_DET_AGIPD1M-1/CAL/APPEND_CORRECTED[image.data]' }, ({ data }): NdArray<3> => data.slice(':, 3'), { hidden: true });
export const picture = view.image({ pulses }, ({ pulses }) => pulses.nanmean({ axis: 0 }), { title: 'Drag the frames onto the peaks', unit: 'photons' });

// Rectangles [x0, y0, x1, y1]; one more line is one more peak.
const on = { on: 'picture', unit: 'px' };
const p = parameters({
  first: rectangle([10, 120, 50, 160], on),
  second: rectangle([60, 180, 100, 220], on),
  third: rectangle([30, 330, 70, 370], on),
});
const names = Object.keys(p) as (keyof typeof p)[];

export const peaks = view.compute({ pulses }, ({ pulses }): BraggPeaks => braggPeaks(pulses, Object.values(p), { border: true }), { hidden: true });
export const intensity = view.matrix({ peaks }, ({ peaks }) => peaks.intensity, { title: 'Intensity of each peak (row) in each pulse', unit: 'photons' });
export const x = view.matrix({ peaks }, ({ peaks }) => peaks.x, { title: 'Centre of mass along x', unit: 'px' });
export const y = view.matrix({ peaks }, ({ peaks }) => peaks.y, { title: 'Centre of mass along y', unit: 'px' });
export const smooth = view.vector({ peaks }, ({ peaks }) => labelled(peaks.intensity.array.nanmean({ axis: 1 }), { axes: [{ name: 'peak' }] }), { title: 'Intensities, mean of 20 trains', unit: 'photons', average: 20 });

export const alongX = view.vector({ pulses }, ({ pulses }) => Object.fromEntries(names.map((name) => [name, lineouts(pulses, p[name]).x.array])), { title: 'Lineouts along x', unit: 'photons' });
export const alongY = view.vector({ pulses }, ({ pulses }) => Object.fromEntries(names.map((name) => [name, lineouts(pulses, p[name]).y.array])), { title: 'Lineouts along y', unit: 'photons' });
