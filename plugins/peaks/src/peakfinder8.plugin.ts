import { YardError, labelled, view, type Image, type InputRef, type NdArray, type PluginBuild } from '@trainyard/core';
import { constantArray } from './constant-array.ts';
import { pairOf, withOptional } from './given.ts';
import { hits } from './hit-rate.ts';
import { peakFinder, peakMarks, type FoundPeaks } from './peak-finder.ts';

export const build: PluginBuild = ({ inputs, params }) => {
  const number = (name: string): number => Number(params[name]);
  const [keptMask, keptRadius] = [constantArray(), constantArray()];
  let arrays: { readonly mask: NdArray | undefined; readonly radius: NdArray | undefined } = { mask: undefined, radius: undefined };
  const find = peakFinder(() => ({
    centre: pairOf('centre', params.centre), pixel: pairOf('pixel', params.pixel), panel: pairOf('panel', params.panel),
    threshold: number('threshold'), minSnr: number('minSnr'), minPixels: number('minPixels'), maxPixels: number('maxPixels'),
    backgroundRadius: number('backgroundRadius'), maxPeaks: number('maxPeaks'), ...arrays,
  }));
  const from = withOptional(inputs, 'mask', 'radius');
  // One search a train, whose peaks, picture and counts are results.
  const found = view.compute(from, ({ image, mask, radius }): FoundPeaks => {
    arrays = { mask: keptMask(mask), radius: keptRadius(radius) };
    return find(image);
  }, { hidden: true });
  const of: InputRef<FoundPeaks> = { from: found };
  return {
    peaks: view.table({ of }, ({ of: { table } }) => table, { title: 'Bragg peaks' }),
    picture: view.image({ image: from.image, of }, ({ image, of: peaks }) => {
      const [pulse, module] = [number('pulse'), number('module')];
      return labelled(pictureOf(image, peaks, pulse, module), { overlay: peakMarks(peaks, { pulse, module }) });
    }, { title: 'Peaks' }),
    count: view.vector({ of }, ({ of: { count } }) => count, { title: 'Peaks of each frame' }),
    hit: view.vector({ of }, ({ of: { count } }) => hits(count, number('minPeaks')), { title: 'Hits' }),
    found,
  };
};

/** The frame, and of modules the module, that is shown. */
function pictureOf(image: NdArray, { table, count }: FoundPeaks, pulse: number, module: number): Image {
  const modules = 'module' in table;
  const entry = (array: NdArray, what: string, n: number): NdArray => {
    if (n >= array.shape[0]!) throw new YardError('PEAKS_PICTURE', `There is no ${what} ${n} of ${array.shape[0]}; they are counted from 0.`);
    return array.slice(`${n}`);
  };
  const stack = image.shape.length > (modules ? 3 : 2);
  if (!stack && pulse >= count.size) throw new YardError('PEAKS_PICTURE', `There is no pulse ${pulse} of ${count.size}; they are counted from 0.`);
  const frame = stack ? entry(image, 'pulse', pulse) : image;
  // Data of a single module have the axis, but peaks no column for it.
  return (modules || frame.shape.length === 3 ? entry(frame, 'module', module) : frame) as Image;
}
