import { definePlugin, type Citation, type PluginParameter, type PluginSpec } from '@trainyard/core';

const cheetah: Citation = { text: 'A. Barty et al., Cheetah: software for high-throughput reduction and analysis of serial femtosecond X-ray diffraction data, J. Appl. Cryst. 47 (2014) 1118-1131.', doi: '10.1107/S1600576714007626' };
const droplet: Citation = { text: 'S. O. Hruszkewycz et al., High contrast X-ray speckle from atomic-scale order in liquids and glasses, Phys. Rev. Lett. 109 (2012) 185502.', doi: '10.1103/PhysRevLett.109.185502' };

const panel: PluginParameter = { type: 'numbers', default: [], unit: 'px', does: 'Rows and columns of a panel (an ASIC). Empty: a module, or the whole image.' };
const pulse: PluginParameter = { type: 'integer', default: 0, min: 0, max: 100_000, does: 'Which frame of a stack the picture shows, counted from 0.' };
const mask = { does: 'Not 0 where a pixel is left out; in the shape of a frame.', rank: [2, 3], optional: true } as const;

const peakfinder8 = definePlugin({
  id: 'peaks/peakfinder8',
  version: '0.1.0',
  title: 'Bragg peaks',
  does: 'Finds Bragg peaks by peakfinder8: pixels that stand out of their radius, connected within a panel, above the background around them. NaN pixels are left out.',
  parameters: {
    centre: { type: 'numbers', default: [], unit: 'px', does: 'Column and row where the beam hits, the middle of the first pixel being 0, 0; may lie outside. Empty: the middle.' },
    pixel: { type: 'numbers', default: [], does: 'Height and width of a pixel, where it is not square.' },
    panel,
    threshold: { type: 'number', default: 800, does: 'A pixel of a peak is above this.' },
    minSnr: { type: 'number', default: 5, min: 0, max: 10_000, does: 'A pixel of a peak is so many standard deviations above the mean of its radius, and the peak above its background.' },
    minPixels: { type: 'integer', default: 2, min: 1, max: 100_000, unit: 'px', does: 'Least number of pixels of a peak.' },
    maxPixels: { type: 'integer', default: 200, min: 1, max: 1_000_000, unit: 'px', does: 'Greatest number of pixels of a peak.' },
    backgroundRadius: { type: 'integer', default: 3, min: 1, max: 100, unit: 'px', does: 'Half the radius of the disc in which the background is measured.' },
    maxPeaks: { type: 'integer', default: 2048, min: 1, max: 1_000_000, does: 'Only the first so many of a frame.' },
    minPeaks: { type: 'integer', default: 10, min: 1, max: 1_000_000, does: 'A frame with so many peaks is a hit.' },
    pulse,
    module: { type: 'integer', default: 0, min: 0, max: 1023, does: 'Which module the picture shows, where the data have modules.' },
  },
  inputs: {
    image: { does: 'An image, or a stack of them (a frame per pulse); with a map of radii of three axes: modules.', rank: [2, 3, 4] },
    radius: { does: 'Distance of each pixel from the beam, in pixels, instead of the centre; NaN where a pixel is left out. Axes (y, x) or (module, ss, fs).', rank: [2, 3], optional: true },
    mask,
  },
  outputs: {
    peaks: { kind: 'table', does: 'A row per peak: pulse, module, panel, x, y (the middle of the first pixel is 0, 0; CrystFEL\'s fs and ss are 0.5 more), total, npix, max, sigma, snr.' },
    picture: { kind: 'image', does: 'One frame, with a box around each of its peaks.' },
    count: { kind: 'vector', does: 'Peaks of each frame.' },
    hit: { kind: 'vector', does: 'Whether each frame is a hit: 1 or 0.' },
  },
  citations: [cheetah],
  load: () => import('./peakfinder8.plugin.ts'),
});

const litPixels = definePlugin({
  id: 'peaks/lit-pixels',
  version: '0.1.0',
  title: 'Lit pixels',
  does: 'Counts the pixels above a threshold, in each frame and in each of its panels. NaN is never lit.',
  parameters: {
    threshold: { type: 'number', default: 10, does: 'A pixel is lit above this.' },
    least: { type: 'integer', default: 100, min: 1, max: 1_000_000_000, unit: 'px', does: 'A frame with so many lit pixels is a hit.' },
    panel,
  },
  inputs: { image: { does: 'An image, or a stack of them (a frame per pulse); of four axes: modules.', rank: [2, 3, 4] }, mask },
  outputs: {
    count: { kind: 'vector', does: 'Lit pixels of each frame.', unit: 'px' },
    panels: { kind: 'matrix', does: 'Lit pixels of each frame (row) in each panel (column), counted row by row, module after module.', unit: 'px' },
    hit: { kind: 'vector', does: 'Whether each frame is a hit: 1 or 0.' },
  },
  load: () => import('./lit-pixels.plugin.ts'),
});

const count = { does: 'Peaks or lit pixels of each frame, or whether it is a hit (1 or 0) with least 1.', rank: [0, 1] } as const;
const least: PluginParameter = { type: 'integer', default: 1, min: 1, max: 1_000_000_000, does: 'A frame with so many is a hit.' };

const hitRate = definePlugin({
  id: 'peaks/hit-rate',
  version: '0.1.0',
  title: 'Hit rate',
  does: 'The part of frames that are hits: by peaks, or by lit pixels. Frames whose count is NaN do not count.',
  parameters: { least, trains: { type: 'integer', default: 100, min: 1, max: 1_000_000, unit: 'trains', does: 'The running rate is over the last so many train IDs.' } },
  inputs: { count },
  outputs: {
    rate: { kind: 'scalar', does: 'Over the last trains.' },
    all: { kind: 'scalar', does: 'Over all trains.' },
  },
  load: () => import('./hit-rate.plugin.ts'),
});

const bySample = definePlugin({
  id: 'peaks/hit-rate-by-sample',
  version: '0.1.0',
  title: 'Hit rate by sample',
  does: 'The part of frames that are hits, for each sample.',
  parameters: { least },
  inputs: { count, sample: { does: 'The number or name of the sample that is in the beam.' } },
  outputs: { rates: { kind: 'table', does: 'A row per sample: sample, frames, hits, rate. Frames of trains without a sample are in a row of their own.' } },
  load: () => import('./hit-rate-by-sample.plugin.ts'),
});

const bragg = definePlugin({
  id: 'peaks/bragg',
  version: '0.1.0',
  title: 'Intensities of Bragg peaks',
  does: 'Intensity, centre of mass and lineouts of peaks in rectangles, pulse by pulse. NaN pixels count nowhere, and negative ones have no weight in the centre.',
  parameters: {
    regions: { type: 'numbers', default: [0, 0, 32, 32], unit: 'px', does: 'x0, y0, x1, y1 of each rectangle, one after the other; pixel edges.' },
    border: { type: 'boolean', default: false, does: 'Take off the mean of the pixels along each rectangle\'s edge.' },
    lineout: { type: 'integer', default: 0, min: 0, max: 100_000, does: 'The rectangle whose lineouts are shown, counted from 0.' },
  },
  inputs: { image: { does: 'An image, or a stack of them (a frame per pulse).', rank: [2, 3] } },
  outputs: {
    intensity: { kind: 'matrix', does: 'Sum of the pixels of each rectangle (row) in each pulse (column).' },
    x: { kind: 'matrix', does: 'Column of the centre of mass.', unit: 'px' },
    y: { kind: 'matrix', does: 'Row of the centre of mass.', unit: 'px' },
    lineoutX: { kind: 'vector', does: 'Sums per column of one rectangle, mean over pulses; NaN where all is NaN.' },
    lineoutY: { kind: 'vector', does: 'Sums per row.' },
  },
  load: () => import('./bragg.plugin.ts'),
});

const droplets = definePlugin({
  id: 'peaks/droplets',
  version: '0.1.0',
  title: 'Photons from droplets',
  does: 'Counts photons whose charge is shared by several pixels: connected pixels above a threshold are one droplet, its total says how many photons it has.',
  parameters: {
    threshold: { type: 'number', default: 20, min: 0, does: 'A pixel belongs to a droplet above this.' },
    photon: { type: 'number', default: 100, min: 0.000_001, does: 'What one photon gives, in the unit of the image.' },
    most: { type: 'integer', default: 10, min: 1, max: 10_000, unit: 'photons', does: 'p(k) goes up to so many photons.' },
  },
  inputs: { image: { does: 'A corrected image, or a stack of them.', rank: [2, 3] }, mask: { does: 'Not 0 where a pixel is left out.', rank: [2], optional: true } },
  outputs: {
    photons: { kind: 'matrix', does: 'Photons of each pixel, in the shape of the input; NaN where it is left out.', unit: 'photons' },
    count: { kind: 'vector', does: 'Photons of each frame.', unit: 'photons' },
    table: { kind: 'table', does: 'A row per droplet: pulse, x, y, total, npix, photons.' },
    histogram: { kind: 'vector', does: 'How many pixels had k photons, over all trains.', unit: 'pixels' },
    contrast: { kind: 'scalar', does: 'Speckle contrast 1 / modes of all trains: (variance - mean) / mean² of the photons per pixel.' },
  },
  citations: [droplet],
  load: () => import('./droplets.plugin.ts'),
});

const speckle = definePlugin({
  id: 'peaks/speckle-contrast',
  version: '0.1.0',
  title: 'Speckle contrast',
  does: 'Contrast of a pattern of many photons: variance / mean² of the pixels of each frame. NaN pixels are left out; the detector\'s noise is in it.',
  parameters: {},
  inputs: { image: { does: 'An image, or a stack of them (a frame per pulse).', rank: [2, 3] } },
  outputs: { contrast: { kind: 'vector', does: 'Of each frame.' } },
  load: () => import('./speckle-contrast.plugin.ts'),
});

export const plugins: PluginSpec[] = [peakfinder8, litPixels, hitRate, bySample, bragg, droplets, speckle];
