import type { Run, RunKey } from '@trainyard/exdf';
import { addPath, detectorOf, typeOfArray, typeOfKey, typeOfOne, type PathTypes } from '@trainyard/runtime';
import type { Glimpse } from './one-train.ts';

/** The types of all paths of a recorded run, detectors of the alias table also as one source. */
export function typesOfRun(run: Run): PathTypes {
  const types = new Map<string, string>();
  for (const source of run.sources.values()) {
    for (const key of source.keys.values()) {
      const type = ofRunKey(key);
      if (type === undefined) continue;
      addPath(types, source.name, key.name, type);
      const whole = detectorOf(source.name);
      if (whole && (whole.pixelKeys.includes(key.name) || whole.pulseKeys.includes(key.name))) {
        const pixel = whole.pixelKeys.includes(key.name);
        for (const name of [whole.name, whole.name.replace('/CAL/APPEND_CORRECTED', '/DET')]) addPath(types, name, key.name, typeOfArray(key.entryShape.length + (pixel ? 2 : 1)));
      }
    }
  }
  return types;
}

/** The types of all paths of a stream. */
export function typesOfStream(glimpsed: Glimpse): PathTypes {
  const types = new Map<string, string>();
  for (const [source, keys] of glimpsed.sources) for (const [key, value] of keys) addPath(types, source, key, typeOfKey(value));
  return types;
}

function ofRunKey(key: RunKey): string | undefined {
  let dtype: string;
  let entryShape: readonly number[];
  try {
    ({ dtype, entryShape } = key);
  } catch {
    return undefined;
  }
  // Records and opaque bytes reach no view.
  if (/^\[|^V\d/.test(dtype)) return undefined;
  const used = key.counts().counts.filter((count) => count > 0);
  const [least, most] = [Math.min(...used), Math.max(...used)];
  // A train with one entry comes without the axis of entries; where that changes from train to train, so does the rank.
  if (used.length && least === 1 && most > 1) return dtype === 'str' ? 'string | readonly string[]' : entryShape.length ? 'NdArray' : 'number | Vector';
  const rank = entryShape.length + (most > 1 ? 1 : 0);
  if (rank > 0) return dtype === 'str' ? 'readonly string[]' : typeOfArray(rank);
  return typeOfOne(dtype);
}
