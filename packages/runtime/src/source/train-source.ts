import type { LostTrain } from './matcher.ts';
import type { DataPath } from '@trainyard/core';
import type { Player, SourceStatus, SourceTree } from '@trainyard/control';
import type { RecordedSource, SlotData } from '../worker/messages.ts';

/** A train that can be computed now. */
export interface ReadyTrain {
  readonly trainId: number;
  /** Absent: workers read it by themselves. */
  readonly data?: SlotData;
  /** Canonical path -> why it has no data. */
  readonly absent?: { readonly [path: string]: string };
  /**
   * When the train happened: its own timestamp where the stream sends one that can be true, else when its last message was received.
   * Milliseconds since 1970; absent for recorded data.
   */
  readonly at?: number;
  /** When its last message was received here; milliseconds since 1970; absent for recorded data. */
  readonly receivedAt?: number;
  /** The train IDs began anew with it: what remembers trains does, too. */
  readonly anew?: boolean;
  /** It is the train that was given last once more, for something has changed: what remembers trains has it already. */
  readonly again?: boolean;
  /** None comes after it until somebody wants one: it is shown whole. */
  readonly stays?: boolean;
  /** Gives its slot back; called once, when no worker reads it any more. */
  release(): void;
  /** A thread that reads its slot does not end: the slot is not waited for any more. `release` comes when the thread has ended, or never. */
  retire?(): void;
}

/** Where trains come from. Pulled: `take` gives the next one, `onReady` says that there may be one. */
export interface TrainSource {
  /** Called when a train may be ready, when the status changed, and at the end. */
  onChange: () => void;
  /** Something that a person should read: a stream that went away, a source that comes twice. */
  onNote?: (text: string) => void;
  /** Begins to deliver; called when the workers are ready, so that start-up loses no train. */
  open(): Promise<void>;
  /** The paths that views take from now on. */
  want(paths: ReadonlyMap<string, DataPath>): void;
  /** How many train IDs views look back on: a part of a run gives these trains before its own. */
  warmUp?(trainIds: number): void;
  /** Trains before this ID only fill the memory of windows and of earlier values: they are never counted, shown or written. */
  readonly countFrom?: number;
  take(): ReadyTrain | undefined;
  /** A train that was dropped for want of a worker: taken before `take`, so that trains stay in order. */
  takeLost?(): LostTrain | undefined;
  /** No train will come any more. */
  readonly ended: boolean;
  /** For recorded data: what workers open. */
  readonly recorded: RecordedSource | undefined;
  readonly status: SourceStatus;
  /** The same object until sources or keys change. */
  readonly tree: SourceTree;
  /** Of a stream: trains a second with data of each source, over the last seconds. */
  readonly rates?: Readonly<Record<string, number>>;
  /** The HDF5 files that trains come from, to be looked into; of a stream there are none. */
  readonly files?: readonly string[];
  /** Trains dropped before any view saw them, by rule. */
  readonly dropped: Readonly<Record<string, number>>;
  close(): Promise<void>;
  /** Of recorded data that are looked at: moves the train slider; what is absent stays. */
  play?(change: PlayChange): void;
  /** What the code, the parameters or the watched keys give of a train is not what it was: a train that stands still is given again. */
  again?(): void;
}

/** What a person does with the train slider. */
export type PlayChange = Partial<Pick<Player, 'paused' | 'index' | 'trainId' | 'rate' | 'loop'>>;

/** `--trains A:B`: trains A up to but not B, counted from 0 as in Python; either may be left out. */
export interface TrainRange {
  readonly from: number;
  readonly to: number;
}

/**
 * A part of a run by train IDs: `from` up to but not `to`. Trains from `first` on belong to the run that it is a part of
 * and may be computed before it, so that its results are those of one run over all.
 */
export interface TrainIdRange {
  readonly first: number;
  readonly from: number;
  readonly to: number;
}

/** Reads `A:B`; throws a sentence for anything else. */
export function parseTrainRange(text: string): TrainRange {
  const match = /^(\d*):(\d*)$/.exec(text.trim());
  if (!match) throw new RangeError(`--trains takes A:B, trains counted from 0 and B not included, such as 0:100 or 64:; "${text}" is something else.`);
  const from = match[1] ? Number(match[1]) : 0;
  const to = match[2] ? Number(match[2]) : Infinity;
  if (to <= from) throw new RangeError(`--trains ${text} holds no train: B must be greater than A.`);
  return { from, to };
}

/** Every train. */
export const ALL_TRAINS: TrainRange = { from: 0, to: Infinity };
