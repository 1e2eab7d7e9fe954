import type { Layout } from './layout.ts';

/** What the page may do, and what is offered: the first message of the socket, and GET /api/hello. */
export interface Hello {
  /** `look`: everything is shown, nothing can be changed. */
  readonly role: Role;
  /** Who asks, as a proxy in front says; what the page says itself does not count then. */
  readonly who?: string;
  /** As the page's own address needs it for a person who should only look; absent where there is no such token. */
  readonly lookToken?: string;
  /** The files of the list can be edited here (`--edit`). */
  readonly edit: boolean;
  /** `views.ts`, or a list: what runs; empty without one. */
  readonly name: string;
  readonly version: string;
  /** A results file or a run that can be browsed as HDF5, by name. */
  readonly files: readonly string[];
}
export type Role = 'look' | 'control';

/** A layout as it is kept: `GET /api/layouts` lists all without what is in them, `GET|PUT|DELETE /api/layouts/NAME` is one (the body of PUT is the layout). Names: letters, digits, space, `-_.`, at most 60. */
export interface KeptLayout {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly who: string;
  readonly layout: Layout;
}
export type ListedLayout = Omit<KeptLayout, 'layout'>;

/** A note with a picture of what was seen: POST /api/notes with text, trainId, link and picture (PNG, base64); GET /api/notes?before=ID, newest first, so many at once; GET /api/notes/ID.png; DELETE /api/notes/ID. */
export interface Note {
  readonly id: string;
  readonly at: number;
  readonly who: string;
  readonly text: string;
  readonly trainId?: number;
  /** The fragment of the page's address: opens what was seen. */
  readonly link?: string;
  readonly hasPicture: boolean;
}
export const NOTES_AT_ONCE = 200;

/**
 * Scalars of the past: GET /api/history?id=ID&from=TRAIN&to=TRAIN&points=N, read by `decodeHistory`. Points of one width (a power of two of train
 * IDs), at most N of them; those of width 1 are the values themselves. A point that `from` or `to` lies in is whole. Wider points where narrow ones
 * are not known any more. Without `from` from the first, without `to` up to the last, without `points` 2000. Kept are finite values, a switch as 0 or 1; where
 * train IDs of a stream begin anew the history does, too; of recorded data that are played it is kept by train.
 */
export interface History {
  readonly id: string;
  /** Train IDs in one point. */
  readonly width: number;
  /** First train ID of each point, ascending: Float64Array. */
  readonly trainId: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly mean: Float64Array;
  /** Finite values in each point; points without any are left out. */
  readonly count: Uint32Array;
  /** The first and the last train ID that are known; NaN while there are none. */
  readonly first: number;
  readonly last: number;
}

/** A file of the list's folder: GET /api/files -> EditFile[], GET /api/files/PATH -> its text with header `x-hash`, PUT with header `x-hash` of what was read; without one a new file, and its folders. */
export interface EditFile {
  /** Relative to the list's folder, with `/`. */
  readonly path: string;
  readonly bytes: number;
  /** The one that runs, or one that it imports. */
  readonly used: boolean;
  /** It cannot be read or saved here. */
  readonly tooLarge?: true;
}

/** What an editor in the browser needs to check the files: GET /api/types. Paths are below `file:///`. */
export interface EditorTypes {
  readonly files: { readonly [path: string]: string };
  /** The declaration of the sources and keys in the stream now, as `yard types` writes it. */
  readonly sources: string;
  /** Examples to begin from. */
  readonly snippets: readonly { readonly name: string; readonly title: string; readonly text: string }[];
}

/** A train that was frozen for the list's code: GET /api/frozen -> FrozenTrainInfo[], the newest first. */
export interface FrozenTrainInfo {
  readonly name: string;
  readonly trainId: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** For which view, and what that gave; absent for one that was frozen for all. */
  readonly view?: string;
  readonly outcome: string;
  readonly message: string;
}

/**
 * POST /api/frozen/try with `{ name?, view?, file?, text? }` -> TriedView[]: runs the code on a frozen train, the newest without a name: one view, `all`, or
 * without it what the train was frozen for; with `--edit` with a text in place of a saved file (a path of /api/files, else the list's own). What keeps the
 * code from loading is said as if it were of the view.
 */
export interface TriedView {
  readonly view: string;
  readonly outcome: string;
  readonly message: string;
  readonly where?: { readonly file: string; readonly line?: number; readonly column?: number };
  /** Of a value: `float32 (512, 1024), mean 3.2`. */
  readonly said?: string;
}

/** A train slider: recorded trains are given one after the other, from where it is put. */
export interface Player {
  readonly paused: boolean;
  /** The train that is shown, counted from 0, of `trains`. */
  readonly index: number;
  readonly trains: number;
  readonly trainId: number;
  /** Trains a second; 0: as fast as the views are. */
  readonly rate: number;
  readonly loop: boolean;
}
