import { BridgeError, quote } from './bridge-error.ts';
import type { BridgeSource, BridgeTrain, BridgeValue } from './bridge-train.ts';
import type { Dtype } from './dtype.ts';
import { MsgpackReader, type ReadBudget } from './msgpack-reader.ts';
import { readMarked } from './msgpack-numpy.ts';
import { makeArray, readDtype, readShape } from './wire-array.ts';

/** Bounds on what one message may claim. */
export interface DecodeLimits {
  /** Frames of the message; default 65536. */
  readonly frames?: number;
  /** Lists and maps within each other; default 32. */
  readonly depth?: number;
  /** Values outside arrays, in the whole message; default 4 million. */
  readonly values?: number;
}

/**
 * Decodes one message of a Karabo bridge. One frame is format 1.0, an even number is 2.2; no frame is an empty train.
 *
 * Arrays and byte strings are views into `frames`. Nothing a message says is believed before it was checked against the
 * bytes that are there. A source without metadata has `metadata` `{}` and no train ID; metadata inside the data (1.0, and
 * file servers of 2.2) is used where the header has none.
 *
 * @throws {BridgeError} with code, frame, source and key, for anything that is not a whole, well-formed train.
 */
export function decode(frames: readonly Uint8Array[], limits: DecodeLimits = {}): BridgeTrain {
  const most = limits.frames ?? 65536;
  if (frames.length > most) throw new BridgeError('BRIDGE_FRAMES', `The message has ${frames.length} frames, more than the limit of ${most}`);
  const budget: ReadBudget = { depth: limits.depth ?? 32, values: limits.values ?? 4_000_000 };
  if (frames.length === 0) return new Map();
  const views = frames.map((frame) => new Uint8Array(frame.buffer, frame.byteOffset, frame.byteLength));
  if (views.length === 1) return decode10(views[0], budget);
  if (views.length % 2 !== 0) {
    throw new BridgeError('BRIDGE_FRAMES', `The message has ${frames.length} frames; format 2.2 sends them in pairs, 1.0 sends one`);
  }
  return decode22(views, budget);
}

function decode10(frame: Uint8Array, budget: ReadBudget): BridgeTrain {
  refuseErrorReply(frame);
  const train: BridgeTrain = new Map();
  const reader = new MsgpackReader(frame, 0, budget, readMarked);
  const readSource = (source: string): void => {
    if (train.has(source)) throw reader.error('BRIDGE_KEY', `Source ${quote(source)} comes twice`);
    reader.source = source;
    const values = readValues(reader);
    const metadata = values.get('metadata');
    values.delete('metadata');
    if (metadata !== undefined && metadata !== null && !isMap(metadata)) throw reader.error('BRIDGE_HEADER', 'The metadata of a source must be a map');
    train.set(source, makeSource(isMap(metadata) ? metadata : {}, values));
    reader.source = undefined;
  };
  reader.entries('A train of format 1.0', readSource, false);
  reader.end();
  return train;
}

function decode22(frames: readonly Uint8Array[], budget: ReadBudget): BridgeTrain {
  /** By source: the header's metadata (undefined where no header gave one), and the values. */
  const open = new Map<string, { metadata: Record<string, BridgeValue> | undefined; whole: boolean; values: Map<string, BridgeValue> }>();
  for (let i = 0; i < frames.length; i += 2) {
    const header = readHeader(frames[i], i, budget);
    const { source, content } = header;
    let entry = open.get(source);
    if (entry === undefined) open.set(source, (entry = { metadata: undefined, whole: false, values: new Map() }));
    if (content === 'msgpack') {
      if (entry.whole) throw new BridgeError('BRIDGE_KEY', 'Source comes twice in one message', { frame: i, source });
      const reader = new MsgpackReader(frames[i + 1], i + 1, budget, readMarked);
      reader.source = source;
      const values = readValues(reader);
      reader.end();
      for (const [key, value] of entry.values) values.set(key, value); // arrays that came first
      entry.values = values;
      entry.whole = true;
      entry.metadata = header.metadata;
    } else {
      if (entry.values.has(header.path)) throw new BridgeError('BRIDGE_KEY', 'Key comes twice in one message', { frame: i, source, path: header.path });
      entry.values.set(header.path, makeArray(header.dtype, header.shape, frames[i + 1], { frame: i + 1, source, path: header.path }));
    }
  }
  const train: BridgeTrain = new Map();
  for (const [source, { metadata, values }] of open) {
    const inside = values.get('metadata');
    train.set(source, makeSource(metadata ?? (isMap(inside) ? inside : {}), values));
  }
  return train;
}

type Header =
  | { readonly source: string; readonly content: 'msgpack'; readonly metadata: Record<string, BridgeValue> | undefined }
  | { readonly source: string; readonly content: 'array'; readonly path: string; readonly dtype: Dtype; readonly shape: readonly number[] };

function readHeader(bytes: Uint8Array, frame: number, budget: ReadBudget): Header {
  const reader = new MsgpackReader(bytes, frame, budget, readMarked);
  const fields = new Map<string, BridgeValue>();
  reader.entries('A header of format 2.2', (key) => fields.set(key, reader.value()));
  reader.end();
  const source = fields.get('source');
  if (typeof source !== 'string') throw new BridgeError('BRIDGE_HEADER', 'The header names no source', { frame });
  if (source === '__proto__') throw new BridgeError('BRIDGE_KEY', 'A source cannot be called "__proto__"', { frame });
  const content = fields.get('content');
  if (content === 'msgpack') {
    const metadata = fields.get('metadata');
    if (metadata !== undefined && metadata !== null && !isMap(metadata)) throw new BridgeError('BRIDGE_HEADER', 'The metadata of a source must be a map', { frame, source });
    return { source, content, metadata: isMap(metadata) ? metadata : undefined };
  }
  if (content !== 'array') {
    const said = typeof content === 'string' ? quote(content) : 'nothing';
    throw new BridgeError('BRIDGE_HEADER', `The header's content is ${said}, known are "msgpack" and "array"`, { frame, source });
  }
  const path = fields.get('path');
  if (typeof path !== 'string') throw new BridgeError('BRIDGE_HEADER', 'The header of an array names no key ("path")', { frame, source });
  if (path === '__proto__') throw new BridgeError('BRIDGE_KEY', 'The key "__proto__" is refused', { frame, source });
  const where = { frame, source, path };
  return { source, content, path, dtype: readDtype(fields.get('dtype'), where), shape: readShape(fields.get('shape'), where) };
}

function readValues(reader: MsgpackReader): Map<string, BridgeValue> {
  const values = new Map<string, BridgeValue>();
  reader.entries('The data of a source', (key) => {
    if (values.has(key)) throw reader.error('BRIDGE_KEY', 'Key comes twice in one source');
    values.set(key, reader.value());
  });
  return values;
}

/** One device with a wrong clock does not cost the message: only its own train ID is not believed. */
function makeSource(metadata: Record<string, BridgeValue>, values: Map<string, BridgeValue>): BridgeSource {
  const id = metadata['timestamp.tid'];
  return { trainId: typeof id === 'number' && Number.isSafeInteger(id) && id >= 0 ? id : undefined, metadata, values };
}

function isMap(value: BridgeValue | undefined): value is { [key: string]: BridgeValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

/** A server that did not understand a request answers with one frame of text; no train begins with a letter. */
function refuseErrorReply(frame: Uint8Array): void {
  if (frame.length < 5 || String.fromCharCode(...frame.subarray(0, 5)) !== 'Error') return;
  const text = new TextDecoder().decode(frame.subarray(0, 200));
  throw new BridgeError('BRIDGE_ERROR_REPLY', `The server answered ${quote(text)} instead of sending a train`, { frame: 0 });
}
