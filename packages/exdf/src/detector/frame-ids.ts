import { ExdfError } from '../exdf-error.ts';
import type { Detector } from './detector.ts';

/**
 * Numbers that belong to frames, pulse IDs or memory cells: one list for each train of the detector. Modules must agree; those without data in a train have no
 * say. In parallel gain mode the first third counts for all three stages: the rest was never filled in. Errors: EXDF_DETECTOR.
 */
export function frameIds(det: Detector, key: string): number[][] {
  const places = new Map(det.trainIds.map((id, place) => [id, place]));
  const ids: (number[] | undefined)[] = det.trainIds.map(() => undefined);
  const from: number[] = [];
  for (const module of det.modules) {
    const rows = det.keyOf(module, key)?.read();
    if (!rows || Array.isArray(rows.data)) continue;
    const width = rows.shape.slice(1).reduce((product, length) => product * length, 1);
    for (let row = 0; row < rows.trainIds.length; ) {
      const trainId = rows.trainIds[row]!;
      const start = row;
      while (row < rows.trainIds.length && rows.trainIds[row] === trainId) row += 1;
      const place = places.get(trainId);
      if (place === undefined) continue;
      const own = inGain(det, Array.from(rows.data.subarray(start * width, row * width) as ArrayLike<number | bigint>, Number));
      const known = ids[place];
      if (!known) {
        ids[place] = own;
        from[place] = module;
      } else if (known.length !== own.length || known.some((id, i) => id !== own[i])) {
        throw new ExdfError('EXDF_DETECTOR', `${det.name}[${key}]`, `In train ${trainId} modules ${from[place]} and ${module} do not have the same numbers: leave one of them out with modules, or take frames by their place`);
      }
    }
  }
  const lacking = ids.findIndex((own) => own === undefined);
  if (lacking >= 0) throw new ExdfError('EXDF_DETECTOR', `${det.name}[${key}]`, `Train ${det.trainIds[lacking]} has frames but no such numbers: take frames by their place`);
  return ids as number[][];
}

function inGain({ parallelGain }: Detector, ids: number[]): number[] {
  if (!parallelGain) return ids;
  const first = ids.slice(0, ids.length / 3);
  return [...first, ...first, ...first];
}
