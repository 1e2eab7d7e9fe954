import { definePlugin, type PluginSpec } from '@trainyard/core';

const gaussian = definePlugin({
  id: 'smoothing/gaussian',
  version: '0.1.0',
  title: 'Gaussian filter',
  does: 'Smooths an image with a Gaussian of so many pixels, as scipy.ndimage.gaussian_filter does.',
  parameters: {
    sigma: { type: 'number', default: 5, min: 0, max: 100, unit: 'px', does: 'Standard deviation along y, and along x where sigmaX is 0.' },
    sigmaX: { type: 'number', default: 0, min: 0, max: 100, unit: 'px', does: 'Standard deviation along x; 0: as along y.' },
    mode: { type: 'choice', default: 'reflect', choices: ['reflect', 'nearest', 'mirror', 'constant', 'wrap'], does: 'What lies outside the image.' },
    cval: { type: 'number', default: 0, does: 'The value outside for mode constant.' },
    truncate: { type: 'number', default: 4, min: 0.5, max: 10, does: 'The kernel ends at this many standard deviations.' },
  },
  inputs: { image: { does: 'The image.', rank: [2] } },
  outputs: { smoothed: { kind: 'image', does: 'The smoothed image, float32 (float64 for 32- and 64-bit data).' } },
  citations: [{ text: 'P. Virtanen et al., SciPy 1.0, Nature Methods 17 (2020) 261-272: the conventions of scipy.ndimage.', doi: '10.1038/s41592-019-0686-2' }],
  load: () => import('./gaussian.plugin.ts'),
});

export const plugins: PluginSpec[] = [gaussian];
