import type { JournalEntry } from '@trainyard/control';
import type { ResultView } from '@trainyard/nexus';
import type { BlockValue, FinalValue, WireOutcome } from '../worker/messages.ts';

/** What the file's thread is started with. */
export interface FileData {
  /** The file; of a sequence of files the folder. */
  readonly path: string;
  readonly force: boolean;
  /** Closed files in turn: the name before their number, and the bytes that stay free on the disk. */
  readonly sequence?: { readonly name: string; readonly reserve: number };
  readonly title: string;
  readonly provenance: Readonly<Record<string, unknown>>;
  /** Of a stream: it does not wait for a disk that stands still. Trains beyond what memory may hold are not written, and counted. */
  readonly mayLose?: boolean;
}

export type ToFile =
  | { readonly type: 'views'; readonly views: readonly ResultView[]; readonly parameters: readonly { readonly name: string; readonly value: unknown; readonly unit?: string }[] }
  | {
      readonly type: 'train';
      readonly seq: number;
      readonly trainId: number;
      /** Arrays lie in that one of the memories: each worker that had a share in the train has its own. */
      readonly outcomes: readonly { readonly id: string; readonly outcome: WireOutcome; readonly memory: number }[];
      readonly memories: readonly SharedArrayBuffer[];
    }
  | { readonly type: 'blocks'; readonly seq: number; readonly blocks: readonly BlockValue[]; readonly memory: SharedArrayBuffer | undefined }
  | { readonly type: 'finals'; readonly seq: number; readonly finals: readonly FinalValue[]; readonly memory: SharedArrayBuffer | undefined }
  /** Of a sequence: what comes, from this train on, goes to the next file. */
  | { readonly type: 'next'; readonly trainId: number }
  | { readonly type: 'journal'; readonly entry: JournalEntry }
  | { readonly type: 'abandon' }
  | { readonly type: 'close' };

export type FromFile =
  | { readonly type: 'open'; readonly leftOver?: string }
  | { readonly type: 'done'; readonly kind: 'train' | 'blocks' | 'finals'; readonly seq: number }
  /** Of a sequence: something for people; the wish for another file at the next block. */
  | { readonly type: 'said'; readonly text: string }
  | { readonly type: 'wants-part' }
  /** The train IDs began anew: the file is whole at its name, the results go on in this one. */
  | { readonly type: 'next'; readonly path: string }
  | { readonly type: 'closed' }
  | { readonly type: 'failed'; readonly code: string; readonly message: string };
