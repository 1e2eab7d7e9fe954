import { definePlugin, type PluginOutput, type PluginParameter, type PluginSpec } from '@trainyard/core';

const scipy = { text: 'P. Virtanen et al., SciPy 1.0, Nature Methods 17 (2020) 261-272: the conventions of scipy.ndimage.', doi: '10.1038/s41592-019-0686-2' };
const images = { image: { does: 'An image, or several along leading axes (pulses, modules), each filtered by itself.', rank: [2, 3, 4] } };
const outside: Record<'mode' | 'cval', PluginParameter> = {
  mode: { type: 'choice', default: 'reflect', choices: ['reflect', 'nearest', 'mirror', 'constant', 'wrap'], does: 'What lies outside the image.' },
  cval: { type: 'number', default: 0, does: 'The value outside for mode constant.' },
};
const nan: PluginParameter = { type: 'choice', default: 'spread', choices: ['spread', 'skip'], does: 'NaN among the pixels that a result is made of: spread makes it NaN, skip leaves them out; where nothing else is left it is NaN.' };
const types = 'float32 (float64 for 32- and 64-bit data)';
const each: PluginOutput = { kind: 'matrix', does: 'Of several images: the result of each, in the shape of the input; none of a single one.' };

const gaussian = definePlugin({
  id: 'smoothing/gaussian',
  version: '0.1.0',
  title: 'Gaussian filter',
  does: 'Smooths an image with a Gaussian of so many pixels, as scipy.ndimage.gaussian_filter does.',
  parameters: {
    sigma: { type: 'number', default: 5, min: 0, max: 100, unit: 'px', does: 'Standard deviation along y, and along x where sigmaX is 0.' },
    sigmaX: { type: 'number', default: 0, min: 0, max: 100, unit: 'px', does: 'Standard deviation along x; 0: as along y.' },
    ...outside,
    truncate: { type: 'number', default: 4, min: 0.5, max: 10, does: 'The kernel ends at this many standard deviations.' },
    nan,
  },
  inputs: images,
  outputs: { smoothed: { kind: 'image', does: `The smoothed image, ${types}.` }, each },
  citations: [scipy],
  load: () => import('./gaussian.plugin.ts'),
});

/** A filter by the pixels in a window around each. */
function windowed(name: string, title: string, does: string, result: string, load: PluginSpec['load']): PluginSpec {
  return definePlugin({
    id: `smoothing/${name}`,
    version: '0.1.0',
    title,
    does,
    parameters: {
      size: { type: 'integer', default: 3, min: 1, max: 999, unit: 'px', does: 'Height of the window, and width where sizeX is 0. In an even one the pixel is the first behind the middle.' },
      sizeX: { type: 'integer', default: 0, min: 0, max: 999, unit: 'px', does: 'Width of the window; 0: as high as wide.' },
      ...outside,
      nan,
    },
    inputs: images,
    outputs: { filtered: { kind: 'image', does: `${result} ${types}.` }, each },
    citations: [scipy],
    load,
  });
}

const uniform = windowed('uniform', 'Uniform filter', 'Mean of the pixels in a window around each, as scipy.ndimage.uniform_filter gives it.', 'The means,', () => import('./uniform.plugin.ts'));
const median = windowed('median', 'Median filter', 'Median of the pixels in a window around each, as scipy.ndimage.median_filter gives it: takes out single hot pixels and keeps edges.', 'The medians,', () => import('./median.plugin.ts'));
const minimum = windowed('minimum', 'Minimum filter', 'The least of the pixels in a window around each, as scipy.ndimage.minimum_filter gives it.', 'The least values,', () => import('./minimum.plugin.ts'));
const maximum = windowed('maximum', 'Maximum filter', 'The greatest of the pixels in a window around each, as scipy.ndimage.maximum_filter gives it.', 'The greatest values,', () => import('./maximum.plugin.ts'));

const sobel = definePlugin({
  id: 'smoothing/sobel',
  version: '0.1.0',
  title: 'Sobel filter',
  does: 'How steep an image is, as scipy.ndimage.sobel gives it: eight times the slope per pixel.',
  parameters: {
    direction: { type: 'choice', default: 'magnitude', choices: ['magnitude', 'x', 'y'], does: 'Along x (columns), along y (rows), or the root of the sum of the squares of both.' },
    ...outside,
  },
  inputs: images,
  outputs: { slope: { kind: 'image', does: `The derivative, ${types}; NaN where one of the 3 x 3 pixels is.` }, each },
  citations: [scipy],
  load: () => import('./sobel.plugin.ts'),
});

const edges = definePlugin({
  id: 'smoothing/edges',
  version: '0.1.0',
  title: 'Edges',
  does: 'Edges of an image as thin lines: smoothed by a Gaussian, differentiated (Sobel), kept where it is steepest, by two limits (Canny).',
  parameters: {
    sigma: { type: 'number', default: 1, min: 0, max: 100, unit: 'px', does: 'Standard deviation of the Gaussian; 0: none.' },
    low: { type: 'number', default: 50, min: 0, does: 'Slope, eight times that per pixel, of an edge that touches one above high.' },
    high: { type: 'number', default: 100, min: 0, does: 'Slope, eight times that per pixel, from which on it is an edge.' },
    ...outside,
  },
  inputs: images,
  outputs: { edges: { kind: 'image', does: `The slope on an edge, 0 beside it, NaN where a NaN is within reach; ${types}.` }, each },
  citations: [{ text: 'J. Canny, A computational approach to edge detection, IEEE Trans. Pattern Anal. Mach. Intell. 8 (1986) 679-698.', doi: '10.1109/TPAMI.1986.4767851' }, scipy],
  load: () => import('./edges.plugin.ts'),
});

export const plugins: PluginSpec[] = [gaussian, uniform, median, minimum, maximum, sobel, edges];
