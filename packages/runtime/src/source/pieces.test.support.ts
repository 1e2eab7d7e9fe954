import type { Matcher } from './matcher.ts';
import type { Piece } from './receive-messages.ts';

const memory = new SharedArrayBuffer(8);
let next = 1;

/** A part of a train on a stream; sources by their letters. */
export function on(stream: number, trainId: number, sources: string, more: Partial<Piece> = {}): Piece {
  return { type: 'piece', stream, trainId, id: next++, memory, receivedAt: 0, sources: Object.fromEntries(sources.split('').map((name) => [name, { key: trainId }])), ...more };
}

/** What waits for a worker: train -> sources. */
export function taken(matcher: Matcher): [number, string][] {
  const trains: [number, string][] = [];
  for (let train = matcher.take(); train; train = matcher.take()) trains.push([train.trainId, [...train.sources].sort().join('')]);
  return trains;
}

/** The trains that wait for a worker. */
export function ids(matcher: Matcher): number[] {
  return taken(matcher).map(([id]) => id);
}

/** From, up to but not to. */
export function range(from: number, to: number, step = 1): number[] {
  return Array.from({ length: Math.ceil((to - from) / step) }, (_, i) => from + i * step);
}
