import type { ScannedView } from '../code/scan.ts';
import type { SetParameter } from '../scan/link-scans.ts';
import type { ParamValue, Parameter, ViewKind, Where } from '@trainyard/core';

/** What a worker loads: the user's code and the list's steps, resolved to what can be imported. Plain data. */
export interface GenerationCode {
  readonly number: number;
  readonly steps: readonly CodeStep[];
  /** The list's own parameters. */
  readonly listParameters: Readonly<Record<string, ParamValue>>;
  /** `[group.]name` -> value: what `--set` chose. Values out of range are clamped and said. */
  readonly overrides: Readonly<Record<string, unknown>>;
  /** `group.name` -> what a slider chose in an earlier generation, or before a restart. */
  readonly kept: Readonly<Record<string, KeptParameter>>;
  /** Installed packs outside this installation: package name -> folder. */
  readonly packFolders: Readonly<Record<string, string>>;
}

/** A value that is not the default, and what it was chosen against: an edited default or another type wins over it. */
export interface KeptParameter {
  readonly value: ParamValue;
  readonly default: ParamValue;
  readonly type: Parameter['type'];
}

export type CodeStep =
  | {
      readonly kind: 'views';
      /** The group of loose views: the file's stem. */
      readonly stem: string;
      readonly url: string;
      readonly file: string;
      readonly files: readonly string[];
      readonly written: Readonly<Record<string, ScannedView>>;
    }
  | {
      readonly kind: 'plugin';
      readonly id: string;
      readonly as: string;
      /** The module of the pack's specs. */
      readonly url: string;
      readonly in: Readonly<Record<string, string>>;
      readonly params: Readonly<Record<string, unknown>>;
      readonly folder: string;
      readonly where: Where;
    };

/** The group of a list's own parameters. */
export const LIST_GROUP = 'list';

/** The user's own: the files of views, and the folders of packs from outside this installation, with a `/` at the end. An error in them is said at its line. */
export function userFiles({ steps, packFolders }: GenerationCode): string[] {
  return [...steps.flatMap((step) => (step.kind === 'views' ? step.files : [])), ...Object.values(packFolders).map((folder) => `${folder}/`)];
}

/** What main learns of a loaded generation: names and wiring, no code. Plain data. */
export interface GenerationDescriptor {
  readonly number: number;
  /** In an order in which inputs come before those that take them. */
  readonly views: readonly ViewDescriptor[];
  readonly params: readonly ParamDescriptor[];
  readonly actions: readonly ActionDescriptor[];
  readonly scans: readonly ScanDescriptor[];
  readonly constants: readonly string[];
  /** The data paths that trains must bring, canonical texts. */
  readonly paths: readonly string[];
  /** How many train IDs back its views look: windows, `stale` and `shifted` inputs, one upon the other. Infinity where one takes the running result over all trains: then a run cannot be cut. */
  readonly reach: number;
  /** Whether there is anything to do in train order. */
  readonly reduces: boolean;
  /** What was clamped, kept or started anew, in words. */
  readonly notes: readonly string[];
}

export interface ViewDescriptor {
  /** `group/name`. */
  readonly id: string;
  readonly group: string;
  readonly name: string;
  readonly kind: ViewKind;
  readonly title?: string;
  readonly unit?: string;
  readonly hidden: boolean;
  /** Ascending in the order of the list's steps and of the user's lines: how people expect to see them. */
  readonly rank: number;
  readonly stage: 'pool' | 'reduce';
  /** Its function runs on a pool worker (also of a view whose average is made in train order). */
  readonly inPool: boolean;
  /** Folds all trains: no row per train, a value per block and a final one. */
  readonly cumulative: boolean;
  readonly window?: number;
  /** How many train IDs back its result looks: windows, `stale` and `shifted` inputs. Absent: 0; Infinity: on all trains before. */
  readonly reach?: number;
  readonly every?: number;
  readonly timeoutMs?: number;
  /** `earlier`: values of earlier trains, by `stale` or `shifted`. */
  readonly inputs: readonly { readonly name: string; readonly from: string; readonly optional: boolean; readonly earlier?: true }[];
  /** The hash of its code and of all that it takes; a reducer's state carries over while it stays the same. */
  readonly hash: string;
  readonly where?: { readonly file: string; readonly line: number; readonly column: number };
}

export interface ParamDescriptor {
  readonly group: string;
  readonly name: string;
  readonly spec: Parameter;
  readonly value: ParamValue;
  /** Used in a path: setting it starts a generation. */
  readonly structural: boolean;
}

export interface ActionDescriptor {
  readonly group: string;
  readonly name: string;
  /** What it collects, written as the inputs of views are. */
  readonly from: string;
  readonly title: string;
  readonly trains: number;
  /** `group.name` of the constant. */
  readonly into: string;
}

export interface ScanDescriptor {
  /** The view that is its table, `group/name`; `views` are all of its views. */
  readonly id: string;
  readonly group: string;
  readonly name: string;
  readonly title: string;
  readonly views: readonly string[];
  /** The parameters that the runtime sets; the points are all combinations, the last one the fastest. Empty for a source's value. */
  readonly sets: readonly SetParameter[];
  /** The path or view whose value makes the points. */
  readonly by?: string;
  /** How many points there are; absent where it ends with the data. */
  readonly points?: number;
  readonly trains: number;
  readonly atMost: number;
  readonly timeoutMs?: number;
}
