import type { Wire } from '../worker/wire.ts';

/** What the receive thread of a stream is started with. */
export interface ReceiveData {
  readonly endpoint: string;
  readonly socket: 'REQ' | 'SUB' | 'PULL';
  /** Trains that may wait or be worked on at once. */
  readonly depth: number;
  readonly wanted: Wanted;
}

/** Source -> the keys whose values are handed on; all others are only described. */
export type Wanted = { readonly [source: string]: readonly string[] };

export type ToReceiver =
  | { readonly type: 'want'; readonly wanted: Wanted }
  | { readonly type: 'release'; readonly piece: number }
  | { readonly type: 'close' };

/** The part of a train that one message brought. */
export interface Piece {
  readonly type: 'piece';
  readonly trainId: number;
  /** By which it is released: with its slot, when it has arrays. */
  readonly id: number;
  readonly memory: SharedArrayBuffer;
  readonly sources: { readonly [source: string]: { readonly [key: string]: Wire } };
}

export interface SeenKey {
  readonly key: string;
  readonly dtype: string;
  readonly shape: readonly number[];
}

export type FromReceiver =
  | Piece
  /** All slots are taken: with SUB the oldest waiting train is to be dropped. */
  | { readonly type: 'full' }
  /** A message that could not be read: the next ones are not affected. */
  | { readonly type: 'bad'; readonly code: string; readonly message: string }
  | { readonly type: 'status'; readonly state: 'connecting' | 'connected' | 'gone'; readonly text: string }
  | { readonly type: 'tree'; readonly source: string; readonly keys: readonly SeenKey[] };
