import { parentPort, workerData } from 'node:worker_threads';
import { BridgeClient, BridgeError, decode, release, typedArrayOf, type BridgeArray, type BridgeSource } from '@trainyard/karabo-bridge';
import type { DType } from '@trainyard/core';
import type { Wire } from '../worker/wire.ts';
import { asWire, canonicalDtype } from './as-wire.ts';
import { newestTime } from './newest-time.ts';
import type { FromReceiver, Piece, ReceiveData, ToReceiver, Wanted } from './receive-messages.ts';
import { SeenSources } from './seen-sources.ts';
import { SlotMemory } from './slot-memory.ts';

/** The receive thread of one stream: asks for trains, and copies the arrays that someone wants into a slot, once. */
const { settings, stream, depth, wanted: first } = workerData as ReceiveData;
const { endpoint, socket, whenFull, sample } = settings;
const port = parentPort!;
const slots = new SlotMemory(settings.memory);
const seen = new SeenSources(send);
/** Pieces that main holds, with their trains and slots. */
const lent = new Map<number, { readonly trainId: number; readonly slot: number | undefined; readonly isRetired?: true }>();
/** Train -> pieces of it that main holds: `depth` trains are handed out, in as many pieces as they come. */
const trains = new Map<number, number>();
let nextPiece = 1;
let wanted: Wanted = first;
let closed = false;
let newest = 0;
let going = false;
let open = 0;
let noRoom = false;
let delayed = false;
let heard: (() => void) | undefined;

function send(message: FromReceiver): void {
  port.postMessage(message);
}

const client = new BridgeClient({ endpoint, socket, onStatus: ({ state, text }) => send({ type: 'status', state, text }) });
const stop = new AbortController();

port.on('message', (message: ToReceiver) => {
  switch (message.type) {
    case 'go':
      going = true;
      break;
    case 'want':
      wanted = message.wanted;
      return;
    case 'release':
      free(message.piece);
      break;
    case 'retire':
      discount(message.piece);
      break;
    case 'open':
      open = message.trains;
      break;
    case 'no-room':
      noRoom = true;
      break;
    case 'close':
      closed = true;
      stop.abort();
      break;
  }
  heard?.();
});

function free(piece: number): void {
  const held = lent.get(piece);
  if (!held) return;
  lent.delete(piece);
  if (held.slot !== undefined) slots.release(held.slot);
  if (!held.isRetired) leave(held.trainId);
}

/** The slot of a piece stays taken, without being counted. */
function discount(piece: number): void {
  const held = lent.get(piece);
  if (!held || held.isRetired) return;
  lent.set(piece, { ...held, isRetired: true });
  leave(held.trainId);
}

function leave(trainId: number): void {
  const others = trains.get(trainId)! - 1;
  if (others === 0) trains.delete(trainId);
  else trains.set(trainId, others);
}

async function somethingFreed(): Promise<void> {
  await new Promise<void>((resolve) => (heard = resolve));
  heard = undefined;
}

/** A slot for one piece (none when it has no arrays), or the rule by which there is none. */
async function room(trainId: number, bytes: number): Promise<{ readonly slot: number | undefined } | { readonly lost: string }> {
  if (bytes > slots.capacity) return { lost: 'larger than the memory of its stream' };
  while (!closed) {
    const slot = isWithinDepth(trainId) && bytes > 0 ? slots.acquire(bytes) : undefined;
    if (slot || (bytes === 0 && isWithinDepth(trainId))) return { slot: slot?.offset };
    const lost = isWithinDepth(trainId) ? 'the memory of its stream was full' : 'no worker was free';
    if (whenFull === 'drop-newest') return { lost };
    if (whenFull === 'drop-oldest') {
      noRoom = false;
      send({ type: 'full', rule: lost });
    }
    await somethingFreed();
    if (noRoom && whenFull === 'drop-oldest') return { lost };
  }
  return { lost: 'closed' };
}

function isWithinDepth(trainId: number): boolean {
  return trains.size < depth + open || trains.has(trainId);
}

/** The sources of a message, by train, the earliest first: each source carries its own train ID. */
function byTrain(message: ReadonlyMap<string, BridgeSource>): [number, [string, BridgeSource][]][] {
  const found = new Map<number, [string, BridgeSource][]>();
  for (const { trainId } of message.values()) if (trainId !== undefined && trainId > newest) newest = trainId;
  let untimed = false;
  for (const [name, source] of message) {
    const { trainId } = source;
    // Karabo's 0 stands for "not known", unless trains are counted from 0.
    const isNone = trainId === undefined || (trainId === 0 && newest > 0);
    seen.timed(name, isNone ? source.metadata['timestamp.tid'] : undefined, isNone);
    untimed ||= isNone;
    if (isNone) {
      seen.describe(name, source.values);
      continue;
    }
    const sources = found.get(trainId);
    if (sources) sources.push([name, source]);
    else found.set(trainId, [[name, source]]);
  }
  if (untimed) send({ type: 'passed', rule: 'no train ID' });
  return found.size > 1 ? [...found].sort(([a], [b]) => a - b) : [...found];
}

async function handOn(trainId: number, sources: readonly [string, BridgeSource][], receivedAt: number, mixed: boolean): Promise<void> {
  const arrays: { array: BridgeArray; at: number; dtype: DType }[] = [];
  let bytes = 0;
  const place = (array: BridgeArray): Wire => {
    const dtype = canonicalDtype(array.dtype);
    if (dtype === undefined) return undefined;
    const at = bytes;
    arrays.push({ array, at, dtype });
    // Not with bits: a train may pass 2 GiB.
    bytes = Math.ceil((at + array.bytes.byteLength) / 8) * 8;
    return { '~at': at, shape: array.shape, dtype };
  };
  const out: Record<string, Record<string, Wire>> = Object.create(null) as Record<string, Record<string, Wire>>;
  for (const [name, { values }] of sources) {
    seen.describe(name, values);
    const taken: Record<string, Wire> = (out[name] = Object.create(null) as Record<string, Wire>);
    for (const key of wanted[name] ?? []) {
      const value = values.get(key);
      if (value !== undefined) taken[key] = asWire(value, place);
    }
  }
  const found = await room(trainId, bytes);
  if (closed) return;
  const at = newestTime(sources, receivedAt);
  const piece = { type: 'piece', stream, trainId, receivedAt, ...(at !== undefined && { at }), ...(mixed && { mixed }), ...(delayed && { delayed }) } as const;
  if ('lost' in found) {
    const nothing = Object.fromEntries(sources.map(([name]) => [name, {}]));
    send({ ...piece, id: 0, memory: slots.buffer, sources: nothing, lost: found.lost });
    return;
  }
  const { slot } = found;
  for (const { array, at: from } of arrays) {
    typedArrayOf(array, new Uint8Array(slots.buffer, slot! + from, Math.max(array.bytes.byteLength, 1)));
  }
  const id = nextPiece++;
  lent.set(id, { trainId, slot });
  trains.set(trainId, (trains.get(trainId) ?? 0) + 1);
  send({ ...piece, id, memory: slots.buffer, sources: moved(out, slot ?? 0) });
}

/** Places inside the slot become places inside the memory. */
function moved(sources: Record<string, Record<string, Wire>>, by: number): Piece['sources'] {
  for (const values of Object.values(sources)) {
    for (const [key, wire] of Object.entries(values)) {
      if (typeof wire === 'object' && wire !== null && '~at' in wire) values[key] = { ...wire, '~at': wire['~at'] + by };
    }
  }
  return sources;
}

async function receive(): Promise<void> {
  // Ready. The streams begin together: on a busy machine one thread starts long after another.
  send({ type: 'status', state: 'connecting', text: client.status.text });
  while (!going && !closed) await somethingFreed();
  while (!closed) {
    // Who may make the sender wait asks when there is room.
    delayed = whenFull === 'block' && trains.size >= depth + open;
    while (whenFull === 'block' && trains.size >= depth + open && !closed) await somethingFreed();
    if (closed) break;
    try {
      const frames = await client.next(stop.signal);
      const receivedAt = Date.now();
      try {
        const found = byTrain(decode(frames));
        for (const [trainId, sources] of found) {
          if (trainId % sample === 0) await handOn(trainId, sources, receivedAt, found.length > 1);
          else send({ type: 'passed', rule: 'sampled', trainId, ...(delayed && { delayed }) });
        }
      } finally {
        // What is wanted has been copied into slots: the message's memory goes back at once, not when it is collected.
        release(frames);
      }
    } catch (error) {
      if (closed) break;
      const { code, message } = error as { code?: string; message: string };
      send({ type: 'bad', code: code ?? 'STREAM_MESSAGE', message });
      if (!(error instanceof BridgeError)) await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  client.close();
  port.close();
}

await receive();
