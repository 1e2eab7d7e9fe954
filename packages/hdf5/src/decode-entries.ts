import type { Metadata } from './library.ts';
import { decodeFixed, isTurned } from './types.ts';

/** An entry of a record, an enumeration, an array type: numbers, texts, and lists of such. Null for what has no equivalent here. */
export type Entry = number | bigint | string | null | readonly Entry[];

type Reader = (view: DataView, at: number) => Entry;

const INTEGER = 0, FLOAT = 1, STRING = 3, OPAQUE = 5, COMPOUND = 6, ENUM = 8, ARRAY = 10;

/** The entries in the bytes that `Hdf5Dataset.read` gives of a type that it does not decode: of a record the list of its fields, in their order. */
export function decodeEntries(metadata: Metadata, bytes: Uint8Array): Entry[] {
  const read = readerOf(metadata, metadata.type !== COMPOUND || isTurned(metadata));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.byteLength / metadata.size) }, (_, i) => read(view, i * metadata.size));
}

/** `turned`: big-endian numbers are little-endian by now. */
function readerOf(metadata: Metadata, turned: boolean): Reader {
  const { type, size, signed, strpad } = metadata;
  const little = metadata.littleEndian || turned;
  switch (type) {
    case INTEGER: case ENUM:
      return integer(size, signed, little);
    case FLOAT:
      return size === 2 ? (view, at) => view.getFloat16(at, little) : size === 4 ? (view, at) => view.getFloat32(at, little) : size === 8 ? (view, at) => view.getFloat64(at, little) : () => null;
    case STRING:
      return metadata.vlen ? () => null : (view, at) => decodeFixed(bytesAt(view, at, size), strpad === 1 ? 'zeros' : strpad === 2 ? 'spaces' : undefined);
    case OPAQUE:
      return (view, at) => `0x${Buffer.from(bytesAt(view, at, size)).toString('hex')}`;
    case COMPOUND: {
      const fields = (metadata.compound_type?.members ?? []).map((member) => ({ offset: member.offset, read: readerOf(member, turned) }));
      return (view, at) => fields.map(({ offset, read }) => read(view, at + offset));
    }
    case ARRAY: {
      const base = metadata.array_type!;
      const read = readerOf(base, turned);
      return nested(base.shape ?? [], read, base.size);
    }
    default:
      return () => null;
  }
}

function integer(size: number, signed: boolean, little: boolean): Reader {
  switch (size) {
    case 1: return (view, at) => (signed ? view.getInt8(at) : view.getUint8(at));
    case 2: return (view, at) => (signed ? view.getInt16(at, little) : view.getUint16(at, little));
    case 4: return (view, at) => (signed ? view.getInt32(at, little) : view.getUint32(at, little));
    case 8: return (view, at) => (signed ? view.getBigInt64(at, little) : view.getBigUint64(at, little));
    default: return () => null;
  }
}

function nested([length, ...inner]: readonly number[], read: Reader, size: number): Reader {
  if (length === undefined) return read;
  const one = nested(inner, read, size);
  const step = inner.reduce((product, n) => product * n, size);
  return (view, at) => Array.from({ length }, (_, i) => one(view, at + i * step));
}

function bytesAt(view: DataView, at: number, size: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + at, size);
}
