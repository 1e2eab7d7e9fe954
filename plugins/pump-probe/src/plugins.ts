import { definePlugin, type PluginParameter, type PluginSpec } from '@trainyard/core';

const limit = (does: string): PluginParameter => ({ type: 'number', default: 0, does });

const onOff = definePlugin({
  id: 'pump-probe/on-off',
  version: '0.1.0',
  title: 'Pump on and off',
  does: 'What is measured with and without the pump: pulses of the same train, trains in turn, or a reference. Mean over the pulses of each side, NaN left out. A result comes whenever both sides are there.',
  parameters: {
    mode: { type: 'choice', default: 'same train', choices: ['same train', 'even on, odd off', 'odd on, even off', 'reference'], does: 'Where both sides come from; even and odd are train IDs. Taken when the list starts.' },
    on: { type: 'string', default: '::2', does: 'Pulses with the pump: indices and slices as numpy has them, with commas, such as "::2" or "0, 4:100:4". Empty: the data have no pulses, a train is one value.' },
    off: { type: 'string', default: '1::2', does: 'Pulses without the pump, likewise.' },
    apart: { type: 'integer', default: 1, min: 1, max: 1000, unit: 'trains', does: 'With trains in turn: by so many train IDs the two may lie apart at most. With 1 a train that is lost costs its pair. Taken when the list starts.' },
    referenceTrains: { type: 'integer', default: 100, min: 1, max: 100_000, unit: 'trains', does: 'How many trains "Record reference" averages.' },
  },
  inputs: {
    value: { does: 'A value, a curve or an image for each pulse (first axis); or for each train, with empty pulses.' },
    reference: { does: 'In mode reference: what is without the pump, in place of a recorded one.', optional: true },
  },
  outputs: {
    on: { kind: 'matrix', does: 'With the pump, float32 (float64 for 32- and 64-bit data), in the shape of one pulse.' },
    off: { kind: 'matrix', does: 'Without it, likewise.' },
  },
  load: () => import('./on-off.plugin.ts'),
});

const difference = definePlugin({
  id: 'pump-probe/difference',
  version: '0.1.0',
  title: 'On minus off',
  does: 'The difference of curves, images or numbers with and without the pump, its figure of merit, and the same of their means over the last trains.',
  parameters: {
    area: { type: 'boolean', default: false, does: 'First divide each curve by the area under it (trapezoids).' },
    areaLow: limit('The area begins at this x; with areaLow and areaHigh the same it is that of the whole curve.'),
    areaHigh: limit('The area ends at this x.'),
    fom: { type: 'choice', default: 'sum', choices: ['sum', 'absolute'], does: 'The figure of merit: the sum of the difference, or of its absolute values. NaN is left out; of nothing else it is NaN.' },
    fomLow: limit('It begins at this x; with fomLow and fomHigh the same it is that of everything.'),
    fomHigh: limit('It ends at this x.'),
    trains: { type: 'integer', default: 100, min: 1, max: 100_000, unit: 'trains', does: 'The means are over the last so many train IDs. Taken when the list starts.' },
  },
  inputs: {
    on: { does: 'With the pump: a number, a curve or an image.' },
    off: { does: 'Without it, of the same shape.' },
    x: { does: 'x of each point along the last axis, ascending; without it the index.', rank: [1], optional: true },
  },
  outputs: {
    difference: { kind: 'matrix', does: 'On - off of one train, or pair of trains.' },
    fom: { kind: 'scalar', does: 'Its figure of merit.' },
    averageOn: { kind: 'matrix', does: 'Mean with the pump, float64. NaN stays NaN.' },
    averageOff: { kind: 'matrix', does: 'Mean without it, float64, over the same trains.' },
    averageDifference: { kind: 'matrix', does: 'Difference of the two means, float64.' },
    averageFom: { kind: 'scalar', does: 'The figure of merit of the difference of the means: noise adds less to a sum of absolute values.' },
  },
  load: () => import('./difference.plugin.ts'),
});

export const plugins: PluginSpec[] = [onOff, difference];
