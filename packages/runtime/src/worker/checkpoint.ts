import { deserialize, serialize } from 'node:v8';
import type { ReduceState, SavedState } from './messages.ts';

/** What a reduce worker remembers after one train, as bytes: kept on disk and in the main thread, given back after a crash. */
export interface Checkpoint {
  /** The newest train that is in it; -1 of none. */
  readonly lastTrainId: number;
  readonly parts: { readonly [name: string]: CheckpointPart };
  /** What is not in it, and why. */
  readonly left: { readonly [name: string]: string };
}

/** A reducer's state, or the earlier values of an input. */
export interface CheckpointPart {
  /** Of the code that made it. */
  readonly hash: string;
  /** The newest train that is in it: not all views are at the same one. */
  readonly lastTrainId: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** So much is kept of what all views of a yard remember: it is written again and again. */
export const CHECKPOINT_BYTES = 256 * 1024 * 1024;

/**
 * Makes bytes of it, the smallest part first, as long as all together stay below `limit` bytes. `lastTrainOf` says the newest train of a part, where
 * that is not the newest of all.
 */
export function packState(lastTrainId: number, state: ReduceState, lastTrainOf: (name: string) => number | undefined = () => undefined, limit = CHECKPOINT_BYTES): Checkpoint {
  const parts: Record<string, CheckpointPart> = {};
  const left: Record<string, string> = {};
  let room = limit;
  const sized = Object.entries(state).map(([name, saved]) => ({ name, saved, size: sizeOf(saved.state) })).sort((a, b) => a.size - b.size);
  for (const { name, saved, size } of sized) {
    if (size > room) {
      left[name] = `it is ${megabytes(size)}, and all views together have ${megabytes(limit)}`;
      continue;
    }
    try {
      // In memory of its own: it is handed to the main thread without a copy.
      const bytes = serialize(saved) as Uint8Array<ArrayBuffer>;
      parts[name] = { hash: saved.hash, lastTrainId: lastTrainOf(name) ?? lastTrainId, bytes };
      room -= bytes.byteLength;
    } catch (error) {
      left[name] = `it is no plain data: ${(error as Error).message}`;
    }
  }
  return { lastTrainId, parts, left };
}

/** The state again; what cannot be read (written by another version of Node, say) is left out and named. */
export function unpackState({ parts }: Checkpoint): { readonly state: ReduceState; readonly unreadable: readonly string[] } {
  const state: Record<string, SavedState> = {};
  const unreadable: string[] = [];
  for (const [name, { bytes }] of Object.entries(parts)) {
    try {
      state[name] = deserialize(bytes) as SavedState;
    } catch {
      unreadable.push(name);
    }
  }
  return { state, unreadable };
}

export function bytesOf({ parts }: Checkpoint): number {
  return Object.values(parts).reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
}

/** About how many bytes it takes, without making them. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return 8 + value.length;
  if (typeof value !== 'object' || value === null) return 9;
  if (ArrayBuffer.isView(value)) return 16 + value.byteLength;
  let sum = 8;
  if (Array.isArray(value)) for (const item of value) sum += sizeOf(item);
  else for (const [key, item] of Object.entries(value)) sum += key.length + sizeOf(item);
  return sum;
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(bytes < 2 ** 20 ? 2 : 0)} MiB`;
}
