import { parentPort, workerData } from 'node:worker_threads';
import { BridgeClient, BridgeError, decode, isBridgeArray, release, typedArrayOf, type BridgeArray, type BridgeSource, type BridgeValue } from '@trainyard/karabo-bridge';
import type { DType } from '@trainyard/core';
import { itemSize, type Wire } from '../worker/wire.ts';
import type { FromReceiver, Piece, ReceiveData, SeenKey, ToReceiver, Wanted } from './receive-messages.ts';
import { SlotMemory } from './slot-memory.ts';

/** The receive thread of one stream: asks for trains, and copies the arrays that someone wants into a slot, once. */
const { endpoint, socket, depth, wanted: first } = workerData as ReceiveData;
const port = parentPort!;
const slots = new SlotMemory();
const described = new Map<string, string>();
/** Pieces that main holds, and their slots: as many as `depth` are handed out. */
const lent = new Map<number, number | undefined>();
let nextPiece = 1;
let wanted: Wanted = first;
let closed = false;
let released: (() => void) | undefined;

function send(message: FromReceiver): void {
  port.postMessage(message);
}

const client = new BridgeClient({ endpoint, socket, onStatus: ({ state, text }) => send({ type: 'status', state, text }) });
const stop = new AbortController();

port.on('message', (message: ToReceiver) => {
  if (message.type === 'want') wanted = message.wanted;
  else if (message.type === 'release') {
    const slot = lent.get(message.piece);
    lent.delete(message.piece);
    if (slot !== undefined) slots.release(slot);
    released?.();
  } else {
    closed = true;
    stop.abort();
    released?.();
  }
});

async function freeSlot(): Promise<void> {
  while (lent.size >= depth && !closed) {
    const freed = new Promise<void>((resolve) => (released = resolve));
    send({ type: 'full' });
    await freed;
  }
}

/** The sources of a message, by train, the earliest first: each source carries its own train ID. */
function byTrain(train: ReadonlyMap<string, BridgeSource>): [number, [string, BridgeSource][]][] {
  const trains = new Map<number, [string, BridgeSource][]>();
  for (const [name, source] of train) {
    if (source.trainId === undefined) throw new BridgeError('BRIDGE_TRAIN_ID', `The message has no train ID for ${name} (timestamp.tid)`);
    const sources = trains.get(source.trainId);
    if (sources) sources.push([name, source]);
    else trains.set(source.trainId, [[name, source]]);
  }
  return [...trains].sort(([a], [b]) => a - b);
}

async function handOn(trainId: number, sources: readonly [string, BridgeSource][]): Promise<void> {
  const arrays: { array: BridgeArray; at: number; dtype: DType }[] = [];
  let bytes = 0;
  const place = (array: BridgeArray): Wire => {
    const dtype = canonicalDtype(array.dtype);
    if (dtype === undefined) return undefined;
    const at = bytes;
    arrays.push({ array, at, dtype });
    bytes = (at + array.bytes.byteLength + 7) & ~7;
    return { '~at': at, shape: array.shape, dtype };
  };
  const out: Record<string, Record<string, Wire>> = Object.create(null) as Record<string, Record<string, Wire>>;
  for (const [name, { values }] of sources) {
    describe(name, values);
    const keys = wanted[name];
    const taken: Record<string, Wire> = (out[name] = Object.create(null) as Record<string, Wire>);
    for (const key of keys ?? []) {
      const value = values.get(key);
      if (value !== undefined) taken[key] = asWire(value, place);
    }
  }
  let slot = bytes > 0 ? slots.acquire(bytes) : undefined;
  while (bytes > 0 && !slot && !closed) {
    // The memory's 4 GiB are taken: wait until a train is done with its part.
    await new Promise<void>((resolve) => (released = resolve));
    slot = slots.acquire(bytes);
  }
  if (slot) {
    for (const { array, at } of arrays) {
      typedArrayOf(array, new Uint8Array(slots.buffer, slot.offset + at, Math.max(array.bytes.byteLength, 1)));
    }
  }
  const id = nextPiece++;
  lent.set(id, slot?.offset);
  send({ type: 'piece', trainId, id, memory: slots.buffer, sources: moved(out, slot?.offset ?? 0) } satisfies Piece);
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

function asWire(value: BridgeValue, place: (array: BridgeArray) => Wire): Wire {
  if (isBridgeArray(value)) return value.shape.length === 0 ? scalarOf(value) : place(value);
  if (Array.isArray(value)) return value.every((item) => typeof item === 'number') ? place(listArray(value)) : { '~list': value.map((item) => asWire(item, place)) };
  if (typeof value === 'bigint') return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
  if (value instanceof Uint8Array) return place({ dtype: 'uint8', shape: [value.length], bytes: value });
  if (typeof value === 'object' && value !== null) return { '~map': Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asWire(item, place)])) };
  return value;
}

function scalarOf(array: BridgeArray): Wire {
  const [value] = typedArrayOf(array).data;
  return array.dtype === 'bool' ? Number(value) !== 0 : Number(value);
}

/** A list of numbers is a vector property: an array, as it is in a recorded run. */
function listArray(values: readonly number[]): BridgeArray {
  const data = Float64Array.from(values);
  return { dtype: 'float64', shape: [data.length], bytes: new Uint8Array(data.buffer) };
}

/** numpy's name without byte order; undefined for texts and complex numbers, which views cannot take. */
function canonicalDtype(dtype: string): DType | undefined {
  const plain = dtype.replace(/^[<>=|]/, '');
  const short: Record<string, DType> = { '?': 'bool', b1: 'bool', i1: 'int8', u1: 'uint8', i2: 'int16', u2: 'uint16', i4: 'int32', u4: 'uint32', i8: 'int64', u8: 'uint64', f2: 'float16', f4: 'float32', f8: 'float64' };
  const name = short[plain] ?? (plain as DType);
  try {
    return itemSize(name) > 0 ? name : undefined;
  } catch {
    return undefined;
  }
}

/** Says what a source has, when it is new or has changed. */
function describe(name: string, values: ReadonlyMap<string, BridgeValue>): void {
  const keys: SeenKey[] = [];
  let signature = '';
  for (const [key, value] of values) {
    const dtype = isBridgeArray(value) ? value.dtype : Array.isArray(value) ? 'list' : typeof value === 'number' ? 'float64' : typeof value === 'boolean' ? 'bool' : typeof value === 'string' ? 'str' : typeof value;
    const shape = isBridgeArray(value) ? value.shape : Array.isArray(value) ? [value.length] : [];
    signature += `${key}:${dtype}:${shape.length};`;
    keys.push({ key, dtype, shape });
  }
  if (described.get(name) === signature) return;
  described.set(name, signature);
  send({ type: 'tree', source: name, keys });
}

async function receive(): Promise<void> {
  while (!closed) {
    await freeSlot();
    if (closed) break;
    try {
      const frames = await client.next(stop.signal);
      try {
        for (const [trainId, sources] of byTrain(decode(frames))) await handOn(trainId, sources);
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
