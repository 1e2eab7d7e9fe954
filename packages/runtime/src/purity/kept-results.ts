import { outcomeNames } from '@trainyard/core';
import { valueDigest } from '../worker/value-digest.ts';
import { readWire } from '../worker/wire.ts';
import type { WireOutcome } from '../worker/messages.ts';
import { valueDifference } from './value-difference.ts';

/** The outcomes of one train, arrays in `memory`. */
export interface TrainOutcomes {
  readonly outcomes: { readonly [view: string]: WireOutcome };
  readonly memory: SharedArrayBuffer | undefined;
}

/** Of so many bytes the values are kept; of what is beyond only a digest. */
const MOST_BYTES = 512e6;

/** The results of the first pass, to hold those of the others against. */
export class KeptResults {
  readonly #trains = new Map<number, { readonly outcomes: TrainOutcomes['outcomes']; readonly bytes: Uint8Array<ArrayBuffer> | undefined; readonly digests: ReadonlyMap<string, string> | undefined }>();
  #bytes = 0;

  keep(trainId: number, { outcomes, memory }: TrainOutcomes): void {
    const size = memory?.byteLength ?? 0;
    const fits = this.#bytes + size <= MOST_BYTES;
    if (fits) this.#bytes += size;
    this.#trains.set(trainId, {
      outcomes,
      bytes: fits ? new Uint8Array(memory ?? new SharedArrayBuffer(0)).slice() : undefined,
      digests: fits ? undefined : new Map(Object.entries(outcomes).map(([id, outcome]) => [id, valueDigest(readWire(outcome.value, memory))])),
    });
  }

  /** Says how a view's outcome differs from the one that was kept; undefined when it does not, or when there was none. */
  difference(trainId: number, view: string, { outcomes, memory }: TrainOutcomes, isValueCompared = true): string | undefined {
    const kept = this.#trains.get(trainId);
    const [before, now] = [kept?.outcomes[view], outcomes[view]];
    if (!kept || !before || !now) return undefined;
    if (before.code !== now.code || before.message !== now.message) return `${said(before)}, then ${said(now)}`;
    if (!isValueCompared) return undefined;
    if (kept.bytes) return valueDifference(readWire(before.value, kept.bytes.buffer), readWire(now.value, memory));
    return kept.digests!.get(view) === valueDigest(readWire(now.value, memory)) ? undefined : 'the values differ (too many were computed to keep them all: fewer --trains say by how much)';
  }
}

function said({ code, message }: WireOutcome): string {
  return `${outcomeNames[code]}${message === undefined ? '' : ` (${message})`}`;
}
