import type { Checkpoint, CheckpointPart } from '../worker/checkpoint.ts';
import type { GenerationDescriptor } from '../worker/generation.ts';

/** What a new reduce worker is given, and what is said of it. */
export interface Restored {
  /** Absent: everything starts anew. */
  readonly checkpoint?: Checkpoint;
  readonly note: string;
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
  /** Trains reduced since the newest checkpoint, and the last of all. */
  #since = 0;
  #lastTrainId: number | undefined;
  /** Cleared from the train with this number on: older checkpoints may still come. */
  #clears: { readonly seq: number; readonly id: string | undefined }[] = [];
  readonly #saidLeft = new Set<string>();

  /** What goes on with the first train that comes. */
  begin(earlier: Checkpoint): void {
    this.#earlier = earlier;
    this.#newest = undefined;
  }

  /** The newest checkpoint; what waits for its first train counts. */
  get newest(): Checkpoint | undefined {
    return this.#newest ?? this.#earlier;
  }

  reduced(trainId: number): void {
    this.#since += 1;
    this.#lastTrainId = trainId;
  }

  /** A checkpoint came; `seq` is the number of the newest train in it. */
  take(seq: number, checkpoint: Checkpoint): void {
    this.#clears = this.#clears.filter((clear) => clear.seq > seq);
    this.#newest = this.#clears.reduce((all, { id }) => without(all, id), checkpoint);
    this.#since = 0;
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
    if (this.newest) this.onKeep(this.newest);
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
    const note = known.length ? `${known.join(', ')} ${known.length > 1 ? 'go' : 'goes'} on from train ${earlier.lastTrainId}${gap(earlier.lastTrainId, trainId)} (yard ctl clear starts anew).` : '';
    return { checkpoint: earlier, note };
  }

  /** What the worker that takes the place of a dead one is given. */
  afterDeath(): Restored & { readonly after?: number } {
    const { lastTrainId } = this.#newest ?? {};
    if (!this.#newest || lastTrainId === undefined || this.#lastTrainId === undefined) return { note: 'averages and other running results start anew' };
    const lost = this.#since === 0 ? 'no train is lost from it' : `${this.#since} train${this.#since > 1 ? 's' : ''} after that ${this.#since > 1 ? 'are' : 'is'} not in it`;
    return { checkpoint: this.#newest, after: this.#lastTrainId, note: `what averages and other running results remember goes on as it was after train ${lastTrainId}; ${lost}` };
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
