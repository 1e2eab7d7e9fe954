import { lookup3 } from './checksum.ts';
import { Cursor, NotDirect, type FileBytes } from './file-bytes.ts';

/** The messages of an object header that are needed to find, describe and read an object. */
export const MESSAGE = {
  dataspace: 0x01, linkInfo: 0x02, datatype: 0x03, oldFill: 0x04, fill: 0x05, link: 0x06, external: 0x07, layout: 0x08, filters: 0x0b, continuation: 0x10, symbolTable: 0x11,
} as const;

/** More blocks than any header has: a circle of continuations ends here. */
const MAX_BLOCKS = 1000;
const SHARED = 0x02;

interface Message {
  readonly type: number;
  readonly flags: number;
  readonly bytes: Buffer;
}

/** The messages of one object. */
export class ObjectHeader {
  readonly #file: FileBytes;
  readonly #messages: readonly Message[];

  constructor(file: FileBytes, messages: readonly Message[]) {
    this.#file = file;
    this.#messages = messages;
  }

  has(type: number): boolean {
    return this.#messages.some((message) => message.type === type);
  }

  /** The first message of a type, from its beginning. Throws `NotDirect` for one that lies elsewhere: it is left to the library. */
  get(type: number): Cursor | undefined {
    const found = this.#messages.find((message) => message.type === type);
    if (found && found.flags & SHARED) throw new NotDirect('a shared message');
    return found && new Cursor(found.bytes, this.#file);
  }

  all(type: number): Cursor[] {
    return this.#messages.filter((message) => message.type === type).map((message) => new Cursor(message.bytes, this.#file));
  }
}

/** Reads the object header at an address (format specification IV.A). */
export function readObjectHeader(file: FileBytes, address: number): ObjectHeader {
  const messages: Message[] = [];
  const start = file.at(address, Math.min(32, file.size - file.base - address));
  if (start.bytes.subarray(0, 4).toString('latin1') === 'OHDR') newHeader(file, address, messages);
  else oldHeader(file, address, messages);
  return new ObjectHeader(file, messages);
}

function keep(messages: Message[], blocks: { address: number; length: number }[], type: number, flags: number, data: Cursor): void {
  if (type === MESSAGE.continuation) {
    const address = data.address();
    if (address === undefined || blocks.length > MAX_BLOCKS) throw new NotDirect('an object header goes on for ever');
    blocks.push({ address, length: data.length() });
    return;
  }
  messages.push({ type, flags, bytes: data.bytes });
}

function oldHeader(file: FileBytes, address: number, messages: Message[]): void {
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

function newHeader(file: FileBytes, address: number, messages: Message[]): void {
  const head = file.at(address, Math.min(64, file.size - file.base - address));
  head.expect('OHDR');
  if (head.u8() !== 2) throw new NotDirect('an object header of another version');
  const flags = head.u8();
  if (flags & 0x20) head.skip(16);
  if (flags & 0x10) head.skip(4);
  const length = head.uint(2 ** (flags & 3));
  // The first block begins with this head; each ends with a checksum, before which there may be a gap that no message fits into.
  const blocks = [{ address, length: head.position + length + 4 }];
  for (let i = 0; i < blocks.length; i++) {
    const { address: at, length: bytes } = blocks[i]!;
    const block = file.at(at, bytes);
    const end = bytes - 4;
    if (end < 4 || lookup3(block.bytes.subarray(0, end)) !== block.bytes.readUInt32LE(end)) throw new NotDirect('the checksum of an object header does not fit');
    if (i === 0) block.skip(head.position);
    else block.expect('OCHK');
    const least = flags & 4 ? 6 : 4;
    while (end - block.position >= least) {
      const [type, size, messageFlags] = [block.u8(), block.u16(), block.u8()];
      if (flags & 4) block.skip(2);
      keep(messages, blocks, type, messageFlags, new Cursor(block.slice(size), file));
    }
  }
}
