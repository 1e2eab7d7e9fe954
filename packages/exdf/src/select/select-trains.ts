import { ExdfError } from '../exdf-error.ts';

/**
 * Which trains of a run: a train ID, several; `'10:20:2'` counted from the first train of the run as in Python; `{ ids: '2000:2010' }` by train ID, the end
 * not included; `{ at: [0, -1] }` counted from the first.
 */
export type TrainSelection = number | readonly number[] | string | { readonly ids: string | readonly number[] } | { readonly at: number | readonly number[] };

/** The chosen of some sorted train IDs, sorted; those that are not there are left out. Errors: EXDF_SELECT. */
export function selectTrains(trainIds: readonly number[], which: TrainSelection): number[] {
  if (typeof which === 'number') return selectTrains(trainIds, [which]);
  if (typeof which === 'string') return bySlice(trainIds, which);
  if (isList(which)) {
    const wanted = new Set(which);
    return trainIds.filter((id) => wanted.has(id));
  }
  if ('at' in which) return byPosition(trainIds, typeof which.at === 'number' ? [which.at] : which.at);
  return typeof which.ids === 'string' ? byIdSlice(trainIds, which.ids) : selectTrains(trainIds, which.ids);
}

function isList(which: Exclude<TrainSelection, number | string>): which is readonly number[] {
  return Array.isArray(which);
}

function bySlice(trainIds: readonly number[], text: string): number[] {
  const { start, stop, step } = parse(text);
  const length = trainIds.length;
  const place = (at: number | undefined, otherwise: number): number => (at === undefined ? otherwise : Math.min(length, Math.max(0, at < 0 ? at + length : at)));
  const chosen: number[] = [];
  for (let i = place(start, 0); i < place(stop, length); i += step) chosen.push(trainIds[i]!);
  return chosen;
}

function byIdSlice(trainIds: readonly number[], text: string): number[] {
  const { start = -Infinity, stop = Infinity, step } = parse(text);
  const inside = trainIds.filter((id) => id >= start && id < stop);
  // As in EXtra-data, a step counts the trains that are there, not their IDs.
  return step === 1 ? inside : inside.filter((_, i) => i % step === 0);
}

function byPosition(trainIds: readonly number[], places: readonly number[]): number[] {
  const wanted = places.map((at) => {
    const place = at < 0 ? at + trainIds.length : at;
    if (!Number.isInteger(at) || place < 0 || place >= trainIds.length) throw new ExdfError('EXDF_SELECT', `{ at: ${at} }`, `There are ${trainIds.length} trains: positions go from 0 to ${trainIds.length - 1}, or from -1 backwards`);
    return place;
  });
  return [...new Set(wanted)].sort((a, b) => a - b).map((place) => trainIds[place]!);
}

function parse(text: string): { start?: number; stop?: number; step: number } {
  const parts = /^\s*(-?\d+)?\s*:\s*(-?\d+)?\s*(?::\s*(-?\d+)?\s*)?$/.exec(text);
  if (!parts) throw new ExdfError('EXDF_SELECT', `"${text}"`, 'This is no range of trains: write start:stop or start:stop:step, as 0:100:10');
  const step = parts[3] === undefined ? 1 : Number(parts[3]);
  if (step < 1) throw new ExdfError('EXDF_SELECT', `"${text}"`, 'Trains are taken in their order: the step must be at least 1');
  return { ...(parts[1] !== undefined && { start: Number(parts[1]) }), ...(parts[2] !== undefined && { stop: Number(parts[2]) }), step };
}

/** Cuts trains into parts of nearly equal length. Errors: EXDF_SELECT for a number below 1. */
export function splitTrains(trainIds: readonly number[], how: number | { readonly trains: number }): number[][] {
  const given = typeof how === 'number' ? how : how.trains;
  if (!Number.isInteger(given) || given < 1) throw new ExdfError('EXDF_SELECT', `split(${JSON.stringify(how)})`, 'The number of parts, or of trains in each, must be at least 1');
  const parts = typeof how === 'number' ? Math.min(how, trainIds.length) : Math.ceil(trainIds.length / how.trains);
  return Array.from({ length: parts }, (_, i) => trainIds.slice(Math.floor((i * trainIds.length) / parts), Math.floor(((i + 1) * trainIds.length) / parts)));
}
