import { definePlugin, type PluginInput, type PluginParameter, type PluginSpec } from '@trainyard/core';

const parameters: Readonly<Record<string, PluginParameter>> = {
  poni: { type: 'path', does: 'The geometry, as pyFAI-calib2 writes it (.poni, versions 1 to 2.1).' },
  geom: { type: 'path', default: '', does: 'A CrystFEL .geom file that says where the modules of the detector stand; data are then (module, ss, fs), and poni1 and poni2 are y and x from its origin. Empty: the pixels lie on one grid.' },
  detector: { type: 'choice', default: 'AGIPD-1M', choices: ['AGIPD-1M', 'AGIPD-500K2G', 'LPD-1M', 'LPD-Mini', 'DSSC-1M', 'JUNGFRAU', 'pnCCD', 'ePix100', 'ePix10K'], does: 'Which detector the .geom file is of.' },
  bins: { type: 'integer', default: 1000, min: 1, max: 1_000_000, does: 'Points along the radius.' },
  unit: { type: 'choice', default: 'q_nm^-1', choices: ['q_nm^-1', 'q_A^-1', '2th_deg', '2th_rad', 'r_mm'], does: 'What the radius is.' },
  split: { type: 'choice', default: 'none', choices: ['none', 'bbox', 'full'], does: 'none: a pixel belongs to the bin of its centre; bbox: it is shared evenly over the width of its corners; full: by the area of its outline in each bin.' },
  solidAngle: { type: 'boolean', default: true, does: 'Divide by the solid angle of each pixel.' },
  polarization: { type: 'numbers', default: [], does: 'Polarization factor of the beam, -1 to 1, such as 0.99. Empty: no correction.' },
  polarizationAngle: { type: 'number', default: 0, min: -180, max: 180, unit: 'deg', does: 'How far the plane of polarization is turned away from the fast axis.' },
  radialMin: { type: 'number', default: 0, does: 'Start along the radius, in its unit; only with radialMax.' },
  radialMax: { type: 'number', default: 0, min: 0, does: 'End along the radius, in its unit; 0: from the first to the last pixel.' },
  azimuth: { type: 'numbers', default: [], unit: 'deg', does: 'from, to: only this sector, 0 along the fast axis; 170, -170 crosses 180. Empty: all around.' },
  dummy: { type: 'numbers', default: [], does: 'A raw value that says "no data", and optionally how near a value must be: -1 or -2, 0.5. Empty: none.' },
  empty: { type: 'number', default: 0, does: 'The value of a bin without pixels.' },
  errors: { type: 'choice', default: 'none', choices: ['none', 'poisson', 'azimuthal'], does: 'Standard deviations: poisson from counting photons, azimuthal from the scatter within each bin.' },
  clip: { type: 'number', default: 0, min: 0, max: 1000, does: 'Leave out pixels that are so many standard deviations from the mean of their bin, by the errors asked for, else by the scatter. 0: all count.' },
  clipCycles: { type: 'integer', default: 5, min: 1, max: 100, does: 'How often at most, each time with what is left.' },
  module: { type: 'integer', default: -1, min: -1, max: 1023, does: 'Integrate this module (entry of the third axis from the end) only; -1: all entries, each taken for the whole detector.' },
  pixel: { type: 'numbers', default: [], unit: 'm', does: 'Size of a pixel along y and x, where the .poni file says none.' },
};

const inputs: Readonly<Record<string, PluginInput>> = {
  image: { does: 'An image, or a stack of them; the last two axes are the detector, with geom the last three.', rank: [2, 3, 4] },
  mask: { does: 'Not 0 where a pixel is left out; in the shape of one frame.', rank: [2, 3], optional: true },
  dark: { does: 'Subtracted from every frame.', rank: [2, 3], optional: true },
  flat: { does: 'Response of each pixel, divided by.', rank: [2, 3], optional: true },
};

const citations = [
  { text: 'J. Kieffer, V. Valls, N. Blanc, C. Hennig, New tools for calibrating diffraction setups, J. Synchrotron Rad. 27 (2020) 558-566.', doi: '10.1107/S1600577520000776' },
  { text: 'G. Ashiotis et al., The fast azimuthal integration Python library: pyFAI, J. Appl. Cryst. 48 (2015) 510-519.', doi: '10.1107/S1600576715004306' },
];

const azimuthal = definePlugin({
  id: 'integration/azimuthal',
  version: '0.1.0',
  title: 'Azimuthal integration',
  does: 'The intensity of a detector image against q, 2 theta or radius, with the geometry of a .poni file and the conventions of pyFAI. NaN pixels count nowhere. The frames of a train are integrated as one exposure, with perPulse also each by itself.',
  parameters: { ...parameters, perPulse: { type: 'boolean', default: false, does: 'Give the curve of each frame, too.' } },
  inputs,
  outputs: {
    intensity: { kind: 'vector', does: 'Sum of corrected signal over sum of normalisation, per bin, float64.' },
    count: { kind: 'vector', does: 'Pixels per bin (with splitting: the sum of their shares), float64; 0: the bin is empty.', unit: 'pixels' },
    pulses: { kind: 'matrix', does: 'With perPulse one curve for each frame; leading axes are kept.' },
    radial: { kind: 'vector', does: 'Centres of the bins, for steps that take the curve.' },
  },
  citations,
  load: () => import('./azimuthal.plugin.ts'),
});

const azimuthalMap = definePlugin({
  id: 'integration/azimuthal-map',
  version: '0.1.0',
  title: 'Azimuth against radius',
  does: 'The intensity of a detector image in bins of azimuth and radius, so that rings become straight lines. The frames of a train are integrated as one exposure.',
  parameters: { ...parameters, bins: { ...parameters.bins!, default: 500 }, azimuthBins: { type: 'integer', default: 360, min: 1, max: 100_000, does: 'Rows of azimuth, from -180 degrees all around or over the sector.' } },
  inputs,
  outputs: {
    intensity: { kind: 'image', does: 'Sum of corrected signal over sum of normalisation, float64: azimuth along the slow axis, radius along the fast one.' },
    count: { kind: 'image', does: 'Pixels per bin, float64; 0: the bin is empty.', unit: 'pixels' },
  },
  citations,
  load: () => import('./azimuthal-map.plugin.ts'),
});

const curve = definePlugin({
  id: 'integration/curve',
  version: '0.1.0',
  title: 'Numbers and peaks of a curve',
  does: 'Sum, area, highest point and centre of mass of a curve within a range, and its peaks by how far they stand out; the curve normalised by its area. Points that are not finite are left out.',
  parameters: {
    range: { type: 'numbers', default: [], does: 'from, to: the part of the axis that counts. Empty: all of it.' },
    normalise: { type: 'choice', default: 'none', choices: ['none', 'area'], does: 'area: divide the curve by the area under it within the range, first of all.' },
    prominence: { type: 'number', default: 0, min: 0, does: 'How far a peak must stand out, in units of the curve. Up to ten peaks are drawn.' },
    name: { type: 'string', default: 'x', does: 'What the axis is called.' },
  },
  inputs: {
    curve: { does: 'One curve.', rank: [1] },
    axis: { does: 'Where its points lie, ascending. Without it they are counted from 0.', rank: [1], optional: true },
  },
  outputs: {
    curve: { kind: 'vector', does: 'The curve, normalised if so asked, with lines at its peaks.' },
    sum: { kind: 'scalar', does: 'Sum of its points.' },
    area: { kind: 'scalar', does: 'Area under it, by trapezoids.' },
    peak: { kind: 'scalar', does: 'Its highest point.' },
    position: { kind: 'scalar', does: 'Where on the axis that is.' },
    centre: { kind: 'scalar', does: 'Centre of mass: sum of x y over sum of y.' },
    peaks: { kind: 'table', does: 'One row for each peak, float64: index, position, height and prominence.' },
  },
  load: () => import('./curve.plugin.ts'),
});

const ringCentre = definePlugin({
  id: 'integration/ring-centre',
  version: '0.1.0',
  title: 'Centre of rings',
  does: 'Finds the place of the beam from the rings of an image: the point around which it changes with the distance only. Masked and NaN pixels count nowhere; rings need not be whole.',
  parameters: {
    near: { type: 'numbers', default: [], unit: 'px', does: 'Column and row to begin at. Empty: the image is searched, and half of its size around it.' },
    least: { type: 'number', default: 0.02, min: 0, max: 1, does: 'Sharpness below which there is no result: the part of the scatter of the pixels that rings explain.' },
    every: { type: 'integer', default: 10, min: 1, max: 100_000, unit: 'trains', does: 'Search on train IDs that are multiples of this; a search takes about a second. Taken when the list starts.' },
  },
  inputs: {
    image: { does: 'An image with rings, at best a mean over trains.', rank: [2] },
    mask: { does: 'Not 0 where a pixel is left out.', rank: [2], optional: true },
  },
  outputs: {
    x: { kind: 'scalar', does: 'Column, as pixel edges: the middle of the first pixel is at 0.5.', unit: 'px' },
    y: { kind: 'scalar', does: 'Row, as pixel edges.', unit: 'px' },
    sharpness: { kind: 'scalar', does: 'The part of the scatter that rings around there explain, 0 to 1.' },
  },
  load: () => import('./ring-centre.plugin.ts'),
});

export const plugins: PluginSpec[] = [azimuthal, azimuthalMap, curve, ringCentre];
