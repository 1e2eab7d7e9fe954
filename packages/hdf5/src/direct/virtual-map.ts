import { NotDirect, type Cursor } from './file-bytes.ts';
import { MESSAGE, type ObjectHeader } from './object-header.ts';

/** Part of a dataset: the smallest block that holds it, and how many elements it has. */
export interface Part {
  readonly box: readonly (readonly [start: number, stop: number])[];
  readonly elements: number;
}

/** One dataset out of which a virtual one is made. */
export interface Mapping {
  /** As the file has it: `.` for the same file. */
  readonly file: string;
  readonly path: string;
  /** What is taken from it; undefined for all of it. */
  readonly from: Part | undefined;
  /** Where that lies in the virtual dataset; undefined for all of it. */
  readonly to: Part | undefined;
}

const VIRTUAL = 3;
const MAX_MAPPINGS = 10_000_000;

/** The mappings of a virtual dataset (format specification IV.A.2.i and VII.F); undefined for any other layout. Throws `NotDirect` for newer forms. */
export function readMappings(header: ObjectHeader, heapObject: (address: number, index: number) => Cursor): Mapping[] | undefined {
  const layout = header.get(MESSAGE.layout);
  if (!layout || layout.u8() < 4 || layout.u8() !== VIRTUAL) return undefined;
  const address = layout.address();
  if (address === undefined) return [];
  const block = heapObject(address, layout.u32());
  if (block.u8() !== 0) throw new NotDirect('mappings of another version');
  const count = block.length();
  if (count > MAX_MAPPINGS) throw new NotDirect(`${count} mappings`);
  return Array.from({ length: count }, () => {
    const [file, path] = [text(block), text(block)];
    // `%b` stands for the number of a block of a dataset that grows.
    if (/%\d*b/.test(file) || /%\d*b/.test(path)) throw new NotDirect('mappings by a pattern');
    return { file, path, from: readPart(block), to: readPart(block) };
  });
}

function text(cursor: Cursor): string {
  const end = cursor.bytes.indexOf(0, cursor.position);
  if (end < 0) throw new NotDirect('a name without end');
  const bytes = cursor.slice(end - cursor.position);
  cursor.skip(1);
  return new TextDecoder('utf-8').decode(bytes);
}

/** A selection as it is written into files: everything, or hyperslabs in one of three versions. */
function readPart(cursor: Cursor): Part | undefined {
  const kind = cursor.u32();
  const version = cursor.u32();
  if (kind === 3) {
    cursor.skip(8);
    return undefined;
  }
  if (kind !== 2) throw new NotDirect('a selection of another kind');
  if (version === 1) {
    cursor.skip(8);
    return blocks(cursor, cursor.u32(), 4);
  }
  const flags = cursor.u8();
  const width = version === 2 ? 8 : cursor.u8();
  if (version === 2) cursor.skip(4);
  else if (version !== 3) throw new NotDirect(`selection version ${version}`);
  const rank = cursor.u32();
  if (!(flags & 1)) return blocks(cursor, rank, width);
  let elements = 1;
  const box = Array.from({ length: rank }, () => {
    const [start, stride, count, block] = [cursor.uint(width), cursor.uint(width), bound(cursor, width), bound(cursor, width)];
    elements *= count * block;
    return [start, start + (count - 1) * stride + block] as const;
  });
  return { box, elements };
}

/** A number, or no bound. */
function bound(cursor: Cursor, width: number): number {
  const bytes = cursor.slice(width);
  if (bytes.every((byte) => byte === 255)) return Infinity;
  return width === 8 ? Number(bytes.readBigUInt64LE()) : bytes.readUIntLE(0, width);
}

function blocks(cursor: Cursor, rank: number, width: number): Part {
  const count = cursor.uint(width);
  if (count > MAX_MAPPINGS || rank > 32) throw new NotDirect('a selection of too many blocks');
  const box = Array.from({ length: rank }, () => [Infinity, 0] as [number, number]);
  let elements = 0;
  for (let i = 0; i < count; i++) {
    const first = box.map(() => cursor.uint(width));
    const last = box.map(() => cursor.uint(width));
    first.forEach((start, axis) => (box[axis] = [Math.min(box[axis]![0], start), Math.max(box[axis]![1], last[axis]! + 1)]));
    elements += first.reduce((product, start, axis) => product * (last[axis]! + 1 - start), 1);
  }
  return { box, elements };
}
