import type { Player } from './page.ts';

/** What a running yard says of itself: the one state that CLI, viewer and batch read. All of it is plain JSON. */
export interface YardState {
  /** What runs: the list's or views file's name. */
  readonly name: string;
  readonly verb: 'run' | 'live' | 'demo';
  readonly pid: number;
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly source: SourceStatus;
  readonly trains: TrainCounts;
  readonly generation: GenerationState;
  /** In the order of the user's file. */
  readonly views: readonly ViewState[];
  readonly parameters: readonly ParameterState[];
  readonly actions: readonly ActionState[];
  readonly constants: readonly ConstantState[];
  readonly workers: WorkersState;
  readonly process: ProcessState;
  /** The yard before this one crashed, and this one took its place: when (milliseconds since 1970), and by what. */
  readonly crashed?: { readonly at: number; readonly by: string };
}

export interface WorkersState {
  readonly pool: number;
  readonly busy: number;
  /** Workers that were ended for a view, by what it did: `time`, `memory`, `handles` left open, `exit` of the thread itself. */
  readonly deaths: Readonly<Record<string, number>>;
}

/** The process itself, as an operator looks at it. */
export interface ProcessState {
  /** Resident memory. */
  readonly residentBytes: number;
  /** How late the main thread is when it is due, over the last minute, in milliseconds. Null in the first moments. */
  readonly loopLagMs: Quantiles | null;
}

/** Times in milliseconds that half, 95 % and 99 % do not exceed; each within 2 % of the exact one. */
export interface Quantiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** How long something took. Null where nothing was measured. */
export interface Timing {
  /** The last 55 to 60 seconds. */
  readonly lastMinute: Quantiles | null;
  /** Since this view is there, over all generations of the code. */
  readonly all: Quantiles | null;
  readonly count: number;
  readonly sumMs: number;
}

export interface SourceStatus {
  /** `tcp://127.0.0.1:4545`, a run's folder, a file. */
  readonly what: string;
  readonly kind: 'stream' | 'run' | 'stack' | 'results';
  readonly status: 'waiting' | 'streaming' | 'gone' | 'suspended' | 'ended';
  /** One sentence: what is happening, and what to do if something is wrong. */
  readonly message: string;
  /** Trains there are in all, where that is known. */
  readonly total?: number;
  /** Each stream, in the order given; absent for recorded data. */
  readonly streams?: readonly StreamStatus[];
  /** Of recorded data that are looked at: the train slider. */
  readonly player?: Player;
}

/** One of the streams that trains come from. */
export interface StreamStatus {
  /** Its address, without settings. */
  readonly what: string;
  readonly status: SourceStatus['status'];
  /** One sentence: what is happening, and what to do if something is wrong. */
  readonly message: string;
  /** One more where trains come and something still looks wrong, such as a second client that takes every other train. */
  readonly hint?: string;
  /** What happens when trains come faster than views take them: `block`, `drop-oldest`, `drop-newest`, `sample(10)`. */
  readonly policy: string;
  /** Trains a second over the last seconds. */
  readonly rate: number;
  /** Trains, or parts of trains, that came; the newest of them. */
  readonly received: number;
  readonly lastTrainId?: number;
  /** Of these, by rule, what was not computed; `sampled` was not wanted in the first place. */
  readonly dropped: Readonly<Record<string, number>>;
}

export interface TrainCounts {
  readonly seen: number;
  readonly done: number;
  /** Dropped before any view saw them, by rule. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Trains a second over the last seconds. */
  readonly rate: number;
  readonly lastTrainId?: number;
}

/** The code that runs. `error` says why the newest save is not it. */
export interface GenerationState {
  readonly number: number;
  readonly loadedAt: number;
  /** Saves, and reloads by hand, that did not load. */
  readonly failures: number;
  readonly error?: CodeError;
  /** Findings of the load-time scan and of the TypeScript check that do not stop it. */
  readonly warnings: readonly CodeError[];
}

export interface CodeError {
  readonly code: string;
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** The user's line, and the line rewritten where we know how. */
  readonly text?: string;
  readonly fix?: string;
}

export type OutcomeName = 'value' | 'none' | 'missing' | 'failed' | 'late' | 'dropped';

export interface ViewState {
  /** `group/view`. */
  readonly id: string;
  readonly group: string;
  readonly name: string;
  readonly kind: 'scalar' | 'vector' | 'matrix' | 'points' | 'image' | 'table' | 'text' | 'compute';
  readonly title?: string;
  readonly unit?: string;
  readonly stage: 'pool' | 'reduce';
  readonly hidden: boolean;
  readonly inputs: readonly { readonly name: string; readonly from: string; readonly optional: boolean }[];
  /** Trains seen while the view was part of the code: the sum of its outcomes, and of those that are still to come. */
  readonly seen: number;
  readonly counts: Readonly<Record<OutcomeName, number>>;
  /** Values a second over the last seconds. */
  readonly rate: number;
  /** Milliseconds of the newest train. */
  readonly timeMs: number;
  /** Its own time per train. */
  readonly time: Timing;
  /** From the train's timestamp (where the stream sends one, else its receipt) to the value in the sinks' hands. Null on recorded data. */
  readonly age: Timing | null;
  readonly newest?: NewestOutcome;
  /** The first train since which the outcome has been the same as the newest, apart from trains that were dropped, and when that was. Absent when the newest was. */
  readonly since?: { readonly trainId: number; readonly at: number };
  /** The last failure, kept while values come again. */
  readonly lastFailure?: NewestOutcome;
  /** From the train's timestamp to the picture on a screen (a viewer's acknowledgement), over all who look. Null where nobody does, and on recorded data. */
  readonly pixel: Timing | null;
  readonly where?: { readonly file: string; readonly line: number; readonly column: number };
}

export interface NewestOutcome {
  readonly trainId: number;
  readonly outcome: OutcomeName;
  /** The sentence that answers "why is there no data?"; empty for a value. */
  readonly message: string;
  readonly where?: { readonly file: string; readonly line?: number; readonly column?: number };
  readonly at: number;
}

export interface ParameterState {
  readonly group: string;
  readonly name: string;
  readonly type: 'number' | 'integer' | 'boolean' | 'string' | 'choice' | 'numbers' | 'rectangle' | 'circle' | 'ring' | 'polygon';
  readonly value: ParameterValue;
  readonly default: ParameterValue;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  readonly unit?: string;
  readonly choices?: readonly string[];
  readonly title?: string;
  /** Of a region: the view (id) or raw key (data path) on whose picture it is drawn. Without it, on pictures of its group. */
  readonly on?: string;
}
export type ParameterValue = number | boolean | string | readonly number[];

export interface ActionState {
  readonly group: string;
  readonly name: string;
  readonly title: string;
  /** A scan: it goes from point to point. */
  readonly isScan?: boolean;
  /** While it collects: how many trains of how many. */
  readonly progress?: CollectingProgress;
  /** How it came out. */
  readonly message?: string;
  /** Of a scan that has ended: whether it has all its points, and the results file that they are in. */
  readonly whole?: boolean;
  readonly file?: string;
}

export interface CollectingProgress {
  readonly done: number;
  readonly of: number;
  /** Of a scan: the point at hand, counted from 1, of how many (absent where it ends with the data), and its trains. */
  readonly point?: number;
  readonly points?: number;
  readonly train?: number;
  readonly trains?: number;
  /** How long the rest takes at the pace so far. */
  readonly leftMs?: number;
}

export interface ConstantState {
  readonly group: string;
  readonly name: string;
  readonly recordedAt?: number;
  readonly shape?: readonly number[];
}

/** The sources and keys seen in the stream or run: the tree of raw signals. */
export interface SourceTree {
  readonly sources: readonly SourceInfo[];
}
export interface SourceInfo {
  readonly name: string;
  /** `control`: a value that stands until it changes; `instrument`: data of each train. Absent where it is not known. */
  readonly kind?: 'control' | 'instrument';
  /** Trains a second with data of it, over the last seconds, in GET /api/tree; over the socket it comes as `rates`. Absent for recorded data. */
  readonly rate?: number;
  readonly keys: readonly SourceKey[];
}
export interface SourceKey {
  readonly key: string;
  /** The data path that a view would name. */
  readonly path: string;
  readonly dtype: string;
  /** Without the train's axis; empty for a single value. */
  readonly shape: readonly number[];
  /** Of results: the kind of the view that gave it. */
  readonly kind?: ViewState['kind'];
}

/** One line that a view wrote with `console.log`. */
export interface LogLine {
  readonly view: string;
  readonly trainId: number;
  readonly at: number;
  readonly level: 'log' | 'warn' | 'error';
  readonly text: string;
  /** How many more were swallowed since, by the rate limit. */
  readonly swallowed?: number;
}

/** One entry of the journal: who changed what, from which train on. */
export interface JournalEntry {
  readonly at: number;
  /** The first train that it applies to. */
  readonly trainId: number;
  readonly who: string;
  readonly what: 'generation' | 'parameter' | 'action' | 'constant' | 'clear' | 'suspend' | 'resume' | 'crash' | 'write';
  readonly name: string;
  readonly value?: ParameterValue;
  readonly before?: ParameterValue;
}
