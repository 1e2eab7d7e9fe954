import { readRecords } from './b-tree-2.ts';
import { NotDirect, type Cursor, type FileBytes } from './file-bytes.ts';

/** Link names: a hash of four bytes, then the ID in the heap. */
const NAME_RECORDS = 5;
const HASH_BYTES = 4;

/** How blocks of a heap follow each other: rows of `width` blocks; the first two rows of the least size, each later one of twice the size before. */
interface Table {
  readonly width: number;
  readonly leastBytes: number;
  readonly mostDirectBytes: number;
  readonly placeBytes: number;
  readonly checked: boolean;
}

/** The objects of a fractal heap (format specification III.G) that a B-tree of link names lists. Throws `NotDirect` for huge ones and filters. */
export function* readHeapObjects(file: FileBytes, heapAddress: number, treeAddress: number): Generator<Cursor> {
  const head = file.at(heapAddress, 26 + 12 * file.lengthBytes + 3 * file.offsetBytes);
  head.expect('FRHP');
  if (head.u8() !== 0) throw new NotDirect('a heap of another version');
  const idBytes = head.u16();
  if (head.u16() !== 0) throw new NotDirect('a heap with filters');
  const checked = (head.u8() & 2) !== 0;
  const mostObjectBytes = head.u32();
  head.skip(2 * file.lengthBytes + 2 * file.offsetBytes + 8 * file.lengthBytes);
  const width = head.u16();
  const leastBytes = head.length();
  const mostDirectBytes = head.length();
  const heapBits = head.u16();
  head.skip(2);
  const root = head.address();
  const rows = head.u16();
  if (width === 0 || leastBytes === 0 || root === undefined) return;
  const placeBytes = Math.ceil(heapBits / 8);
  const table: Table = { width, leastBytes, mostDirectBytes, placeBytes, checked };
  const lengthBytes = Math.min(Math.ceil(Math.log2(mostDirectBytes + 1) / 8), Math.ceil(Math.log2(mostObjectBytes + 1) / 8));
  for (const record of readRecords(file, treeAddress, NAME_RECORDS, HASH_BYTES + idBytes)) {
    record.skip(HASH_BYTES);
    if (record.u8() >> 4 !== 0) throw new NotDirect('an object of a heap that lies elsewhere');
    const offset = record.uint(placeBytes);
    const length = record.uint(lengthBytes);
    const address = rows === 0 ? root + offset : placeOf(file, root, rows, table, 0, offset);
    yield file.at(address, length);
  }
}

function rowBytes({ leastBytes }: Table, row: number): number {
  return row < 2 ? leastBytes : leastBytes * 2 ** (row - 1);
}

/** The address of a byte of the heap's own counting: objects are counted with the heads of their blocks. */
function placeOf(file: FileBytes, block: number, rows: number, table: Table, start: number, offset: number): number {
  const { width, mostDirectBytes, placeBytes } = table;
  const head = 5 + file.offsetBytes + placeBytes;
  file.at(block, 4).expect('FHIB');
  let row = 0;
  let from = start;
  for (; row < rows && from + width * rowBytes(table, row) <= offset; row++) from += width * rowBytes(table, row);
  if (row >= rows) throw new NotDirect('an object outside its heap');
  const bytes = rowBytes(table, row);
  const column = Math.floor((offset - from) / bytes);
  const child = file.at(block + head + (row * width + column) * file.offsetBytes, file.offsetBytes).address();
  if (child === undefined) throw new NotDirect('an object in a block that is not there');
  from += column * bytes;
  if (bytes <= mostDirectBytes) return child + (offset - from);
  // A block too large for a direct one holds as many rows as make up its size.
  const below = Math.log2(bytes) - Math.log2(table.leastBytes * width) + 1;
  return placeOf(file, child, below, table, from, offset);
}
