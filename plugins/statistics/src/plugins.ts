import { definePlugin, type PluginInput, type PluginOutput, type PluginParameter, type PluginSpec } from '@trainyard/core';

type Parameters = Readonly<Record<string, PluginParameter>>;

/** All parameters are taken when the list starts: changing one later would mix two results. */
const over: Parameters = { trains: { type: 'integer', default: 0, min: 0, max: 100_000, unit: 'trains', does: 'Over the last so many train IDs; 0: over all trains so far. Taken, as all parameters here, when the list starts.' } };
const kept: Parameters = { trains: { type: 'integer', default: 100, min: 1, max: 100_000, unit: 'trains', does: 'So many train IDs are kept. Taken when the list starts.' } };
const ddof: Parameters = { ddof: { type: 'integer', default: 0, min: 0, max: 10, does: "Taken off the number of trains before dividing, as numpy's ddof." } };
const mode: Parameters = { mode: { type: 'choice', default: 'average', choices: ['average', 'accumulate'], does: 'The mean of each bin, with the standard deviation as its errors, or the sum.' } };

function limits(of: '' | 'x' | 'y', bins: number): Parameters {
  const name = (word: string): string => (of === '' ? word.toLowerCase() : `${of}${word}`);
  const along = of === '' ? '' : ` of ${of}`;
  return {
    [name('Bins')]: { type: 'integer', default: bins, min: 1, max: of === '' ? 1_000_000 : 10_000, does: `How many equal bins${along}.` },
    [name('Low')]: { type: 'number', default: 0, does: `Lower end of the first bin${along}.` },
    [name('High')]: { type: 'number', default: 1000, does: `Upper end of the last bin${along}.` },
  };
}

const elements: Readonly<Record<string, PluginInput>> = { value: { does: 'Numbers, or arrays of one shape.' } };
const numbers: Readonly<Record<string, PluginInput>> = { value: { does: 'A number, or an array whose every element counts.' } };
const pairs: Readonly<Record<string, PluginInput>> = {
  x: { does: 'A number, or an array with a value for each pulse.' },
  y: { does: 'As x and of the same shape, or a number beside an array. A train that lacks one of them is counted as incomplete.' },
};

interface Written {
  readonly title: string;
  readonly does: string;
  readonly parameters: Parameters;
  readonly inputs: Readonly<Record<string, PluginInput>>;
  readonly outputs: Readonly<Record<string, PluginOutput>>;
  readonly load: PluginSpec['load'];
}

const plugin = (name: string, written: Written): PluginSpec => definePlugin({ id: `statistics/${name}`, version: '0.1.0', ...written });

export const plugins: PluginSpec[] = [
  plugin('average', {
    title: 'Average over trains', does: 'The mean per element over the last trains, or over all of them.',
    parameters: { trains: { ...over.trains!, default: 100 } }, inputs: elements,
    outputs: { average: { kind: 'matrix', does: 'The mean, float64, in the shape of the input. NaN stays NaN.' } },
    load: () => import('./average.plugin.ts'),
  }),
  plugin('exponential-average', {
    title: 'Exponential average', does: 'The mean per element in which a train counts the less the more train IDs it is back.',
    parameters: { halfLife: { type: 'number', default: 10, min: 0.001, max: 1_000_000, unit: 'trains', does: 'So many train IDs back a train counts half. Taken when the list starts.' } }, inputs: elements,
    outputs: { average: { kind: 'matrix', does: 'The weighted mean, float64, in the shape of the input. NaN and infinities are left out.' } },
    load: () => import('./exponential-average.plugin.ts'),
  }),
  plugin('sum', {
    title: 'Sum over trains', does: 'The sum per element.',
    parameters: over, inputs: elements,
    outputs: { sum: { kind: 'matrix', does: 'The sum, float64, in the shape of the input. NaN stays NaN.' } },
    load: () => import('./sum.plugin.ts'),
  }),
  plugin('minimum', {
    title: 'Minimum over trains', does: 'The smallest value per element.',
    parameters: over, inputs: elements,
    outputs: { minimum: { kind: 'matrix', does: 'The smallest, float64, in the shape of the input. NaN is left out, as in numpy.fmin.' } },
    load: () => import('./minimum.plugin.ts'),
  }),
  plugin('maximum', {
    title: 'Maximum over trains', does: 'The largest value per element.',
    parameters: over, inputs: elements,
    outputs: { maximum: { kind: 'matrix', does: 'The largest, float64, in the shape of the input. NaN is left out, as in numpy.fmax.' } },
    load: () => import('./maximum.plugin.ts'),
  }),
  plugin('variance', {
    title: 'Variance over trains', does: 'The variance per element.',
    parameters: { ...over, ...ddof }, inputs: elements,
    outputs: { variance: { kind: 'matrix', does: 'The variance, float64, in the shape of the input. NaN stays NaN; of too few trains it is NaN.' } },
    load: () => import('./variance.plugin.ts'),
  }),
  plugin('std', {
    title: 'Standard deviation over trains', does: 'The standard deviation per element.',
    parameters: { ...over, ...ddof }, inputs: elements,
    outputs: { std: { kind: 'matrix', does: 'The standard deviation, float64, in the shape of the input. NaN stays NaN; of too few trains it is NaN.' } },
    load: () => import('./std.plugin.ts'),
  }),
  plugin('mean-std', {
    title: 'Mean with standard deviation', does: 'The mean per element, with one standard deviation as its errors: a curve with a band.',
    parameters: { ...over, ...ddof }, inputs: elements,
    outputs: { mean: { kind: 'matrix', does: 'The mean, float64, in the shape of the input, with errors of that shape. NaN stays NaN.' } },
    load: () => import('./mean-std.plugin.ts'),
  }),
  plugin('histogram', {
    title: 'Histogram over trains', does: 'Counts how often each value occurred. Bins are half-open, the last one closed, as numpy.histogram has it.',
    parameters: { ...limits('', 100), ...over },
    inputs: { value: { does: 'A number, or an array whose every element counts. NaN and what is outside the limits are counted apart.' } },
    outputs: { histogram: { kind: 'vector', does: 'Counts per bin, float64.', unit: 'counts' } },
    load: () => import('./histogram.plugin.ts'),
  }),
  plugin('growing-histogram', {
    title: 'Histogram that grows', does: 'Counts how often each value occurred when its range is not known: bins become twice as wide whenever there would be too many.',
    parameters: {
      width: { type: 'number', default: 1, does: 'Width of a bin at the start, the finest of interest, above 0.' },
      bins: { type: 'integer', default: 200, min: 2, max: 1_000_000, does: 'So many bins at most.' },
      origin: { type: 'number', default: 0, does: 'Always an edge of a bin.' },
      ...over,
    }, inputs: numbers,
    outputs: { histogram: { kind: 'vector', does: 'Counts per bin, float64, from the first bin with a value to the last; NaN is counted apart.', unit: 'counts' } },
    load: () => import('./growing-histogram.plugin.ts'),
  }),
  plugin('histogram2d', {
    title: 'Histogram of pairs', does: 'Counts how often x and y occurred together, in equal bins of both.',
    parameters: { ...limits('x', 100), ...limits('y', 100), ...over }, inputs: pairs,
    outputs: { histogram: { kind: 'image', does: 'Counts per cell, float64, y along the slow axis and x along the fast one.', unit: 'counts' } },
    load: () => import('./histogram2d.plugin.ts'),
  }),
  plugin('binning', {
    title: 'Binning by another value', does: 'Averages or adds up numbers, curves or images in bins of another value, such as a delay.',
    parameters: { ...limits('', 50), ...mode, ...over },
    inputs: {
      value: { does: 'What is binned: a number, or an array of one shape; with a vector in by, an entry for each of its values along the first axis.' },
      by: { does: 'Says into which bin: a number, or a vector with a value for each pulse. A train that lacks one of both is counted as incomplete.' },
    },
    outputs: {
      binned: { kind: 'matrix', does: 'Mean or sum, float64, bins along the slow axis. A bin without a value is NaN, of a sum 0.' },
      count: { kind: 'matrix', does: 'How many values each bin has, float64.', unit: 'counts' },
    },
    load: () => import('./binning.plugin.ts'),
  }),
  plugin('binning2d', {
    title: 'Binning by two other values', does: 'Averages or adds up numbers in cells of two other values.',
    parameters: { ...limits('x', 50), ...limits('y', 50), ...mode, ...over },
    inputs: {
      value: { does: 'What is binned: a number, or an array with a value for each pulse.' },
      x: { does: 'Says into which column: a number, or an array of the same shape.' },
      y: { does: 'Says into which row: a number, or an array of the same shape.' },
    },
    outputs: {
      binned: { kind: 'image', does: 'Mean or sum, float64, y along the slow axis and x along the fast one. A cell without a value is NaN, of a sum 0.' },
      count: { kind: 'image', does: 'How many values each cell has, float64.', unit: 'counts' },
    },
    load: () => import('./binning2d.plugin.ts'),
  }),
  plugin('correlation', {
    title: 'Correlation and line', does: "How x and y go together: Pearson's r, and the line by least squares.",
    parameters: over, inputs: pairs,
    outputs: { correlation: { kind: 'table', does: 'One row, float64: pairs, incomplete, means, standard deviations, covariance, r, slope, intercept and the standard error of the slope.' } },
    load: () => import('./correlation.plugin.ts'),
  }),
  plugin('scatter', {
    title: 'Pairs of the last trains', does: 'Shows x against y as points.',
    parameters: kept, inputs: pairs,
    outputs: { points: { kind: 'points', does: 'The pairs, float64 of shape (pairs, 2), oldest first.' } },
    load: () => import('./scatter.plugin.ts'),
  }),
  plugin('rolling', {
    title: 'The last trains as rows', does: 'Keeps the values of the last trains as one array.',
    parameters: kept, inputs: elements,
    outputs: { rows: { kind: 'matrix', does: 'One row per train with a value, oldest first, in the dtype of the input, labelled with the train IDs.' } },
    load: () => import('./rolling.plugin.ts'),
  }),
  plugin('time-series', {
    title: 'Course over trains', does: 'Least, mean and greatest value over stretches of train IDs, which become twice as long whenever there would be too many.',
    parameters: { points: { type: 'integer', default: 1000, min: 1, max: 100_000, does: 'So many stretches at most. Taken when the list starts.' } }, inputs: numbers,
    outputs: { course: { kind: 'table', does: 'One row per stretch, float64: first train ID, length in train IDs, count, min, mean and max.' } },
    load: () => import('./time-series.plugin.ts'),
  }),
];
