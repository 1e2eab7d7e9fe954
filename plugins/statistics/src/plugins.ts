import { definePlugin, type PluginSpec } from '@trainyard/core';

const average = definePlugin({
  id: 'statistics/average',
  version: '0.1.0',
  title: 'Average over trains',
  does: 'The mean per element over the last trains, or over all of them.',
  parameters: { trains: { type: 'integer', default: 100, min: 0, max: 100_000, unit: 'trains', does: 'Over the last so many train IDs; 0: over all trains so far. Taken when the list starts.' } },
  inputs: { value: { does: 'Numbers, or arrays of one shape.' } },
  outputs: { average: { kind: 'matrix', does: 'The mean, float64, in the shape of the input. NaN stays NaN.' } },
  load: () => import('./average.plugin.ts'),
});

const histogram = definePlugin({
  id: 'statistics/histogram',
  version: '0.1.0',
  title: 'Histogram over trains',
  does: 'Counts how often each value occurred, over all trains so far. Bins are half-open, the last one closed, as numpy.histogram has it.',
  parameters: {
    bins: { type: 'integer', default: 100, min: 1, max: 1_000_000, does: 'How many equal bins. Taken, as the limits, when the list starts.' },
    low: { type: 'number', default: 0, does: 'Lower end of the first bin.' },
    high: { type: 'number', default: 1000, does: 'Upper end of the last bin.' },
  },
  inputs: { value: { does: 'A number, or an array whose every element counts. NaN and what is outside the limits are not counted.' } },
  outputs: { histogram: { kind: 'vector', does: 'Counts per bin, float64.', unit: 'counts' } },
  load: () => import('./histogram.plugin.ts'),
});

export const plugins: PluginSpec[] = [average, histogram];
