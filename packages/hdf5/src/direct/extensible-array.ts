import type { IndexEntry } from './chunk-table.ts';
import { NotDirect, type FileBytes } from './file-bytes.ts';
import { bit, readElement } from './fixed-array.ts';

/** What the header of an extensible array says. */
interface Shape {
  readonly elementBytes: number;
  readonly filtered: boolean;
  readonly pageElements: number;
  /** Bytes of a block's place in the array. */
  readonly placeBytes: number;
}

/** An extensible array of chunks (format specification VII.D): gives its elements by number. All of it is read, in order. */
export function readExtensibleArray(file: FileBytes, address: number, filtered: boolean): (number: number) => IndexEntry | undefined {
  const head = file.at(address, 12 + 6 * file.lengthBytes + file.offsetBytes);
  head.expect('EAHD');
  if (head.u8() !== 0 || head.u8() !== Number(filtered)) throw new NotDirect('an extensible array of something else');
  const elementBytes = head.u8();
  const maxBits = head.u8();
  const inIndex = head.u8();
  const leastElements = head.u8();
  const leastPointers = head.u8();
  const pageElements = 2 ** head.u8();
  head.skip(4 * file.lengthBytes);
  const used = head.length();
  head.skip(file.lengthBytes);
  const indexBlock = head.address();
  if (indexBlock === undefined) return () => undefined;
  const shape: Shape = { elementBytes, filtered, pageElements, placeBytes: Math.ceil(maxBits / 8) };
  const direct = 2 * (leastPointers - 1);
  const inDirect = 2 * Math.log2(leastPointers);
  const superBlocks = 1 + (maxBits - Math.log2(leastElements));
  if (!Number.isInteger(superBlocks) || !Number.isInteger(inDirect) || used > 50_000_000) throw new NotDirect('an extensible array of odd sizes');
  const entries: (IndexEntry | undefined)[] = [];
  const prefix = 6 + file.offsetBytes;
  const body = file.at(indexBlock, prefix + inIndex * elementBytes + (direct + Math.max(0, superBlocks - inDirect)) * file.offsetBytes);
  body.expect('EAIB');
  body.skip(2 + file.offsetBytes);
  for (let i = 0; i < inIndex; i++) entries.push(readElement(body, elementBytes, file.offsetBytes, filtered));
  // Super block s has 2^(s/2) data blocks of 2^((s+1)/2) times the least number of elements; those of the first ones are named here.
  const elementsOf = (s: number): number => 2 ** Math.floor((s + 1) / 2) * leastElements;
  const blocksOf = (s: number): number => 2 ** Math.floor(s / 2);
  for (let s = 0; s < inDirect; s++) for (let b = 0; b < blocksOf(s); b++) readBlock(file, body.address(), elementsOf(s), shape, undefined, entries);
  for (let s = inDirect; s < superBlocks && entries.length < used; s++) {
    const at = body.address();
    if (at === undefined) {
      entries.length += blocksOf(s) * elementsOf(s);
      continue;
    }
    const [blocks, elements] = [blocksOf(s), elementsOf(s)];
    const pages = elements > pageElements ? elements / pageElements : 0;
    const bitmapBytes = pages ? Math.ceil(pages / 8) : 0;
    const superBlock = file.at(at, prefix + shape.placeBytes + blocks * (bitmapBytes + file.offsetBytes));
    superBlock.expect('EASB');
    superBlock.skip(2 + file.offsetBytes + shape.placeBytes);
    // One bit for each page of each block, packed over all blocks.
    const bitmap = superBlock.slice(blocks * bitmapBytes);
    const written = (b: number) => (page: number): boolean => bit(bitmap, b * pages + page);
    for (let b = 0; b < blocks; b++) readBlock(file, superBlock.address(), elements, shape, pages ? written(b) : undefined, entries);
  }
  return (number) => entries[number];
}

/** Appends the elements of one data block. */
function readBlock(file: FileBytes, address: number | undefined, elements: number, { elementBytes, filtered, pageElements, placeBytes }: Shape, written: ((page: number) => boolean) | undefined, entries: (IndexEntry | undefined)[]): void {
  if (address === undefined) {
    entries.length += elements;
    return;
  }
  const prefix = 6 + file.offsetBytes + placeBytes;
  file.at(address, 4).expect('EADB');
  if (!written) {
    const cursor = file.at(address + prefix, elements * elementBytes);
    for (let i = 0; i < elements; i++) entries.push(readElement(cursor, elementBytes, file.offsetBytes, filtered));
    return;
  }
  for (let page = 0; page < elements / pageElements; page++) {
    if (!written(page)) {
      entries.length += pageElements;
      continue;
    }
    const cursor = file.at(address + prefix + 4 + page * (pageElements * elementBytes + 4), pageElements * elementBytes);
    for (let i = 0; i < pageElements; i++) entries.push(readElement(cursor, elementBytes, file.offsetBytes, filtered));
  }
}
