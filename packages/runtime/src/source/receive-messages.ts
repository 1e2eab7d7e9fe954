import type { SlotPart } from '../worker/messages.ts';
import type { StreamSettings } from './stream-address.ts';

/** What the receive thread of a stream is started with. */
export interface ReceiveData {
  readonly settings: StreamSettings;
  /** Which of the streams it is, from 0. */
  readonly stream: number;
  /** Trains that may wait or be worked on at once. */
  readonly depth: number;
  readonly wanted: Wanted;
}

/** Source -> the keys whose values are handed on; all others are only described. */
export type Wanted = { readonly [source: string]: readonly string[] };

export type ToReceiver =
  /** All threads are ready: trains may be asked for. */
  | { readonly type: 'go' }
  | { readonly type: 'want'; readonly wanted: Wanted }
  | { readonly type: 'release'; readonly piece: number }
  /** A thread that reads it does not end: its slot stays taken, and its train is not waited for. `release` comes when the thread has ended after all. */
  | { readonly type: 'retire'; readonly piece: number }
  /** So many of its trains wait for other streams: these may be had besides. */
  | { readonly type: 'open'; readonly trains: number }
  /** After `full`: there is nothing that could make room. */
  | { readonly type: 'no-room' }
  | { readonly type: 'close' };

/** The part of a train that one message brought. */
export interface Piece extends SlotPart {
  readonly type: 'piece';
  readonly stream: number;
  readonly trainId: number;
  /** By which it is released: with its slot, when it has arrays. */
  readonly id: number;
  /** The newest timestamp of its sources that can be true; milliseconds since 1970. */
  readonly at?: number;
  readonly receivedAt: number;
  /** Its message had parts of other trains, too. */
  readonly mixed?: boolean;
  /** It was asked for late: there was no room before. */
  readonly delayed?: boolean;
  /** Its data were not kept, by this rule: the train is dropped when its turn comes. */
  readonly lost?: string;
}

export interface SeenKey {
  readonly key: string;
  readonly dtype: string;
  readonly shape: readonly number[];
}

export type FromReceiver =
  | Piece
  /** There is no room for what came, for this reason: the oldest waiting train is to be dropped (policy drop-oldest). */
  | { readonly type: 'full'; readonly rule: string }
  /** A train that is not wanted (sampled), or a part without a train ID. */
  | { readonly type: 'passed'; readonly rule: string; readonly trainId?: number; readonly delayed?: boolean }
  /** A message that could not be read: the next ones are not affected. */
  | { readonly type: 'bad'; readonly code: string; readonly message: string }
  | { readonly type: 'status'; readonly state: 'connecting' | 'connected' | 'gone'; readonly text: string }
  | { readonly type: 'tree'; readonly source: string; readonly keys: readonly SeenKey[] }
  /** A source whose train ID is none (what it sends instead, in words), or is one again. */
  | { readonly type: 'untimed'; readonly source: string; readonly sends: string | undefined };
