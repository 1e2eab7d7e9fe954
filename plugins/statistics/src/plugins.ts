import { definePlugin, type Citation, type PluginInput, type PluginOutput, type PluginParameter, type PluginSpec } from '@trainyard/core';

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

/** Bins that may change while the list runs. */
function again(of: 'x' | 'y'): Parameters {
  return {
    [`${of}Bins`]: { type: 'integer', default: 50, min: 1, max: 10_000, does: `How many equal bins of ${of}.` },
    [`${of}Low`]: { type: 'number', default: 0, does: `Lower end of the first bin of ${of}. The same as ${of}High: from the smallest to the largest value that is kept.` },
    [`${of}High`]: { type: 'number', default: 0, does: `Upper end of the last bin of ${of}.` },
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
  readonly citations?: readonly Citation[];
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
  plugin('growing-histogram2d', {
    title: 'Histogram of pairs that grows', does: 'Counts how often x and y occurred together when their ranges are not known: bins become twice as wide whenever there would be too many along an axis.',
    parameters: {
      xWidth: { type: 'number', default: 1, does: 'Width of a bin of x at the start, the finest of interest, above 0.' },
      xBins: { type: 'integer', default: 100, min: 2, max: 10_000, does: 'So many bins of x at most.' },
      xOrigin: { type: 'number', default: 0, does: 'Always an edge of a bin of x.' },
      yWidth: { type: 'number', default: 1, does: 'Width of a bin of y at the start, the finest of interest, above 0.' },
      yBins: { type: 'integer', default: 100, min: 2, max: 10_000, does: 'So many bins of y at most.' },
      yOrigin: { type: 'number', default: 0, does: 'Always an edge of a bin of y.' },
      ...over,
    }, inputs: pairs,
    outputs: { histogram: { kind: 'image', does: 'Counts per cell, float64, y along the slow axis and x along the fast one, from the first bins with a pair to the last.', unit: 'counts' } },
    load: () => import('./growing-histogram2d.plugin.ts'),
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
  plugin('binning2d-arrays', {
    title: 'Binning of curves and images by two other values', does: 'Averages or adds up curves or images in cells of two other values. Mind the size: the result has an entry for every cell.',
    parameters: { ...limits('x', 10), ...limits('y', 10), ...mode, ...over },
    inputs: {
      value: { does: 'What is binned: an array of one shape; with a vector in x or y, an entry for each of its values along the first axis.' },
      x: { does: 'Says into which column: a number, or a vector with a value for each pulse.' },
      y: { does: 'Says into which row: a number, or a vector with a value for each pulse.' },
    },
    outputs: {
      binned: { kind: 'matrix', does: 'Mean or sum, float64 of shape (y bins, x bins, shape of an entry). A cell without a value is NaN, of a sum 0.' },
      count: { kind: 'matrix', does: 'How many values each cell has, float64 of shape (y bins, x bins).', unit: 'counts' },
    },
    load: () => import('./binning2d-arrays.plugin.ts'),
  }),
  plugin('binning-again', {
    title: 'Binning that can be changed', does: 'Averages or adds up numbers in bins of another value, such as a delay. The values of the last trains are kept and binned again on every train, so that bins and limits may change at any time.',
    parameters: {
      bins: { type: 'integer', default: 50, min: 1, max: 100_000, does: 'How many equal bins.' },
      low: { type: 'number', default: 0, does: 'Lower end of the first bin. The same as high: from the smallest to the largest value that is kept.' },
      high: { type: 'number', default: 0, does: 'Upper end of the last bin.' },
      ...mode,
      trains: { type: 'integer', default: 18_000, min: 1, max: 100_000, unit: 'trains', does: 'So many train IDs are kept: 18 000 are half an hour. Taken when the list starts.' },
    },
    inputs: {
      value: { does: 'What is binned: a number, or a vector with a value for each pulse.' },
      by: { does: 'Says into which bin: a number, or a vector of the same length. A train that lacks one of both is left out.' },
    },
    outputs: {
      binned: { kind: 'matrix', does: 'Mean (with the standard deviation as its errors) or sum, float64. A bin without a value is NaN, of a sum 0.' },
      count: { kind: 'matrix', does: 'How many values each bin has, float64.', unit: 'counts' },
    },
    load: () => import('./binning-again.plugin.ts'),
  }),
  plugin('binning-again-curves', {
    title: 'Binning of curves that can be changed', does: 'Averages or adds up curves in bins of another value. The curves of the last trains are kept and binned again on every train, so that bins and limits may change at any time.',
    parameters: {
      bins: { type: 'integer', default: 20, min: 1, max: 10_000, does: 'How many equal bins.' },
      low: { type: 'number', default: 0, does: 'Lower end of the first bin. The same as high: from the smallest to the largest value that is kept.' },
      high: { type: 'number', default: 0, does: 'Upper end of the last bin.' },
      ...mode,
      trains: { type: 'integer', default: 600, min: 1, max: 20_000, unit: 'trains', does: 'So many train IDs are kept, each with its curve. Taken when the list starts.' },
    },
    inputs: {
      value: { does: 'A curve for the train, of one length.', rank: [1] },
      by: { does: 'Says into which bin: a number.' },
    },
    outputs: {
      binned: { kind: 'matrix', does: 'Mean (with the standard deviation as its errors) or sum, float64, bins along the slow axis. A bin without a curve is NaN, of a sum 0.' },
      count: { kind: 'matrix', does: 'How many curves each bin has, float64.', unit: 'counts' },
    },
    load: () => import('./binning-again-curves.plugin.ts'),
  }),
  plugin('binning2d-again', {
    title: 'Binning by two values that can be changed', does: 'Averages or adds up numbers in cells of two other values. The values of the last trains are kept and binned again on every train, so that bins and limits may change at any time.',
    parameters: {
      ...again('x'), ...again('y'), ...mode,
      trains: { type: 'integer', default: 18_000, min: 1, max: 100_000, unit: 'trains', does: 'So many train IDs are kept: 18 000 are half an hour. Taken when the list starts.' },
    },
    inputs: {
      value: { does: 'What is binned: a number, or a vector with a value for each pulse.' },
      x: { does: 'Says into which column: a number, or a vector of the same length.' },
      y: { does: 'Says into which row, likewise.' },
    },
    outputs: {
      binned: { kind: 'image', does: 'Mean or sum, float64, y along the slow axis and x along the fast one. A cell without a value is NaN, of a sum 0.' },
      count: { kind: 'image', does: 'How many values each cell has, float64.', unit: 'counts' },
    },
    load: () => import('./binning2d-again.plugin.ts'),
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
  plugin('statistics-bars', {
    title: 'Mean and spread by x', does: 'Collects pairs at one x after the other, as a motor stops: mean and standard deviation of y at each. An x further than the resolution from the mean of those before begins a new one; one with a single pair is left out.',
    parameters: {
      resolution: { type: 'number', default: 0, min: 0, does: 'By how much x may differ at one point. May change at any time: the pairs that are kept are taken again.' },
      trains: { type: 'integer', default: 3000, min: 1, max: 100_000, unit: 'trains', does: 'So many train IDs are kept. Taken when the list starts.' },
    },
    inputs: pairs,
    outputs: {
      curve: { kind: 'vector', does: 'The mean of y, float64, in the order in which the points came, labelled with the mean of x, its standard deviation as its errors.' },
      bars: { kind: 'table', does: 'One row per point, float64: mean x, mean y, std of y and count.' },
    },
    load: () => import('./statistics-bars.plugin.ts'),
  }),
  plugin('fit', {
    title: 'Fit of a curve', does: 'Fits a line, a cubic polynomial, a Gaussian or Lorentzian peak or dip on a flat ground, or an edge (error function) by least squares, with start values of its own. A fit that does not converge says so.',
    parameters: {
      model: { type: 'choice', default: 'gaussian', choices: ['linear', 'cubic', 'gaussian', 'lorentzian', 'erf'], does: 'linear: slope x + intercept; cubic: a x^3 + b x^2 + c x + d; gaussian, lorentzian, erf: height, centre, sigma (or gamma, half the width) and offset. Taken when the list starts.' },
      from: { type: 'number', default: 0, does: 'Only points from this x on; with from and to the same: all.' },
      to: { type: 'number', default: 0, does: 'Only points up to this x.' },
      low: { type: 'number', default: 0, does: 'Where no x is given, and low and high differ: the points are the middles of equal bins from low to high, as those of a histogram; else x is the index.' },
      high: { type: 'number', default: 0, does: 'Upper end of the last bin.' },
    },
    inputs: {
      y: { does: 'A vector; or points of shape (n, 2), x and y, as those of statistics/scatter. What is NaN or infinite is left out.', rank: [1, 2] },
      x: { does: 'x of each, or the edges of bins, one more than y.', rank: [1], optional: true },
      errors: { does: 'One standard deviation of each y: its weight. Without it all count alike, and the scatter about the curve is the error.', rank: [1], optional: true },
    },
    outputs: {
      parameters: { kind: 'table', does: 'One row, float64: converged (1 or 0), points, reducedChi2, fwhm, and each parameter with its error, such as centre and centreError; NaN when the fit did not converge.' },
      curve: { kind: 'vector', does: 'The curve at each x, float64; none, with the reason, when the fit did not converge.' },
      centre: { kind: 'scalar', does: 'Centre of the peak or edge.' },
      fwhm: { kind: 'scalar', does: 'Full width at half height of the peak; of an edge that of its derivative.' },
      text: { kind: 'text', does: 'The result in words, or why there is none.' },
    },
    citations: [{ text: 'D. W. Marquardt, An algorithm for least-squares estimation of nonlinear parameters, J. Soc. Indust. Appl. Math. 11 (1963) 431-441.', doi: '10.1137/0111030' }],
    load: () => import('./fit.plugin.ts'),
  }),
  plugin('fft', {
    title: 'Fourier transform', does: 'The discrete Fourier transform of a vector, of the rows of an array, or of an image along both axes, of any length and not scaled, as numpy.fft has it.',
    parameters: {
      of: { type: 'choice', default: 'magnitude', choices: ['magnitude', 'power', 'real', 'imaginary', 'phase'], does: 'What of the complex values is shown; power is the square of the magnitude, phase in radians.' },
      along: { type: 'choice', default: 'both', choices: ['both', 'rows'], does: 'Of an image: along both of the last two axes, or each row for itself.' },
      shift: { type: 'boolean', default: true, does: 'Frequency 0 in the middle. Without it from 0 on; of vectors and rows only the half from 0 on, since the other is its mirror image.' },
      step: { type: 'number', default: 1, min: 1e-30, does: 'Distance from one element to the next: frequencies are per this unit.' },
    },
    inputs: { value: { does: 'A vector, an image, or a stack of images; any number NaN makes its transform all NaN.' } },
    outputs: { spectrum: { kind: 'matrix', does: 'The spectrum, float64, labelled with the frequencies.' } },
    load: () => import('./fft.plugin.ts'),
  }),
  plugin('over-pulses', {
    title: 'Mean over pulses', does: 'Mean and standard deviation over the pulses of a train, which are the first axis. NaN is left out.',
    parameters: { ddof: { ...ddof.ddof!, does: "Taken off the number of pulses before dividing, as numpy's ddof." } },
    inputs: { value: { does: 'A value, a curve or an image for each pulse.' } },
    outputs: {
      mean: { kind: 'matrix', does: 'The mean, float32 (float64 for 32- and 64-bit data), with one standard deviation as its errors.' },
      std: { kind: 'matrix', does: 'One standard deviation.' },
    },
    load: () => import('./over-pulses.plugin.ts'),
  }),
  plugin('two-time', {
    title: 'Two-time correlation', does: 'How alike speckle patterns are: each frame against each other, the autocorrelation g2 along the diagonals, and the contrast of each frame.',
    parameters: { most: { type: 'integer', default: 0, min: 0, max: 100_000, does: 'The largest distance of two frames in g2; 0: half of the frames.' } },
    inputs: { frames: { does: 'Frames along the first axis: the pulses of a train in a region. A pixel that is NaN in any frame is left out.' } },
    outputs: {
      correlation: { kind: 'image', does: 'Mean of the product of two frames over the product of their means, float64, frames against frames.' },
      g2: { kind: 'vector', does: 'Its mean at each distance of frames from 1 on, float64.' },
      contrast: { kind: 'vector', does: 'Standard deviation over mean of the pixels of each frame, float64.' },
    },
    citations: [{ text: 'M. Sutton et al., Using coherence to measure two-time correlation functions, Opt. Express 11 (2003) 2268-2277.', doi: '10.1364/OE.11.002268' }],
    load: () => import('./two-time.plugin.ts'),
  }),
  plugin('summary', {
    title: 'Mean, spread and median', does: 'Count, mean, standard deviation, median, least and greatest of the values of the last trains.',
    parameters: kept, inputs: { value: { does: 'A number, or an array whose every element counts. What is not finite is left out.' } },
    outputs: { summary: { kind: 'table', does: 'One row, float64: count, mean, std (ddof 0), median, min, max. NaN where there is no value.' } },
    load: () => import('./summary.plugin.ts'),
  }),
  plugin('filter', {
    title: 'Only within a range', does: 'Lets a train, or some of its pulses, pass when another value lies in a range: a figure of merit, an intensity. What takes the result sees these only.',
    parameters: { range: { type: 'numbers', default: [], does: 'low, high: both included; NaN never lies between. Empty: everything passes that is a number.' } },
    inputs: {
      value: { does: 'What passes, of any shape; with a vector in by, the pulses along its first axis.' },
      by: { does: 'What it hangs on: a number for the train, or a vector with a value for each pulse.' },
    },
    outputs: {
      value: { kind: 'matrix', does: 'The value, or its pulses that lie in the range, in its dtype; none, with the reason, when there is none.' },
      number: { kind: 'scalar', does: 'The same, where it is a number.' },
      pulses: { kind: 'scalar', does: 'How many pulses passed.' },
    },
    load: () => import('./filter.plugin.ts'),
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
