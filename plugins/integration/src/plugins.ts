import { definePlugin, type PluginSpec } from '@trainyard/core';

const azimuthal = definePlugin({
  id: 'integration/azimuthal',
  version: '0.1.0',
  title: 'Azimuthal integration',
  does: 'The intensity of a detector image against q, 2 theta or radius, with the geometry of a .poni file and the conventions of pyFAI. NaN pixels count nowhere. The frames of a train are integrated as one exposure.',
  parameters: {
    poni: { type: 'path', does: 'The geometry, as pyFAI-calib2 writes it (.poni, versions 1 to 2.1).' },
    bins: { type: 'integer', default: 1000, min: 1, max: 1_000_000, does: 'Points of the curve.' },
    unit: { type: 'choice', default: 'q_nm^-1', choices: ['q_nm^-1', 'q_A^-1', '2th_deg', '2th_rad', 'r_mm'], does: 'What the curve is plotted against.' },
    split: { type: 'choice', default: 'none', choices: ['none', 'bbox', 'full'], does: 'none: a pixel belongs to the bin of its centre; bbox: it is shared evenly over the width of its corners; full: by the area of its outline in each bin.' },
    solidAngle: { type: 'boolean', default: true, does: 'Divide by the solid angle of each pixel.' },
    polarization: { type: 'numbers', default: [], does: 'Polarization factor of the beam, -1 to 1, such as 0.99. Empty: no correction.' },
    radialMin: { type: 'number', default: 0, does: 'Start of the curve, in its unit; only with radialMax.' },
    radialMax: { type: 'number', default: 0, min: 0, does: 'End of the curve, in its unit; 0: from the first to the last pixel.' },
    dummy: { type: 'numbers', default: [], does: 'A raw value that says "no data", and optionally how near a value must be: -1 or -2, 0.5. Empty: none.' },
    empty: { type: 'number', default: 0, does: 'The value of a bin without pixels.' },
    errors: { type: 'choice', default: 'none', choices: ['none', 'poisson'], does: 'Standard deviations, from counting photons.' },
    module: { type: 'integer', default: -1, min: -1, max: 1023, does: 'Integrate this module (entry of the third axis from the end) only; -1: all entries, each taken for the whole detector.' },
    pixel: { type: 'numbers', default: [], unit: 'm', does: 'Size of a pixel along y and x, where the .poni file says none.' },
  },
  inputs: {
    image: { does: 'An image, or a stack of them; the last two axes are the detector.', rank: [2, 3, 4] },
    mask: { does: 'Not 0 where a pixel is left out.', rank: [2], optional: true },
    dark: { does: 'Subtracted from every frame.', rank: [2], optional: true },
    flat: { does: 'Response of each pixel, divided by.', rank: [2], optional: true },
  },
  outputs: {
    intensity: { kind: 'vector', does: 'Sum of corrected signal over sum of normalisation, per bin, float64.' },
    count: { kind: 'vector', does: 'Pixels per bin (with splitting: the sum of their shares), float64.', unit: 'pixels' },
  },
  citations: [
    { text: 'J. Kieffer, V. Valls, N. Blanc, C. Hennig, New tools for calibrating diffraction setups, J. Synchrotron Rad. 27 (2020) 558-566.', doi: '10.1107/S1600577520000776' },
    { text: 'G. Ashiotis et al., The fast azimuthal integration Python library: pyFAI, J. Appl. Cryst. 48 (2015) 510-519.', doi: '10.1107/S1600576715004306' },
  ],
  load: () => import('./azimuthal.plugin.ts'),
});

export const plugins: PluginSpec[] = [azimuthal];
