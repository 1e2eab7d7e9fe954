import { definePlugin, type PluginSpec } from '@trainyard/core';

const offsetGain = definePlugin({
  id: 'correction/offset-gain',
  version: '0.1.0',
  title: 'Dark and gain',
  does: 'Corrects detector data: (raw - dark) * gain. The dark is recorded live by the action "Record dark"; bad pixels become NaN.',
  parameters: {
    darkTrains: { type: 'integer', default: 100, min: 1, max: 100_000, unit: 'trains', does: 'How many trains "Record dark" averages.' },
    gain: { type: 'number', default: 1, does: 'Factor after the dark is subtracted.' },
    valid: { type: 'numbers', default: [], does: 'low, high: a corrected value outside becomes NaN on that train. Empty: all are valid.' },
    validDark: { type: 'numbers', default: [], does: 'low, high: a pixel whose dark is outside is bad, NaN on every train. Empty: none is.' },
    withoutDark: { type: 'choice', default: 'skip', choices: ['skip', 'zero'], does: 'Until a dark is recorded: skip gives no result (and says why), zero corrects with a dark of 0.' },
  },
  inputs: {
    image: { does: 'Raw data of any number of axes; leading axes (pulses, modules) are kept.' },
    gainMap: { does: 'Factor per pixel, beside the parameter gain; NaN marks a bad pixel.', optional: true },
  },
  outputs: {
    corrected: { kind: 'matrix', does: 'Corrected data in the shape of the input, float32 (float64 for 32- and 64-bit data), bad pixels NaN.' },
    dark: { kind: 'matrix', does: 'The dark in use.' },
  },
  load: () => import('./offset-gain.plugin.ts'),
});

type Given = PluginSpec['parameters'];

const constants: Given = {
  constants: { type: 'path', default: '', does: 'HDF5 file of constants: arrays named offset, relativeGain and so on, as docs/how-to/detector-constants.md says. Empty: recorded darks alone.' },
  group: { type: 'string', default: '', does: 'HDF5 group that they are in.' },
};
const result: Given = {
  factor: { type: 'number', default: 1, does: 'Factor of every value, beside those of the constants.' },
  perPhoton: { type: 'number', default: 0, min: 0, does: 'Value of one photon (JUNGFRAU: its energy in keV): the result is in photons then. 0: it stays in its unit.' },
  wholePhotons: { type: 'boolean', default: false, does: 'Round to whole photons, never below 0.' },
  badBits: { type: 'number', default: 4_294_967_295, min: 0, max: 4_294_967_295, step: 1, does: 'Which reasons make a pixel bad: the sum of their bits. All by default.' },
  badValue: { type: 'numbers', default: [], does: 'What a bad pixel gets; empty: NaN.' },
  details: { type: 'boolean', default: false, does: 'Give the gain stages and the reasons of bad pixels, too.' },
};
const dark: Given = {
  darkTrains: { type: 'integer', default: 100, min: 1, max: 100_000, unit: 'trains', does: 'How many trains "Record dark" takes.' },
  validOffset: { type: 'numbers', default: [], does: 'low, high: a pixel whose recorded offset is outside is bad. Empty: none is.' },
  validNoise: { type: 'numbers', default: [], does: 'low, high: a pixel whose recorded noise is outside is bad. Empty: none is.' },
  giveDark: { type: 'boolean', default: false, does: 'Give what was recorded (offset, noise, bad pixels), to see and to save it.' },
};

function commonMode(block: readonly number[], by: 'mean' | 'median', range: readonly [number, number], least: number, passes: number): Given {
  return {
    commonMode: { type: 'numbers', default: block, does: 'Rows and columns of pixels that share a common mode, which is subtracted: an ASIC, a row or a column of it; several pairs one after the other. Empty: no common mode.' },
    commonModeBy: { type: 'choice', default: by, choices: ['mean', 'median'], does: 'Of the background in each of them.' },
    commonModeRange: { type: 'numbers', default: range, does: 'low, high: offset-corrected values in between are background.' },
    commonModeLeast: { type: 'number', default: least, min: 0, max: 1, does: 'The share of the pixels that must be background; else nothing is subtracted.' },
    commonModePasses: { type: 'integer', default: passes, min: 1, max: 20, does: 'How often it is done.' },
  };
}

const raw = { does: 'Raw data, uint16 (frame, ss, fs) or (frame, module, ss, fs).', rank: [2, 3, 4] };
const codes = { does: 'The codes of the gain, in the shape of raw, where they do not stand in its upper bits (data.gain).', optional: true };
const cells = { does: 'The memory cell of each frame; needed where constants are by cell.', optional: true };

function outputs(staged: boolean, isAgipd = false): PluginSpec['outputs'] {
  const axes = staged ? '(stage, cell, ...)' : '(cell, ...)';
  return {
    corrected: { kind: 'matrix', does: 'float32 in the shape of the data, bad pixels NaN.' },
    ...(staged && { stage: { kind: 'matrix', does: 'uint8: the gain stage of each pixel, 255 where its code is of none (details).' } }),
    mask: { kind: 'matrix', does: 'uint32: why a pixel is bad, as bits; 0 where it is good (details).' },
    offset: { kind: 'matrix', does: `Recorded darks: the mean, ${axes} (giveDark).` },
    noise: { kind: 'matrix', does: `Recorded darks: one standard deviation, ${axes} (giveDark).` },
    badPixels: { kind: 'matrix', does: `Recorded darks: why a pixel is bad, ${axes} (giveDark).` },
    cellId: { kind: 'matrix', does: 'Recorded darks: the memory cells, where there are any (giveDark).' },
    ...(isAgipd && { thresholds: { kind: 'matrix', does: 'Recorded darks of all three gains: in the middle between their digital gains (giveDark).' } }),
  };
}

const agipd = definePlugin({
  id: 'correction/agipd',
  version: '0.1.0',
  title: 'AGIPD',
  does: 'Corrects raw AGIPD data by memory cell: gain stage by thresholds, offset, common mode of ASICs, relative gain, photons, bad pixels. Darks of the three gains are recorded live.',
  parameters: {
    ...constants,
    thresholds: { type: 'numbers', default: [], does: 'Without thresholds in the constants: the digital gain above which a pixel is in medium gain, and in low gain.' },
    forceGain: { type: 'numbers', default: [], does: 'medium, high: a pixel less than this above the offset of that gain is put into it, from low to medium and from there to high. Empty: none is.' },
    ...commonMode([], 'mean', [-50, 50], 0.25, 4), ...result, ...dark,
  },
  inputs: {
    raw: { does: 'Raw data, uint16 (frame, 2, ss, fs) or (frame, module, 2, ss, fs), analog and digital gain; without that axis of 2 where gain is given.', rank: [3, 4, 5] },
    gain: { does: 'The digital gain, in the shape of raw.', optional: true }, cells,
  },
  outputs: outputs(true, true),
  load: () => import('./agipd.plugin.ts'),
});

const jungfrau = definePlugin({
  id: 'correction/jungfrau',
  version: '0.1.0',
  title: 'JUNGFRAU',
  does: 'Corrects raw JUNGFRAU data: three gains by the two upper bits (code 2 is invalid: NaN), pedestal, common mode, keV or photons, bad pixels. Pedestals of the three gains are recorded live.',
  parameters: { ...constants, ...commonMode([], 'median', [-100, 100], 10 / 256, 1), ...result, ...dark },
  inputs: { raw, gain: codes, cells },
  outputs: outputs(true),
  load: () => import('./jungfrau.plugin.ts'),
});

const lpd = definePlugin({
  id: 'correction/lpd',
  version: '0.1.0',
  title: 'LPD',
  does: 'Corrects raw LPD data by memory cell: gain by bits 12 and 13 (code 3 is invalid: NaN), offset, relative gain, gain map, flat field, bad pixels. Darks are recorded live.',
  parameters: { ...constants, ...commonMode([], 'median', [-100, 100], 0.25, 1), ...result, ...dark },
  inputs: { raw, cells },
  outputs: outputs(true),
  load: () => import('./lpd.plugin.ts'),
});

const dssc = definePlugin({
  id: 'correction/dssc',
  version: '0.1.0',
  title: 'DSSC',
  does: 'Corrects raw DSSC data by memory cell: a raw 0 stands for 256, offset, common mode, bad pixels. The dark is recorded live.',
  parameters: { ...constants, ...commonMode([], 'median', [-20, 20], 0.25, 1), ...result, ...dark },
  inputs: { raw, cells },
  outputs: outputs(false),
  load: () => import('./dssc.plugin.ts'),
});

const camera = definePlugin({
  id: 'correction/camera',
  version: '0.1.0',
  title: 'Camera and ePix',
  does: 'Corrects raw data of ePix and other detectors of one gain (uint8, uint16): dark, gain, common mode of rows, columns or ASICs, bad pixels. The dark is recorded live, with noise and bad pixels.',
  parameters: { ...constants, ...commonMode([], 'median', [-100, 100], 0.25, 1), ...result, ...dark },
  inputs: { raw: { ...raw, does: 'Raw data, uint16 or uint8: (ss, fs), (frame, ss, fs) or (frame, module, ss, fs).' }, cells },
  outputs: outputs(false),
  load: () => import('./camera.plugin.ts'),
});

const photons = definePlugin({
  id: 'correction/photons',
  version: '0.1.0',
  title: 'Photons',
  does: 'Counts photons in corrected data: floor((adu / 2 + value) / adu), never below 0; bad pixels stay NaN.',
  parameters: { adu: { type: 'number', default: 1, min: 1e-9, does: 'The value of one photon.' } },
  inputs: { image: { does: 'Corrected data of any number of axes.' } },
  outputs: { photons: { kind: 'matrix', does: 'Whole photons, in the shape of the data.', unit: 'photons' } },
  load: () => import('./photons.plugin.ts'),
});

const intraDark = definePlugin({
  id: 'correction/intra-dark',
  version: '0.1.0',
  title: 'Dark in the train',
  does: 'Subtracts a dark pulse of the same train from each pulse with signal: the next one, or any other of its group.',
  parameters: {
    every: { type: 'integer', default: 2, min: 2, max: 4096, does: 'Pulses in a group.' },
    signal: { type: 'integer', default: 0, min: 0, does: 'Which of a group has signal, from 0.' },
    dark: { type: 'integer', default: 1, min: 0, does: 'Which of a group is its dark.' },
  },
  inputs: { image: { does: 'Data with the pulses along the first axis.' } },
  outputs: { corrected: { kind: 'matrix', does: 'One for each group: (group, ...).' } },
  load: () => import('./intra-dark.plugin.ts'),
});

const mask = definePlugin({
  id: 'correction/mask',
  version: '0.1.0',
  title: 'Mask',
  does: 'Masks pixels by value, by a mask (drawn in the viewer, from a file, or an input) and along the edges of ASICs. In module or assembled space: a mask has the last axes of the data.',
  parameters: {
    valid: { type: 'numbers', default: [], does: 'low, high: values outside are masked. Empty: none.' },
    file: { type: 'path', default: '', does: 'A mask: .npy of bool or uint8 (rows, columns), or an HDF5 file.' },
    dataset: { type: 'string', default: '', does: 'Which array of the HDF5 file; empty: the only one, or "mask".' },
    geom: { type: 'path', default: '', does: 'CrystFEL geometry: the mask of the file is one of the assembled image, and is brought to the modules of the data by it. Empty: it is of the data.' },
    detector: { type: 'choice', default: 'AGIPD-1M', choices: ['AGIPD-1M', 'AGIPD-500K2G', 'LPD-1M', 'LPD-Mini', 'DSSC-1M', 'JUNGFRAU'], does: 'Whose geometry that is.' },
    edges: { type: 'numbers', default: [], does: 'Rows and columns of an ASIC: its outermost pixels are masked. Empty: none.' },
    value: { type: 'numbers', default: [], does: 'What a masked pixel gets; empty: NaN.' },
  },
  inputs: { image: { does: 'Data of at least two axes.' }, mask: { does: '1, or true, where a pixel is masked, in the shape of the data or of their last axes.', optional: true } },
  outputs: { masked: { kind: 'matrix', does: 'float32 (float64 for 32- and 64-bit data) in the shape of the data.' } },
  load: () => import('./mask.plugin.ts'),
});

const reference = definePlugin({
  id: 'correction/reference',
  version: '0.1.0',
  title: 'Reference',
  does: 'Subtracts or divides by a reference: what the action "Set reference" took from the stream, or a file.',
  parameters: {
    by: { type: 'choice', default: 'subtract', choices: ['subtract', 'divide'], does: 'Where the reference is 0, divided data are NaN.' },
    trains: { type: 'integer', default: 1, min: 1, max: 100_000, unit: 'trains', does: 'How many "Set reference" averages.' },
    file: { type: 'path', default: '', does: 'HDF5 file, such as one that was saved in the viewer; until a reference is set.' },
    dataset: { type: 'string', default: '', does: 'Which array of it; empty: the only one.' },
  },
  inputs: { image: { does: 'Data of any number of axes.' } },
  outputs: { compared: { kind: 'matrix', does: 'In the shape of the data.' }, current: { kind: 'matrix', does: 'The reference in use.' } },
  load: () => import('./reference.plugin.ts'),
});

export const plugins: PluginSpec[] = [agipd, jungfrau, lpd, dssc, camera, photons, intraDark, mask, reference, offsetGain];
