import { BridgeError, quote } from './bridge-error.ts';
import { BridgeFloat, isBridgeArray, type BridgeArray, type Sendable, type SendableSource, type SendableTrain } from './bridge-train.ts';
import { MsgpackWriter } from './msgpack-writer.ts';
import { checkArray } from './wire-array.ts';

/** The two formats of the bridge. */
export type BridgeVersion = '1.0' | '2.2';

const EMPTY_TRAIN = Uint8Array.of(0x80);

/**
 * Encodes a train as the frames of one message, sources and keys in the order of the maps.
 *
 * In 2.2 the bytes of an array are passed on as they are, not copied: do not write to them before the message has left.
 * In 1.0 everything is one frame and is copied into it. A train without sources is the one frame `0x80` in both, which
 * every receiver reads as an empty train (no frame at all cannot be sent). `timestamp` of the metadata is always a float.
 *
 * @throws {BridgeError} BRIDGE_UNSENDABLE, BRIDGE_SHAPE or BRIDGE_DTYPE with source and key.
 */
export function encode(train: SendableTrain, version: BridgeVersion): Uint8Array[] {
  if (version !== '1.0' && version !== '2.2') {
    throw new BridgeError('BRIDGE_UNSENDABLE', `Format ${quote(String(version))} is unknown; there are 1.0 and 2.2`);
  }
  if (train.size === 0) return [EMPTY_TRAIN.slice()];
  return version === '1.0' ? [encode10(train)] : encode22(train);
}

function encode10(train: SendableTrain): Uint8Array {
  let capacity = 1024;
  for (const { values } of train.values()) {
    for (const value of values.values()) capacity += isBridgeArray(value) ? value.bytes.length + 512 : 64;
  }
  const writer = new MsgpackWriter(capacity);
  writer.mapHeader(train.size);
  for (const [source, { metadata, values }] of train) {
    if (values.has('metadata')) {
      throw new BridgeError('BRIDGE_UNSENDABLE', 'Format 1.0 keeps the metadata under the key "metadata", no value can have it', { source, path: 'metadata' });
    }
    writer.text(source);
    writer.mapHeader(values.size + 1);
    for (const [key, value] of values) {
      writer.text(key);
      writer.value(value, { source, path: key }, true);
    }
    writer.text('metadata');
    writeMetadata(writer, source, metadata);
  }
  return writer.finish();
}

function encode22(train: SendableTrain): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (const [source, { metadata, values }] of train) {
    const header = new MsgpackWriter();
    header.mapHeader(3);
    header.text('source');
    header.text(source);
    header.text('content');
    header.text('msgpack');
    header.text('metadata');
    writeMetadata(header, source, metadata);

    const arrays: [key: string, array: BridgeArray][] = [];
    const plain: [key: string, value: Sendable][] = [];
    for (const [key, value] of values) {
      if (isBridgeArray(value)) arrays.push([key, value]);
      else plain.push([key, value]);
    }
    const data = new MsgpackWriter();
    data.mapHeader(plain.length);
    for (const [key, value] of plain) {
      data.text(key);
      data.value(value, { source, path: key }, false);
    }
    frames.push(header.finish(), data.finish());
    for (const [key, array] of arrays) frames.push(arrayHeader(source, key, array), array.bytes);
  }
  return frames;
}

function arrayHeader(source: string, path: string, array: BridgeArray): Uint8Array {
  const where = { source, path };
  const dtype = checkArray(array, where);
  const writer = new MsgpackWriter();
  writer.mapHeader(5);
  writer.text('source');
  writer.text(source);
  writer.text('content');
  writer.text('array');
  writer.text('path');
  writer.text(path);
  writer.text('dtype');
  writer.text(dtype.name);
  writer.text('shape');
  writer.listHeader(array.shape.length);
  for (const length of array.shape) writer.value(length, where, false);
  return writer.finish();
}

function writeMetadata(writer: MsgpackWriter, source: string, metadata: SendableSource['metadata']): void {
  const entries = Object.entries(metadata);
  writer.mapHeader(entries.length);
  for (const [key, value] of entries) {
    writer.text(key);
    writer.value(key === 'timestamp' && typeof value === 'number' ? new BridgeFloat(value) : value, { source, path: `metadata.${key}` }, false);
  }
}
