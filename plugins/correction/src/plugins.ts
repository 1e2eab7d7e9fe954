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

export const plugins: PluginSpec[] = [offsetGain];
