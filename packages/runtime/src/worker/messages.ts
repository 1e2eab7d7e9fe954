import type { ParamValue, TreeNode, Where } from '@trainyard/core';
import type { LogLine } from '@trainyard/control';
import type { RunNumber } from '@trainyard/exdf';
import type { LinkedCode } from '../code/code-changes.ts';
import type { ScanCommand, ScanPoints, ScanProgress } from '../scan/scan-messages.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { GenerationCode, GenerationDescriptor } from './generation.ts';
import type { ResultBuffer } from './buffer-ring.ts';
import type { UserError } from './user-error.ts';
import type { ViewWarning } from './view-warnings.ts';
import type { Wire } from './wire.ts';

/** What one message brought of a train, as the receive thread of its stream left it in a slot: source -> key -> value; arrays lie in `memory`. */
export interface SlotPart {
  readonly memory: SharedArrayBuffer;
  readonly sources: { readonly [source: string]: { readonly [key: string]: Wire } };
}

/** Data of one train, which may have come in several messages and over several streams. Of a key that came twice the first is taken. */
export type SlotData = readonly SlotPart[];

/** What is known without computing: an outcome that a view has for this train whatever its code says. */
export interface Verdict {
  readonly outcome: 'none' | 'missing' | 'failed' | 'late' | 'dropped';
  readonly message: string;
  readonly where?: Where;
  /** Why its worker was ended, where the outcome does not say it: for the count of deaths. */
  readonly cause?: 'memory' | 'handles';
}

/** One train for a pool worker. Without `data` the worker reads it from its own run or stack. */
export interface TrainTask {
  readonly type: 'train';
  readonly seq: number;
  readonly trainId: number;
  readonly data?: SlotData;
  /** View id -> the outcome that it gets without being run: it hung or died on this train, or is set aside. */
  readonly verdicts?: { readonly [view: string]: Verdict };
  /** Why a path has no data, where the matcher knows more than "not in this train". */
  readonly absent?: { readonly [path: string]: string };
  /** The views that are asked for, and `RAW` for raw paths; absent: all. What they take is computed with them, and not given back. */
  readonly only?: readonly string[];
  /** What actions collect just now, besides what reducers take: views (`view#group/name`) and paths. */
  readonly collects?: readonly string[];
}

/** Stands among views for the paths that are handed through raw: for the reduce stage, for viewers. No view has such an ID. */
export const RAW = '#raw';

/** One outcome on its way: the code, and a value or a reason. */
export interface WireOutcome {
  readonly code: number;
  readonly value?: Wire;
  readonly message?: string;
  readonly where?: Where;
}

/** The same inside a worker, with the value itself. */
export interface Outcome extends Omit<WireOutcome, 'value'> {
  readonly value?: unknown;
  /** Its function was not called: it was not due, or lacks an input. */
  readonly notRun?: true;
}

/** The results of one train: one outcome per view that was asked for, arrays in `buffer`. */
export interface TrainResults {
  readonly type: 'results';
  readonly seq: number;
  readonly trainId: number;
  readonly outcomes: { readonly [id: string]: WireOutcome };
  readonly buffer?: ResultBuffer;
  /** Milliseconds per view, in the order of the descriptor's views; absent for views that did not run. */
  readonly times: { readonly [id: string]: number };
  readonly logs: readonly LogLine[];
  /** The train was dropped before any view saw it, by this rule. */
  readonly dropped?: string;
}

/** Outcomes of the pool, and the buffer that their arrays lie in. */
export interface PoolOutcomes {
  readonly outcomes: { readonly [id: string]: WireOutcome };
  readonly memory?: SharedArrayBuffer;
}

/** One train for the reduce worker. */
export interface ReduceTask {
  readonly type: 'reduce';
  readonly seq: number;
  readonly trainId: number;
  /** What the pool gave; each part has other views. */
  readonly parts: readonly PoolOutcomes[];
  /** Views, and actions (`action#group/name`), whose turn it is: others of this train were before, or come later. Absent: all. */
  readonly only?: readonly string[];
  /** Before the part of the run that is computed: windows and earlier values remember it, reducers over all trains do not. */
  readonly warm?: boolean;
  /** The train before, once more. */
  readonly again?: boolean;
  /** None comes after it for now: what is made for display only now and then is made. */
  readonly stays?: boolean;
  /** View id -> the outcome that it gets without being run. */
  readonly verdicts?: { readonly [view: string]: Verdict };
}

/** A constant that was recorded: told to every worker at one train boundary, and kept in the project's folder. */
export interface ConstantValue {
  /** `group.name`. */
  readonly key: string;
  readonly value: Wire;
  readonly memory: SharedArrayBuffer;
}

/** One cumulative reducer at the end of a block, or at the end of all. */
export interface BlockValue {
  readonly id: string;
  readonly block: number;
  readonly lastTrainId: number;
  readonly value: Wire;
}
export interface FinalValue {
  readonly id: string;
  readonly value: Wire;
  readonly nodes: readonly { readonly level: number; readonly index: number; readonly state: unknown }[];
}

export type ToWorker =
  /** To a spare: these modules of this installation are likely to be needed. */
  | { readonly type: 'warm'; readonly modules: readonly string[] }
  /** `audit`: views are watched, see `audited`. */
  | { readonly type: 'load'; readonly code: GenerationCode; readonly recorded: RecordedSource | undefined; readonly audit?: true }
  | TrainTask
  | ReduceTask
  | { readonly type: 'set'; readonly group: string; readonly name: string; readonly value: ParamValue }
  | { readonly type: 'constant'; readonly constant: ConstantValue }
  | { readonly type: 'release'; readonly buffer: number }
  /** The worker grows and is to be renewed: which view is it? Answered by a warning. */
  | { readonly type: 'find-growth' }
  /** Pool worker: raw keys (data paths) that viewers look at. */
  | { readonly type: 'keys'; readonly keys: readonly string[] }
  /** Reduce worker: start or end an action or a scan; give the state away or take it over; close. */
  | { readonly type: 'action'; readonly group: string; readonly name: string }
  | { readonly type: 'cancel-action'; readonly group: string; readonly name: string }
  | ScanCommand
  | { readonly type: 'clear'; readonly id?: string }
  | { readonly type: 'save-state' }
  | { readonly type: 'restore-state'; readonly state: ReduceState }
  /** The same from a checkpoint. `after`: of each view the last train whose results went to the file that is open; absent where that is another one. */
  | { readonly type: 'restore-checkpoint'; readonly checkpoint: Checkpoint; readonly after?: Readonly<Record<string, number>> | undefined }
  /** A checkpoint now, whenever the last was; answered by one; by an empty one (`seq` -1) when no train was reduced yet. */
  | { readonly type: 'checkpoint' }
  /** Ends a part: a results file. What comes after it belongs to the next one. `without`: views whose reducers do not come back. */
  | { readonly type: 'finish'; readonly without?: readonly string[]; readonly before?: number }
  /** The final value of a reducer over all trains, from the tree nodes of the parts of a run. */
  | { readonly type: 'fold'; readonly id: string; readonly nodes: readonly TreeNode<unknown>[] };

export type FromWorker =
  /** `thread`: its folder in /proc, where there is one. */
  | { readonly type: 'ready'; readonly thread?: string }
  /** `files`: modules from outside this installation that were loaded or asked for, besides those that are bundled. `own`: this installation's, as URLs. */
  | { readonly type: 'loaded'; readonly descriptor: GenerationDescriptor; readonly files: readonly string[]; readonly own: readonly string[] }
  | { readonly type: 'load-failed'; readonly error: UserError; readonly files: readonly string[] }
  | TrainResults
  /** Under audit: a view has written to one of its inputs. */
  | { readonly type: 'input-changed'; readonly view: string; readonly input: string }
  | (Omit<TrainResults, 'type'> & { readonly type: 'reduced'; readonly blocks: readonly BlockValue[]; readonly constants?: readonly ConstantValue[]; readonly progress?: readonly ActionProgress[]; readonly scans?: readonly ScanProgress[] })
  | ScanPoints
  | { readonly type: 'state'; readonly state: ReduceState }
  /** `givenUp`: actions that were under way and cannot go on with the new code. */
  | { readonly type: 'restored'; readonly notes: readonly string[]; readonly givenUp: readonly ActionProgress[] }
  /** By itself, every few seconds. `seq` is the newest train that is in it. */
  | { readonly type: 'checkpoint'; readonly seq: number; readonly checkpoint: Checkpoint }
  /** `before`: as it was asked for. */
  | { readonly type: 'finished'; readonly before?: number; readonly finals: readonly FinalValue[]; readonly blocks: readonly BlockValue[]; readonly notes: readonly string[]; readonly buffer?: ResultBuffer }
  | { readonly type: 'folded'; readonly value: Wire; readonly memory: SharedArrayBuffer }
  | { readonly type: 'fold-failed'; readonly error: UserError }
  /** Something that a view did besides giving its value; comes at any time. */
  | { readonly type: 'warning'; readonly warning: ViewWarning }
  /** A view left so much open in this worker that only its end closes it; comes at any time. */
  | { readonly type: 'spent'; readonly view: string; readonly message: string };

export interface ActionProgress {
  readonly group: string;
  readonly name: string;
  readonly done: number;
  readonly of: number;
  /** Why it ended without a result. */
  readonly message?: string;
}

/** What remembers trains: a view's reducer by its id, the earlier values of an input by its key. Plain data. */
export type ReduceState = { readonly [id: string]: SavedState };
export interface SavedState {
  /** Of the code that made it. */
  readonly hash: string;
  readonly code: LinkedCode;
  /** What an action makes of its trains. */
  readonly fold?: string;
  /** Of the parameters' values when it was saved. */
  readonly values: string;
  readonly state: unknown;
}

/** Recorded data that workers read by themselves. */
export type RecordedSource = { readonly kind: 'run'; readonly where: string | RunNumber } | { readonly kind: 'stack' | 'results'; readonly what: string };
