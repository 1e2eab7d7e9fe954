import { checksum, type ByteBuilder } from './byte-builder.ts';
import { sizeOf, writeType } from './dtype.ts';
import type { Heap } from './heap.ts';
import { virtualLayout } from './virtual-layout.ts';
import { GroupNode, SoftLink, type AttributeValue, type DatasetNode, type Storage } from './node.ts';

/** Message types of the specification, section IV.A.2. */
const DATASPACE = 0x01, LINK_INFO = 0x02, DATATYPE = 0x03, FILL_VALUE = 0x05, LINK = 0x06, LAYOUT = 0x08, GROUP_INFO = 0x0a, ATTRIBUTE = 0x0c;

/** Entries of one node of a chunk index: twice the default K of 32. */
const NODE_ENTRIES = 64;

/** Writes the descriptions of an object and all below it, the bytes at `out.length` 0 meant for `base`; gives the object's address. */
export function writeTree(out: ByteBuilder, node: GroupNode | DatasetNode, base: number, heap: Heap, closing: boolean): number {
  return node instanceof GroupNode ? writeGroup(out, node, base, heap, closing) : writeDataset(out, node, base, heap, closing);
}

function writeGroup(out: ByteBuilder, group: GroupNode, base: number, heap: Heap, closing: boolean): number {
  const members = [...group.members].map(([name, member]) => [name, member instanceof SoftLink ? member : writeTree(out, member, base, heap, closing)] as const);
  return object(out, base, () => {
    message(out, LINK_INFO, () => {
      out.u16(0);
      out.undefined64();
      out.undefined64();
    });
    message(out, GROUP_INFO, () => out.u16(0));
    for (const [name, to] of members) {
      message(out, LINK, () => {
        const length = Buffer.byteLength(name);
        const soft = to instanceof SoftLink;
        out.u8(1);
        out.u8(0x10 | (soft ? 8 : 0) | (length > 255 ? 1 : 0)); // the name is UTF-8; whether the kind of link is said; width of the name's length
        if (soft) out.u8(1);
        out.u8(1);
        if (length > 255) out.u16(length);
        else out.u8(length);
        out.text(name);
        if (soft) {
          out.u16(Buffer.byteLength(to.target));
          out.text(to.target);
        } else out.u64(to);
      });
    }
    attributes(out, group.attributes, heap);
  });
}

function writeDataset(out: ByteBuilder, dataset: DatasetNode, base: number, heap: Heap, closing: boolean): number {
  const storage = dataset.store(closing);
  const { shape, type } = dataset;
  const chunkShape = 'chunks' in storage ? [storage.rows, ...shape.slice(1).map((length) => Math.max(1, length))] : undefined;
  const index = 'chunks' in storage && storage.chunks.length > 0 ? chunkIndex(out, base, chunkShape!, sizeOf(type), storage) : undefined;
  return object(out, base, () => {
    message(out, DATASPACE, () => {
      out.u8(2);
      out.u8(shape.length);
      out.u8(chunkShape ? 1 : 0);
      out.u8(shape.length > 0 ? 1 : 0);
      for (const length of shape) out.u64(length);
      if (chunkShape) shape.forEach((length, axis) => (axis === 0 ? out.undefined64() : out.u64(Math.max(length, chunkShape[axis]))));
    });
    message(out, DATATYPE, () => writeType(out, type));
    message(out, FILL_VALUE, () => {
      // Version 3, written where it is wanted; with a value or without.
      out.u16(dataset.fill ? 0x2b03 : 0x0b03);
      if (!dataset.fill) return;
      out.u32(dataset.fill.length);
      out.bytes(dataset.fill);
    });
    message(out, LAYOUT, () => {
      if ('mappings' in storage) return virtualLayout(out, storage.mappings, heap);
      out.u8(3);
      if (chunkShape) {
        out.u8(2);
        out.u8(chunkShape.length + 1);
        if (index === undefined) out.undefined64();
        else out.u64(index);
        for (const length of chunkShape) out.u32(length);
        out.u32(sizeOf(type));
      } else {
        const size = shape.reduce((product, length) => product * length, sizeOf(type));
        out.u8(1);
        if (size === 0) out.undefined64();
        else out.u64((storage as { address: number }).address);
        out.u64(size);
      }
    });
    attributes(out, dataset.attributes, heap);
  });
}

/** An object header of version 2 round the messages that `body` writes. */
function object(out: ByteBuilder, base: number, body: () => void): number {
  out.align();
  const start = out.length;
  out.text('OHDR');
  out.u8(2);
  out.u8(2); // the size takes four bytes
  out.u32(0);
  body();
  out.patch32(start + 6, out.length - start - 10);
  out.u32(checksum(out.since(start)));
  return base + start;
}

function message(out: ByteBuilder, type: number, body: () => void): void {
  out.u8(type);
  const size = out.length;
  out.u16(0);
  out.u8(0);
  body();
  out.patch16(size, out.length - size - 3);
}

function attributes(out: ByteBuilder, values: Map<string, AttributeValue>, heap: Heap): void {
  for (const [name, value] of values) {
    const list = Array.isArray(value) ? (value as readonly (string | number)[]) : undefined;
    const entries = list ?? [value as string | number];
    const whole = entries.every((entry) => Number.isSafeInteger(entry));
    const text = typeof entries[0] === 'string';
    message(out, ATTRIBUTE, () => {
      out.u8(3);
      out.u8(0);
      out.u16(Buffer.byteLength(name) + 1);
      out.u16(text ? 16 : whole ? 12 : 20);
      out.u16(list ? 12 : 4);
      out.u8(1);
      out.text(`${name}\0`);
      if (text) variableText(out);
      else writeType(out, whole ? 'int64' : 'float64');
      out.u8(2);
      out.u8(list ? 1 : 0);
      out.u8(0);
      out.u8(list ? 1 : 0);
      if (list) out.u64(list.length);
      for (const entry of entries) {
        if (typeof entry === 'string') {
          // Empty text is a null reference.
          const { address, index, length } = entry === '' ? { address: 0, index: 0, length: 0 } : heap.intern(entry);
          out.u32(length);
          out.u64(address);
          out.u32(index);
        } else out.bytes(new Uint8Array((whole ? BigInt64Array.of(BigInt(entry)) : Float64Array.of(entry)).buffer));
      }
    });
  }
}

function variableText(out: ByteBuilder): void {
  out.u8(0x19);
  out.u8(1);
  out.u8(1);
  out.u8(0);
  out.u32(16);
  out.u8(0x13);
  out.u8(0x10);
  out.u16(0);
  out.u32(1);
}

/** The index of chunks along the first axis: a B-tree of version 1, leaves first. Gives the address of its root. */
function chunkIndex(out: ByteBuilder, base: number, chunkShape: readonly number[], itemSize: number, storage: Extract<Storage, { rows: number }>): number {
  const bytes = chunkShape.reduce((product, length) => product * length, itemSize);
  const keySize = 8 + 8 * (chunkShape.length + 1);
  let level = 0;
  let children = storage.chunks.map((address, i) => ({ row: i * storage.rows, address }));
  const end = storage.chunks.length * storage.rows;
  for (;;) {
    const nodes: { row: number; address: number }[] = [];
    for (let first = 0; first < children.length; first += NODE_ENTRIES) {
      const entries = children.slice(first, first + NODE_ENTRIES);
      out.align();
      const start = out.length;
      out.text('TREE');
      out.u8(1);
      out.u8(level);
      out.u16(entries.length);
      const size = 24 + NODE_ENTRIES * 8 + (NODE_ENTRIES + 1) * keySize;
      const sibling = (there: boolean, address: number): void => (there ? out.u64(address) : out.undefined64());
      // Nodes of one level follow each other, all of one size (a multiple of eight).
      sibling(first > 0, base + start - size);
      sibling(first + NODE_ENTRIES < children.length, base + start + size);
      const key = (row: number): void => {
        out.u32(bytes);
        out.u32(0);
        out.u64(row);
        out.zeros(8 * chunkShape.length);
      };
      for (const { row, address } of entries) {
        key(row);
        out.u64(address);
      }
      key(children[first + NODE_ENTRIES]?.row ?? end);
      out.zeros(start + size - out.length);
      nodes.push({ row: entries[0].row, address: base + start });
    }
    if (nodes.length === 1) return nodes[0].address;
    children = nodes;
    level += 1;
  }
}

