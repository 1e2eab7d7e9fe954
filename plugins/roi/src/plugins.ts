import { definePlugin, type PluginParameter, type PluginSpec } from '@trainyard/core';

type Parameters = Readonly<Record<string, PluginParameter>>;

const edge = (value: number, does: string): PluginParameter => ({ type: 'integer', default: value, min: 0, max: 100_000, unit: 'px', does });

/** A region of the four kinds on the picture of an input. Those that are not used are small and in the corner. */
const region = (on: string): Parameters => ({
  shape: { type: 'choice', default: 'rectangle', choices: ['rectangle', 'circle', 'ring', 'polygon'], does: 'Which of the next four parameters is the region. A pixel is in it when its centre is.' },
  rectangle: { type: 'rectangle', default: [0, 0, 100_000, 100_000], on, unit: 'px', does: 'x0, y0, x1, y1 as pixel edges, x the column; what lies outside the image is cut off.' },
  circle: { type: 'circle', default: [0, 0, 0], on, unit: 'px', does: 'Centre x, y and radius, which itself is outside.' },
  ring: { type: 'ring', default: [0, 0, 0, 0], on, unit: 'px', does: 'Centre x, y, inner and outer radius; the inner one is inside, the outer one outside.' },
  polygon: { type: 'polygon', default: [0, 0, 0, 0, 0, 0], on, unit: 'px', does: 'Corners x0, y0, x1, y1, x2, y2 and so on; what lies inside an odd number of times is inside.' },
});

const pulses: PluginParameter = { type: 'string', default: ':', does: 'Which entries along the first axis: a slice such as 1:60:2, or indices such as 0, 3, 7.' };
const projection: PluginParameter = { type: 'choice', default: 'mean', choices: ['mean', 'sum'], does: 'What the projections show per row and column.' };

const rectangle = definePlugin({
  id: 'roi/rectangle',
  version: '0.1.0',
  title: 'Region of interest',
  does: 'A rectangle of an image: the pixels, their sum and mean, and their projections. NaN pixels do not count. What lies outside the image is cut off.',
  parameters: {
    y0: edge(0, 'First row.'),
    y1: edge(100_000, 'The row after the last.'),
    x0: edge(0, 'First column.'),
    x1: edge(100_000, 'The column after the last.'),
    projection,
  },
  inputs: { image: { does: 'The image.', rank: [2] } },
  outputs: {
    image: { kind: 'image', does: 'The pixels of the rectangle.' },
    sum: { kind: 'scalar', does: 'Sum of its pixels.' },
    mean: { kind: 'scalar', does: 'Mean of its pixels.' },
    x: { kind: 'vector', does: 'Projection on x: one value per column.' },
    y: { kind: 'vector', does: 'Projection on y: one value per row.' },
  },
  load: () => import('./rectangle.plugin.ts'),
});

const statistics = definePlugin({
  id: 'roi/statistics',
  version: '0.1.0',
  title: 'Statistics of a region',
  does: 'Statistics of a rectangle, circle, ring or polygon of an image, in float64. NaN pixels count nowhere: of none all are NaN, the count 0.',
  parameters: region('image'),
  inputs: { image: { does: 'The image.', rank: [2] } },
  outputs: {
    mean: { kind: 'scalar', does: 'Mean.' },
    sum: { kind: 'scalar', does: 'Sum.' },
    median: { kind: 'scalar', does: 'Median.' },
    min: { kind: 'scalar', does: 'Smallest value.' },
    max: { kind: 'scalar', does: 'Greatest value.' },
    std: { kind: 'scalar', does: 'Standard deviation, with ddof 0.' },
    var: { kind: 'scalar', does: 'Variance, with ddof 0.' },
    stdNorm: { kind: 'scalar', does: 'Standard deviation over the mean.' },
    varNorm: { kind: 'scalar', does: 'Variance over the square of the mean.' },
    count: { kind: 'scalar', does: 'How many pixels are not NaN.', unit: 'pixels' },
  },
  load: () => import('./statistics.plugin.ts'),
});

const pulseStatistics = definePlugin({
  id: 'roi/pulse-statistics',
  version: '0.1.0',
  title: 'Region per pulse',
  does: 'One statistic of a region for each image of a stack, such as the pulses of a train. NaN pixels count nowhere.',
  parameters: {
    statistic: { type: 'choice', default: 'mean', choices: ['mean', 'sum', 'median', 'min', 'max', 'std', 'var', 'stdNorm', 'varNorm', 'count'], does: 'Which; stdNorm is the standard deviation over the mean, varNorm the variance over its square.' },
    ...region('stack'),
  },
  inputs: { stack: { does: 'Images along the first axis.', rank: [3] } },
  outputs: { values: { kind: 'vector', does: 'A value for each image, float64; NaN where no pixel of the region is a number (its count is 0).' } },
  load: () => import('./pulse-statistics.plugin.ts'),
});

const projections = definePlugin({
  id: 'roi/projection',
  version: '0.1.0',
  title: 'Projection of a region',
  does: 'A region of an image as curves: the sum or mean of each column and of each row, over the area under the curve if asked for. NaN pixels do not count; a column or row without any is NaN.',
  parameters: {
    projection,
    normalise: { type: 'choice', default: 'none', choices: ['none', 'auc'], does: 'auc: each curve is divided by the area under it (trapezoids).' },
    aucRange: { type: 'numbers', default: [], unit: 'px', does: 'low, high: the part of the axis under which the area is taken, both included. Empty: all.' },
    sumRange: { type: 'numbers', default: [], unit: 'px', does: 'low, high: the part of the axis that xSum and ySum add up, both included. Empty: all.' },
    ...region('image'),
  },
  inputs: { image: { does: 'The image.', rank: [2] } },
  outputs: {
    x: { kind: 'vector', does: 'Projection on x: one value per column, float64.' },
    y: { kind: 'vector', does: 'Projection on y: one value per row, float64.' },
    xSum: { kind: 'scalar', does: 'Sum of the projection on x over sumRange.' },
    ySum: { kind: 'scalar', does: 'Sum of the projection on y over sumRange.' },
  },
  load: () => import('./projection.plugin.ts'),
});

const histogram = definePlugin({
  id: 'roi/histogram',
  version: '0.1.0',
  title: 'Histogram of a region',
  does: 'How often each value occurs in a region of an image, or of all images of a stack together. Bins are half-open, the last one closed, as numpy.histogram has it.',
  parameters: {
    bins: { type: 'integer', default: 100, min: 1, max: 1_000_000, does: 'How many equal bins.' },
    range: { type: 'numbers', default: [], does: 'low, high: the ends of the first and last bin. Empty: the smallest and the greatest value of each train.' },
    ...region('image'),
  },
  inputs: { image: { does: 'An image, or a stack of them.', rank: [2, 3] } },
  outputs: {
    histogram: { kind: 'vector', does: 'Counts per bin, float64; NaN and what is outside are counted apart.', unit: 'counts' },
    mean: { kind: 'scalar', does: 'Mean of the values that are counted.' },
    median: { kind: 'scalar', does: 'Their median.' },
    std: { kind: 'scalar', does: 'Their standard deviation, with ddof 0.' },
  },
  load: () => import('./histogram.plugin.ts'),
});

const combine = definePlugin({
  id: 'roi/combine',
  version: '0.1.0',
  title: 'Two values as one',
  does: 'Adds, subtracts or divides what two regions gave: numbers, values per pulse, curves or images of one shape, element by element.',
  parameters: { combination: { type: 'choice', default: 'difference', choices: ['first', 'second', 'sum', 'difference', 'ratio'], does: 'first - second is the difference, first / second the ratio.' } },
  inputs: { first: { does: 'A number, or an array.' }, second: { does: 'A number, or an array of the same shape.' } },
  outputs: {
    value: { kind: 'scalar', does: 'Of numbers the result; of arrays the mean of its elements, NaN left out.' },
    each: { kind: 'matrix', does: 'The result in the shape of the inputs.' },
  },
  load: () => import('./combine.plugin.ts'),
});

const normalise = definePlugin({
  id: 'roi/normalise',
  version: '0.1.0',
  title: 'Normalised value',
  does: 'Divides a value by a normaliser of the train: another region, the energy of an XGM, a digitizer. Where that is 0 or NaN there is no result.',
  parameters: {
    per: { type: 'choice', default: 'train', choices: ['train', 'pulse'], does: 'train: by the mean of the normaliser, NaN left out; pulse: entry by entry along the first axis.' },
    pulses: { ...pulses, does: 'Which entries of the normaliser count: a slice such as 1:60:2, or indices such as 0, 3, 7.' },
  },
  inputs: { value: { does: 'A number, or an array such as a curve or a value per pulse.' }, by: { does: 'A number, or an array with an entry per pulse.' } },
  outputs: {
    value: { kind: 'scalar', does: 'Of a number the result; of an array the mean of its elements, NaN left out.' },
    each: { kind: 'matrix', does: 'The result in the shape of the value; NaN where the divisor is 0 or NaN.' },
  },
  load: () => import('./normalise.plugin.ts'),
});

const pulseImage = definePlugin({
  id: 'roi/pulse-image',
  version: '0.1.0',
  title: 'Image over the pulses',
  does: 'One image over the pulses of a train, pixel by pixel: their mean, extremes or spread. NaN counts nowhere; a pixel that is NaN in every pulse is NaN.',
  parameters: {
    statistic: { type: 'choice', default: 'mean', choices: ['mean', 'sum', 'min', 'max', 'std', 'var', 'count'], does: 'What each pixel shows; std and var with ddof 0.' },
    pulses,
  },
  inputs: { stack: { does: 'Pulses along the first axis; the other axes are kept.', rank: [2, 3, 4] } },
  outputs: { image: { kind: 'matrix', does: 'float32 (float64 for 32- and 64-bit integers and float64), in the shape of one pulse.' } },
  load: () => import('./pulse-image.plugin.ts'),
});

export const plugins: PluginSpec[] = [rectangle, statistics, pulseStatistics, projections, histogram, combine, normalise, pulseImage];
