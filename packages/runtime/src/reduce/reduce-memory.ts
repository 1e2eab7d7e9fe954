import type { Checkpoint, CheckpointPart } from '../worker/checkpoint.ts';
import type { GenerationDescriptor } from '../worker/generation.ts';

/** What a new reduce worker is given, and what is said of it. */
export interface Restored {
  /** Absent: everything starts anew. */
  readonly checkpoint?: Checkpoint;
  readonly note: string;
}

/** In the same process: `after` says of each view the last train that was reduced, of those in the open results file. */
export interface GoesOn extends Restored {
  readonly after?: Readonly<Record<string, number>>;
}

/**
 * The newest checkpoint of the reduce worker: for the disk, and for the worker that takes the place of one that died. What a
 * person cleared since is taken out of it.
 */
export class ReduceMemory {
  /** A checkpoint to be kept on disk. */
  onKeep: (checkpoint: Checkpoint) => void = () => undefined;
  onNote: (text: string) => void = () => undefined;
  #newest: Checkpoint | undefined;
  /** Of an earlier process, or before a pause: waits for the first train. */
  #earlier: Checkpoint | undefined;
  /** By view: trains reduced since the newest checkpoint, and the last of all. */
  readonly #since = new Map<string, number>();
  readonly #last = new Map<string, number>();
  /** The number of the newest train in the newest checkpoint, and of the first train of the open results file. */
  #newestSeq = -1;
  #partSeq = 0;
  /** Cleared from the train with this number on: older checkpoints may still come. */
  #clears: { readonly seq: number; readonly id: string | undefined }[] = [];
  #isResting = false;
  readonly #saidLeft = new Set<string>();

  /** What goes on with the first train that comes. */
  begin(earlier: Checkpoint): void {
    this.#earlier = earlier;
    this.#newest = undefined;
  }

  /** The worker is let go: the next one goes on where it was. */
  rest(): void {
    this.#isResting = true;
  }

  /** What the worker after a rest is given; asked once. */
  afterRest(): GoesOn | undefined {
    const rested = this.#isResting ? this.afterDeath() : undefined;
    this.#isResting = false;
    return rested;
  }

  /** Trains of these views are through. */
  reduced(trainId: number, views: Iterable<string>): void {
    for (const view of views) {
      this.#since.set(view, (this.#since.get(view) ?? 0) + 1);
      this.#last.set(view, trainId);
    }
  }

  /** The train with this number is the first in another results file. */
  beginPart(seq: number): void {
    this.#partSeq = seq;
  }

  /** A checkpoint came; `seq` is the number of the newest train in it. */
  take(seq: number, checkpoint: Checkpoint): void {
    this.#clears = this.#clears.filter((clear) => clear.seq > seq);
    this.#newest = this.#clears.reduce((all, { id }) => without(all, id), checkpoint);
    this.#newestSeq = seq;
    this.#since.clear();
    for (const [name, why] of Object.entries(checkpoint.left)) {
      if (!this.#saidLeft.has(name)) this.onNote(`What ${name} remembers is not kept for a restart or a crash: ${why}.`);
      this.#saidLeft.add(name);
    }
    this.onKeep(this.#newest);
  }

  /** Cleared by hand, from the train with this number on: one view, or everything. */
  clear(seq: number, id: string | undefined): void {
    this.#clears.push({ seq, id });
    if (this.#earlier) this.#earlier = without(this.#earlier, id);
    if (this.#newest) this.#newest = without(this.#newest, id);
    const newest = this.#newest ?? this.#earlier;
    if (newest) this.onKeep(newest);
  }

  /** What goes on with this first train of a process; asked once. */
  atFirst(trainId: number, { views }: GenerationDescriptor): Restored | undefined {
    const earlier = this.#earlier;
    this.#earlier = undefined;
    if (!earlier) return undefined;
    const known = views.filter((view) => view.hash === earlier.parts[view.id]?.hash).map((view) => view.id);
    if (earlier.lastTrainId >= trainId) {
      return { note: known.length ? `The stream began anew (train ${trainId} after ${earlier.lastTrainId}): ${known.join(', ')} ${known.length > 1 ? 'do' : 'does'}, too.` : '' };
    }
    const byTrain = Map.groupBy(known, (id) => earlier.parts[id]!.lastTrainId);
    const sentences = Array.from(byTrain, ([last, ids]) => `${ids.join(', ')} ${ids.length > 1 ? 'go' : 'goes'} on from train ${last}${gap(last, trainId)}`);
    this.#newest = earlier;
    return { checkpoint: earlier, note: known.length ? `${sentences.join('. ')} (yard ctl clear starts anew).` : '' };
  }

  /** What the worker that takes the place of a dead one is given. */
  afterDeath(): GoesOn {
    const newest = this.#newest;
    if (!newest) return { note: 'averages and other running results start anew' };
    const lost = Math.max(0, ...Object.keys(newest.parts).map((name) => this.#since.get(name) ?? 0));
    const note = `what averages and other running results remember goes on as it was after train ${newest.lastTrainId}; ${lost === 0 ? 'no train is lost from it' : `${lost} train${lost > 1 ? 's' : ''} after that ${lost > 1 ? 'are' : 'is'} not in it`}`;
    // What was made before the open results file was begun belongs to another one.
    return { checkpoint: newest, note, ...(this.#newestSeq >= this.#partSeq && { after: Object.fromEntries(this.#last) }) };
  }
}

/** `; trains 11 to 14 are not in it`: of IDs, since nobody knows which of them there were. */
function gap(last: number, first: number): string {
  if (first === last + 1) return '';
  return first === last + 2 ? `; train ${last + 1} is not in it` : `; trains ${last + 1} to ${first - 1} are not in it`;
}

function without(checkpoint: Checkpoint, id: string | undefined): Checkpoint {
  const parts: Record<string, CheckpointPart> = id === undefined ? {} : Object.fromEntries(Object.entries(checkpoint.parts).filter(([name]) => name !== id));
  return { ...checkpoint, parts };
}
