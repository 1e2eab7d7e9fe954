import { Cursor, NotDirect, type FileBytes } from './file-bytes.ts';

/** The messages of an object header that are needed to find a dataset's bytes. */
export const MESSAGE = { dataspace: 0x01, oldFill: 0x04, fill: 0x05, external: 0x07, layout: 0x08, filters: 0x0b, continuation: 0x10 } as const;

/** More blocks than any header has: a circle of continuations ends here. */
const MAX_BLOCKS = 1000;
const SHARED = 0x02;

/** The messages of the object header at an address (format specification IV.A), by type; of several the first counts. */
export function readObjectHeader(file: FileBytes, address: number): Map<number, Cursor> {
  const messages = new Map<number, Cursor>();
  const start = file.at(address, Math.min(32, file.size - file.base - address));
  if (start.bytes.subarray(0, 4).toString('latin1') === 'OHDR') newHeader(file, address, messages);
  else oldHeader(file, address, messages);
  return messages;
}

function keep(messages: Map<number, Cursor>, blocks: { address: number; length: number }[], type: number, flags: number, data: Cursor): void {
  if (type === MESSAGE.continuation) {
    const address = data.address();
    if (address === undefined || blocks.length > MAX_BLOCKS) throw new NotDirect('an object header goes on for ever');
    blocks.push({ address, length: data.length() });
    return;
  }
  // A message that lies elsewhere is left to the library.
  if (flags & SHARED && (type === MESSAGE.layout || type === MESSAGE.filters || type === MESSAGE.fill)) throw new NotDirect('a shared message');
  if (!messages.has(type)) messages.set(type, data);
}

function oldHeader(file: FileBytes, address: number, messages: Map<number, Cursor>): void {
  const head = file.at(address, 16);
  if (head.u8() !== 1) throw new NotDirect('no object header');
  head.skip(1);
  let left = head.u16();
  head.skip(4);
  const blocks = [{ address: address + 16, length: head.u32() }];
  for (let i = 0; i < blocks.length && left > 0; i++) {
    const { address: at, length } = blocks[i]!;
    const block = file.at(at, length);
    while (block.left >= 8 && left > 0) {
      const [type, size, flags] = [block.u16(), block.u16(), block.u8()];
      block.skip(3);
      left -= 1;
      keep(messages, blocks, type, flags, new Cursor(block.slice(size), file));
    }
  }
}

function newHeader(file: FileBytes, address: number, messages: Map<number, Cursor>): void {
  const head = file.at(address, Math.min(64, file.size - file.base - address));
  head.expect('OHDR');
  if (head.u8() !== 2) throw new NotDirect('an object header of another version');
  const flags = head.u8();
  if (flags & 0x20) head.skip(16);
  if (flags & 0x10) head.skip(4);
  const length = head.uint(2 ** (flags & 3));
  const blocks = [{ address: address + head.position, length }];
  for (let i = 0; i < blocks.length; i++) {
    const { address: at, length: bytes } = blocks[i]!;
    const block = file.at(at, bytes);
    if (i > 0) block.expect('OCHK');
    // Continuations end with a checksum, and may have a gap that no message fits into.
    const end = i > 0 ? bytes - 4 : bytes;
    const least = flags & 4 ? 6 : 4;
    while (end - block.position >= least) {
      const [type, size, messageFlags] = [block.u8(), block.u16(), block.u8()];
      if (flags & 4) block.skip(2);
      keep(messages, blocks, type, messageFlags, new Cursor(block.slice(size), file));
    }
  }
}
