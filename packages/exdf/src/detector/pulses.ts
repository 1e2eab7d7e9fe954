import { ExdfError } from '../exdf-error.ts';
import { selectTrains } from '../select/select-trains.ts';

/** Which pulses of each train: `'0:100:2'` or `[0, 4]` counted from its first, `{ ids: '0:100' }` or `{ ids: [0, 4] }` by pulse ID. */
export type PulseSelection = string | readonly number[] | { readonly ids: string | readonly number[] };

/** Whether each frame of one train is chosen. `ids`: its pulse IDs, asked for when they matter. Errors: EXDF_SELECT. */
export function selectPulses(count: number, which: PulseSelection, ids: () => readonly number[]): Uint8Array {
  const chosen = new Uint8Array(count);
  if (typeof which === 'string' || isList(which)) {
    const places = Array.from({ length: count }, (_, i) => i);
    // Trains differ in length: a place that one does not have is not chosen there.
    for (const place of typeof which === 'string' ? selectTrains(places, which) : which) {
      if (!Number.isInteger(place) || place < 0) throw new ExdfError('EXDF_SELECT', 'pulses', `Pulses are counted from 0: ${place} is none`);
      if (place < count) chosen[place] = 1;
    }
    return chosen;
  }
  const wanted = wantedIds(which.ids);
  ids().forEach((id, i) => (chosen[i] = wanted(id) ? 1 : 0));
  return chosen;
}

function wantedIds(ids: string | readonly number[]): (id: number) => boolean {
  if (typeof ids !== 'string') {
    const list = new Set(ids);
    return (id) => list.has(id);
  }
  const parts = /^\s*(\d+)?\s*:\s*(\d+)?\s*(?::\s*(\d+)?\s*)?$/.exec(ids);
  const step = Number(parts?.[3] ?? 1);
  if (!parts || step < 1) throw new ExdfError('EXDF_SELECT', `"${ids}"`, 'This is no range of pulse IDs: write start:stop or start:stop:step, as 0:400:4');
  const start = Number(parts[1] ?? 0);
  const stop = parts[2] === undefined ? Infinity : Number(parts[2]);
  // Pulse IDs are numbers of a pattern: a step counts them, not the pulses that are there.
  return (id) => id >= start && id < stop && (id - start) % step === 0;
}

function isList(which: Exclude<PulseSelection, string>): which is readonly number[] {
  return Array.isArray(which);
}
