import { definePlugin, type Citation, type PluginInput, type PluginParameter, type PluginSpec } from '@trainyard/core';

type Parameters = Readonly<Record<string, PluginParameter>>;

const start = 'Taken when the list starts.';
const spectrum: Parameters = {
  threshold: { type: 'number', default: 0, does: `Only pulses whose i0 is above this. ${start}` },
  bins: { type: 'integer', default: 60, min: 1, max: 100_000, does: `How many equal bins of the energy. ${start}` },
  low: { type: 'number', default: 0, does: `Lower end of the first bin, in the unit of the energy. ${start}` },
  high: { type: 'number', default: 2000, does: `Upper end of the last bin. ${start}` },
  trains: { type: 'integer', default: 0, min: 0, max: 100_000, unit: 'trains', does: `Over the last so many train IDs; 0: over all trains so far. ${start}` },
  pulses: { type: 'string', default: '', does: 'Which pulses, as a slice such as "1:400:2", of everything that has a value for each pulse, of the signals after the stride. Empty: all.' },
  apdStride: { type: 'integer', default: 1, min: 1, max: 10_000, does: 'Of the signals only every n-th value: a digitizer may integrate more often than there are pulses.' },
};
const signal = (number: number): PluginInput => ({ does: `Integrals of MCP ${number}, below 0, a value for each pulse${number === 4 ? ' (shown as a yield)' : ''}.`, ...(number > 1 && { optional: true }) });
const signals: Readonly<Record<string, PluginInput>> = {
  i0: { does: 'Intensity before the sample (XGM), a value for each pulse.' },
  mcp1: signal(1), mcp2: signal(2), mcp3: signal(3), mcp4: signal(4),
};
const energy: PluginInput = { does: 'Energy of the monochromator, one number for the train; or a value for each pulse.' };
const citations: readonly Citation[] = [{ text: 'L. Le Guyader et al., Photon-shot-noise-limited transient absorption soft X-ray spectroscopy at the European XFEL, J. Synchrotron Rad. 30 (2023) 284-300.' }];

const tim = definePlugin({
  id: 'xas/tim',
  version: '0.1.0',
  title: 'X-ray absorption by transmission',
  does: 'Pulses above a threshold of i0 are binned by the energy of the monochromator. The absorption of a bin is -ln(-I / I0) of its means for MCP 1 to 3; for MCP 4 it is the yield -I / I0.',
  parameters: spectrum,
  inputs: { energy, ...signals },
  outputs: {
    absorption: { kind: 'matrix', does: 'A row for each signal that is given, float64, labelled with the edges of the bins. A bin without a pulse is NaN.' },
    spectrum: { kind: 'table', does: 'A row for each bin, float64: energy (its centre), count, i0 (mean) and each signal.' },
  },
  citations,
  load: () => import('./tim.plugin.ts'),
});

const dichroism = definePlugin({
  id: 'xas/xmcd',
  version: '0.1.0',
  title: 'Magnetic circular dichroism',
  does: "The absorption as of xas/tim for each direction of the magnet's current; their difference and sum.",
  parameters: { ...spectrum, current: { type: 'number', default: 0, min: 0, does: `Only pulses at which the magnet's current is further from 0 than this. ${start}` } },
  inputs: { energy, current: { does: 'Current of the magnet, one number for the train; or a value for each pulse.' }, ...signals },
  outputs: {
    difference: { kind: 'matrix', does: 'Absorption with positive current less that with negative current: a row for each signal, float64, labelled with the edges of the bins. NaN where a bin lacks one.' },
    sum: { kind: 'matrix', does: 'Their sum, likewise.' },
    spectrum: { kind: 'table', does: 'A row for each bin, float64: energy, countPositive, countNegative, and of each signal such as mcp1Positive, mcp1Negative, mcp1Sum, mcp1Difference.' },
  },
  citations,
  load: () => import('./xmcd.plugin.ts'),
});

function bins(name: string, count: number, of: string): Parameters {
  return {
    [`${name}Bins`]: { type: 'integer', default: count, min: 1, max: 10_000, does: `How many equal bins of the ${of}. May change at any time, as its limits: the trains that are kept are binned again.` },
    [`${name}Low`]: { type: 'number', default: 0, does: `Lower end of the first bin of the ${of}. The same as ${name}High: from the smallest to the largest that is kept.` },
    [`${name}High`]: { type: 'number', default: 0, does: `Upper end of the last bin of the ${of}.` },
  };
}

const timeResolved = definePlugin({
  id: 'xas/time-resolved',
  version: '0.1.0',
  title: 'Time-resolved absorption',
  does: 'What three regions of a detector see, each train: -ln(roi1 / roi3), -ln(roi2 / roi3), -ln(roi2 / roi1), and their means in bins of the delay, or of delay and energy.',
  parameters: {
    ...bins('delay', 50, 'delay'),
    ...bins('energy', 20, 'energy'),
    map: { type: 'choice', default: 'a21', choices: ['a13', 'a23', 'a21'], does: `Which of them is shown over delay and energy. ${start}` },
    trains: { type: 'integer', default: 18_000, min: 1, max: 100_000, unit: 'trains', does: `So many train IDs are kept: 18 000 are half an hour. ${start}` },
  },
  inputs: {
    delay: { does: 'The delay of the pump, a number for the train.' },
    roi1: { does: 'Sum of region 1, a number for the train.' },
    roi2: { does: 'Sum of region 2.' },
    roi3: { does: 'Sum of region 3.' },
    energy: { does: 'Photon energy, a number for the train.', optional: true },
  },
  outputs: {
    spectrum: { kind: 'matrix', does: 'Mean of a13, a23 and a21 in each bin of the delay, a row each, float64, with one standard deviation as its errors. NaN in an empty bin.' },
    map: { kind: 'image', does: 'Mean in each cell, float64: energy along the slow axis, delay along the fast one. NaN in an empty cell.' },
    a13: { kind: 'scalar', does: '-ln(roi1 / roi3) of the train; none where the ratio is not above 0.' },
    a23: { kind: 'scalar', does: '-ln(roi2 / roi3) of the train.' },
    a21: { kind: 'scalar', does: '-ln(roi2 / roi1) of the train.' },
  },
  load: () => import('./time-resolved.plugin.ts'),
});

export const plugins: PluginSpec[] = [tim, dichroism, timeResolved];
