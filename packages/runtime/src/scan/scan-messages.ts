import type { ParamValue } from '@trainyard/core';
import type { FinalValue } from '../worker/messages.ts';

/** What the main thread wants of a scan; `run` tells one start of it from the next. Each holds from one train on. */
export type ScanCommand = { readonly type: 'scan'; readonly id: string; readonly run: number } & (
  | { readonly what: 'start' }
  /** The parameters have these values now. */
  | { readonly what: 'point'; readonly values: readonly ParamValue[] }
  /** The point has had its time: it ends with what it has. */
  | { readonly what: 'close' }
  /** Answered by `scan-points`. */
  | { readonly what: 'give' }
  /** It runs no more, for this reason; answered by `scan-points`. */
  | { readonly what: 'end'; readonly why: string });

/** How far a scan is, with each train while it runs. */
export interface ScanProgress {
  readonly id: string;
  readonly run: number;
  /** Points that are through; whether one ended with this train, and how the last one came out. */
  readonly points: number;
  readonly closed: boolean;
  readonly last?: { readonly trains: number; readonly missing: number; readonly failed: number };
  /** Of the point at hand: trains that came, and those that went in. */
  readonly through: number;
  readonly trains: number;
  /** It ended by itself, for this reason: its points are there, or something failed. */
  readonly ended?: { readonly why: string; readonly failed: boolean };
}

/** The points so far, as its views show them. */
export interface ScanPoints {
  readonly type: 'scan-points';
  readonly id: string;
  readonly run: number;
  readonly points: number;
  /** No more will come: it was told to end. */
  readonly isLast: boolean;
  readonly finals: readonly FinalValue[];
  readonly memory: SharedArrayBuffer;
}
