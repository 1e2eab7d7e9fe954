import { arange, exp, labelled, linspace, view } from '@trainyard/core';
import { growingHistogram2d } from '@trainyard/statistics';

/** Of another yard: what it publishes on the bridge, or has in its results file. */
export const trainImage = view.image({ masked: 'karabo#yard/detector/image[data]' }, ({ masked }) => masked, { title: 'Image of the other yard' });

export const trainId = view.scalar({ id: 'internal#train_id' }, ({ id }) => id, { title: 'Train ID' });

/** As noise, but the same each time that the train is computed. */
const noise = (id: number, scale: number) => arange(200).add(1000 * (id % 1000)).mul(12.9898).sin().mul(43758.5453).sin().mul(scale / 2);

/** A Gaussian pulse on a carrier of 5 Hz with a bandwidth of half of that. */
export const pulse = view.vector({ id: 'internal#train_id' }, ({ id }) => {
  const t = linspace(-1, 0.99, 200);
  const envelope = exp(t.square().mul(((Math.PI * 5 * 0.5) ** 2) / (4 * Math.log(10 ** (-6 / 20)))));
  const phase = t.mul(2 * Math.PI * 5);
  const series = { real: envelope.mul(phase.cos()).add(noise(id, 0.2)), imaginary: envelope.mul(phase.sin()).add(noise(id + 1, 0.1)), envelope: envelope.add(noise(id + 2, 0.05)) };
  return labelled(series, { axes: [{ name: 'time', unit: 's', values: t.data }], unit: 'amplitude' });
}, { title: 'Gaussian modulated sinusoid' });

// Detector against diode, one pair for each pulse; how far they reach need not be known.
const frames = view.vector({ jungfrau: 'karabo#FXE_DET_JF1M/CAL/CORR_GAIN:output[data.image.pixels]' }, ({ jungfrau }) => jungfrau.nanmean({ axis: [1, 2] }));
export const correlated = view.reduce({ x: 'karabo#FXE_ADC/ADC/DIODE:output[channel_1_A.signal]', y: frames }, growingHistogram2d({ x: { width: 5, unit: 'mV' }, y: { width: 0.5, unit: 'keV' } }));
