import { NotDirect, type Cursor, type FileBytes } from './file-bytes.ts';

const MAX_DEPTH = 16;
/** Signature, version, type; a checksum at the end. */
const OVERHEAD = 10;

/** All records of a version 2 B-tree (format specification III.A.2), in order. */
export function* readRecords(file: FileBytes, address: number, type: number, recordBytes: number): Generator<Cursor> {
  const head = file.at(address, 22 + file.offsetBytes + file.lengthBytes);
  head.expect('BTHD');
  if (head.u8() !== 0 || head.u8() !== type) throw new NotDirect('a tree of something else');
  const nodeBytes = head.u32();
  if (head.u16() !== recordBytes) throw new NotDirect('a tree of records of another size');
  const depth = head.u16();
  head.skip(2);
  const root = head.address();
  const inRoot = head.u16();
  if (root === undefined) return;
  if (depth > MAX_DEPTH) throw new NotDirect('a tree without end');
  const most = recordsOf(file, nodeBytes, recordBytes, depth);
  // A tree that points back into itself has more records than the file has room for.
  let left = Math.ceil(file.size / recordBytes);
  for (const record of node(file, { address: root, records: inRoot }, depth, recordBytes, most)) {
    if (left-- <= 0) throw new NotDirect('a tree without end');
    yield record;
  }
}

/** By level from the leaves: how many records a node of it, and all below it, can have. */
function recordsOf(file: FileBytes, nodeBytes: number, recordBytes: number, depth: number): { node: number; all: number }[] {
  const leaf = Math.floor((nodeBytes - OVERHEAD) / recordBytes);
  const most = [{ node: leaf, all: leaf }];
  for (let level = 1; level <= depth; level++) {
    const pointer = pointerBytes(file, most, level);
    const records = Math.floor((nodeBytes - OVERHEAD - pointer) / (recordBytes + pointer));
    most.push({ node: records, all: records + (records + 1) * most[level - 1]!.all });
  }
  return most;
}

/** Address, records of the child, and where the child has children of its own, records of all below it. */
function pointerBytes(file: FileBytes, most: readonly { node: number; all: number }[], level: number): number {
  return file.offsetBytes + bytesFor(most[0]!.node) + (level > 1 ? bytesFor(most[level - 1]!.all) : 0);
}

function bytesFor(most: number): number {
  return Math.ceil(Math.log2(most + 1) / 8);
}

function* node(file: FileBytes, { address, records }: { address: number; records: number }, level: number, recordBytes: number, most: readonly { node: number; all: number }[]): Generator<Cursor> {
  if (records > most[level]!.node) throw new NotDirect('a node with more records than it can hold');
  const pointer = level === 0 ? 0 : pointerBytes(file, most, level);
  const body = file.at(address, 6 + records * recordBytes + (level === 0 ? 0 : (records + 1) * pointer));
  body.expect(level === 0 ? 'BTLF' : 'BTIN');
  body.skip(2);
  const own = Array.from({ length: records }, () => body.part(recordBytes));
  if (level === 0) {
    yield* own;
    return;
  }
  for (let i = 0; i <= records; i++) {
    const child = body.address();
    const inChild = body.uint(bytesFor(most[0]!.node));
    if (level > 1) body.skip(bytesFor(most[level - 1]!.all));
    if (child !== undefined) yield* node(file, { address: child, records: inChild }, level - 1, recordBytes, most);
    if (i < records) yield own[i]!;
  }
}
