import type { IndexEntry } from './chunk-table.ts';
import { NotDirect, type Cursor, type FileBytes } from './file-bytes.ts';

/** Reads one element of an array index: an address, and with filters the stored size and the mask. */
export function readElement(cursor: Cursor, elementBytes: number, addressBytes: number, filtered: boolean): IndexEntry {
  const address = cursor.address();
  if (!filtered) return { address, bytes: undefined, mask: 0 };
  return { address, bytes: cursor.uint(elementBytes - addressBytes - 4), mask: cursor.u32() };
}

/** One bit of a bitmap; each byte begins with its highest. */
export function bit(bitmap: Uint8Array, index: number): boolean {
  return (bitmap[index >> 3]! & (0x80 >> (index & 7))) !== 0;
}

/** A fixed array of chunks (format specification VII.C): gives its elements by number. */
export function readFixedArray(file: FileBytes, address: number, filtered: boolean): (number: number) => IndexEntry | undefined {
  const head = file.at(address, 8 + file.lengthBytes + file.offsetBytes);
  head.expect('FAHD');
  if (head.u8() !== 0 || head.u8() !== Number(filtered)) throw new NotDirect('a fixed array of something else');
  const elementBytes = head.u8();
  const pageElements = 2 ** head.u8();
  const count = head.length();
  const block = head.address();
  if (block === undefined) return () => undefined;
  const prefix = 6 + file.offsetBytes;
  file.at(block, 4).expect('FADB');
  const paged = count > pageElements;
  const pages = Math.ceil(count / pageElements);
  const bitmapBytes = paged ? Math.ceil(pages / 8) : 0;
  const bitmap = paged ? file.at(block + prefix, bitmapBytes).slice(bitmapBytes) : undefined;
  const entries: (IndexEntry | undefined)[] = [];
  for (let page = 0; page < (paged ? pages : 1); page++) {
    const here = paged ? Math.min(pageElements, count - page * pageElements) : count;
    // A page that was never written has no meaning.
    if (bitmap && !bit(bitmap, page)) {
      entries.length += here;
      continue;
    }
    const at = paged ? block + prefix + bitmapBytes + 4 + page * (pageElements * elementBytes + 4) : block + prefix;
    const cursor = file.at(at, here * elementBytes);
    for (let i = 0; i < here; i++) entries.push(readElement(cursor, elementBytes, file.offsetBytes, filtered));
  }
  return (number) => entries[number];
}
