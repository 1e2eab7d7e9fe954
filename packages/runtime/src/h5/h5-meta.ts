import { Hdf5Dataset, Hdf5Group, decodeEntries, type AttributeValue, type Entry, type Metadata } from '@trainyard/hdf5';
import type { H5Files } from './h5-files.ts';
import { MOST_ATTRIBUTES, MOST_ATTRIBUTE_BYTES, MOST_LISTED } from './h5-messages.ts';

const INTEGER = 0, STRING = 3, COMPOUND = 6, ENUM = 8, VLEN = 9, ARRAY = 10;
const MOST_DEEP = 32;

/** A type as h5grove says it: HDF5's numbers for class, order, sign, padding and character set. */
export interface H5Type {
  readonly class: number;
  readonly size: number;
  readonly [word: string]: unknown;
}

export function typeOf(metadata: Metadata): H5Type {
  const { type, size, signed, littleEndian, cset = 0, strpad = 0, vlen } = metadata;
  const order = littleEndian ? 0 : 1;
  switch (type) {
    case INTEGER: return { class: type, size, order, sign: signed ? 1 : 0 };
    case STRING: return { class: type, size, cset, strPad: strpad, vlen };
    case COMPOUND: return { class: type, size, members: (metadata.compound_type?.members ?? []).map((member) => ({ name: member.name, offset: member.offset, ...typeOf(member) })) };
    case ENUM: return { class: type, size, members: metadata.enum_type?.members ?? {}, base: { class: INTEGER, size, order, sign: signed ? 1 : 0 } };
    case VLEN: return { class: type, size, ...(metadata.vlen_type && { base: typeOf(metadata.vlen_type) }) };
    case ARRAY: return { class: type, size, base: typeOf(metadata.array_type!), dims: metadata.array_type?.shape ?? [] };
    default: return { class: type, size, order };
  }
}

/** An object, and of a group what is in it, as h5grove says it. */
export function metaOf(files: H5Files, object: Hdf5Group | Hdf5Dataset): unknown {
  const { path } = object;
  const name = path === '/' ? '/' : path.slice(path.lastIndexOf('/') + 1);
  if (object instanceof Hdf5Dataset) return entity(name, object);
  const names = object.keys();
  const children: unknown[] = names.slice(0, MOST_LISTED).map((child) => childOf(files, object, child));
  if (names.length > MOST_LISTED) children.push({ name: `(and ${names.length - MOST_LISTED} more, which are not listed)`, kind: 'other', attributes: [] });
  return { ...entity(name, object), children };
}

function childOf(files: H5Files, group: Hdf5Group, name: string): unknown {
  try {
    const found = files.follow(files.fileOf(group), group.path, name);
    if ('object' in found) return entity(name, found.object);
    const link = group.link(name);
    if (link?.kind === 'soft') return { name, kind: 'soft_link', target_path: link.target };
    if (link?.kind === 'external') return { name, kind: 'external_link', target_file: link.file, target_path: link.target };
  } catch {
    // One that is damaged does not hide the others.
  }
  return { name, kind: 'other', attributes: [] };
}

function entity(name: string, object: Hdf5Group | Hdf5Dataset): Record<string, unknown> {
  const attributes = attributeNamesOf(object).flatMap((attribute) => {
    const metadata = object.attributeMetadata(attribute);
    return metadata ? [{ name: attribute, shape: metadata.shape, type: typeOf(metadata) }] : [];
  });
  if (!(object instanceof Hdf5Dataset)) return { name, kind: 'group', attributes };
  const { metadata, filters } = object;
  return { name, kind: 'dataset', attributes, type: typeOf(metadata), shape: metadata.shape, chunks: metadata.chunks, filters: filters.map(({ id, name: filter }) => ({ id, name: filter })) };
}

/** Those whose values are small enough to be shown: as many as are listed. */
function attributeNamesOf(object: Hdf5Group | Hdf5Dataset): string[] {
  return object.attributeNames().slice(0, MOST_ATTRIBUTES).filter((name) => {
    const metadata = object.attributeMetadata(name);
    return metadata !== undefined && metadata.size * countOf(metadata.shape) <= MOST_ATTRIBUTE_BYTES;
  });
}

/** Values of all attributes that are listed. */
export function attributesOf(object: Hdf5Group | Hdf5Dataset): Record<string, unknown> {
  return Object.fromEntries(attributeNamesOf(object).map((name) => [name, attributeOf(object, name)]));
}

function attributeOf(object: Hdf5Group | Hdf5Dataset, name: string): unknown {
  const metadata = object.attributeMetadata(name)!;
  const value = object.attribute(name);
  if (value === undefined) return null;
  if (!(value instanceof Uint8Array) || !isRecord(metadata)) return asJson(value);
  const entries = decodeEntries(metadata, value).map(asJson);
  return metadata.shape?.length === 0 ? entries[0] : entries;
}

/** Whether the library gives bytes of it. */
export function isRecord({ type }: Metadata): boolean {
  return type !== INTEGER && type !== ENUM;
}

/** Numbers that JSON has; what is not finite is null. */
export function asJson(value: AttributeValue | Entry): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  return Array.from(value as ArrayLike<Entry>, asJson);
}

/** The paths of what is below, in the order of their names. */
export function pathsBelow(group: Hdf5Group | Hdf5Dataset): string[] {
  const paths: string[] = [];
  const walk = (one: Hdf5Group | Hdf5Dataset, depth: number): void => {
    paths.push(one.path);
    if (!(one instanceof Hdf5Group) || depth === MOST_DEEP) return;
    for (const name of one.keys()) {
      if (paths.length >= MOST_LISTED) return;
      const child = one.link(name) ? undefined : one.get(name);
      if (child) walk(child, depth + 1);
    }
  };
  walk(group, 0);
  return paths;
}

export function countOf(shape: readonly number[] | null): number {
  return (shape ?? [0]).reduce((product, n) => product * n, 1);
}
