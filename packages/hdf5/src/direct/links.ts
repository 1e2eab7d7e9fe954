import { NotDirect, type Cursor, type FileBytes } from './file-bytes.ts';
import { readHeapObjects } from './fractal-heap.ts';
import { MESSAGE, type ObjectHeader } from './object-header.ts';

/** What a name in a group leads to. */
export type DirectLink =
  | { readonly kind: 'hard'; readonly address: number }
  | { readonly kind: 'soft'; readonly target: string }
  | { readonly kind: 'external' };

/** Deeper than any tree of names, and larger than any heap of them. */
const MAX_DEPTH = 32;
const MAX_HEAP_BYTES = 256 * 1024 * 1024;
const UTF8 = new TextDecoder('utf-8');

/** All links of a group by name, in the order of the bytes of their names, as the library lists them; undefined for what is no group. */
export function readLinks(file: FileBytes, header: ObjectHeader): Map<string, DirectLink> | undefined {
  const links = new Map<string, DirectLink>();
  const table = header.get(MESSAGE.symbolTable);
  if (table) readSymbolTable(file, table, links);
  else {
    const info = header.get(MESSAGE.linkInfo);
    if (!info) return undefined;
    for (const message of header.all(MESSAGE.link)) readLink(message, links);
    readDense(file, info, links);
  }
  return new Map([...links].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
}

/** Format specification III.A.1 (node type 0), III.B, III.C and III.D: a B-tree of nodes of names, which lie in a heap. */
function readSymbolTable(file: FileBytes, message: Cursor, links: Map<string, DirectLink>): void {
  const [tree, heap] = [message.address(), message.address()];
  if (tree === undefined || heap === undefined) throw new NotDirect('a group without names');
  const names = readLocalHeap(file, heap);
  // A tree that points back into itself visits more nodes than the file has room for.
  let nodes = Math.ceil(file.size / 24);
  const visit = (address: number, depth: number): void => {
    if (depth > MAX_DEPTH || nodes-- <= 0) throw new NotDirect('a tree of names without end');
    const head = file.at(address, 8 + 2 * file.offsetBytes);
    head.expect('TREE');
    if (head.u8() !== 0) throw new NotDirect('a tree of something else');
    const level = head.u8();
    const used = head.u16();
    const body = file.at(address + 8 + 2 * file.offsetBytes, used * (file.lengthBytes + file.offsetBytes) + file.lengthBytes);
    for (let i = 0; i < used; i++) {
      body.skip(file.lengthBytes);
      const child = body.address();
      if (child === undefined) continue;
      if (level > 0) visit(child, depth + 1);
      else readNode(file, child, names, links);
    }
  };
  visit(tree, 0);
}

function readLocalHeap(file: FileBytes, address: number): Buffer {
  const head = file.at(address, 8 + 2 * file.lengthBytes + file.offsetBytes);
  head.expect('HEAP');
  head.skip(4);
  const bytes = head.length();
  head.length();
  const data = head.address();
  if (data === undefined) return Buffer.alloc(0);
  if (bytes > MAX_HEAP_BYTES) throw new NotDirect(`a heap of ${bytes} bytes`);
  return file.at(data, bytes).bytes;
}

function readNode(file: FileBytes, address: number, names: Buffer, links: Map<string, DirectLink>): void {
  const head = file.at(address, 8);
  head.expect('SNOD');
  head.skip(2);
  const count = head.u16();
  const entry = 2 * file.offsetBytes + 24;
  const body = file.at(address + 8, count * entry);
  for (let i = 0; i < count; i++) {
    const name = textAt(names, body.uint(file.offsetBytes));
    const target = body.address();
    const cached = body.u32();
    body.skip(4);
    const scratch = body.u32();
    body.skip(12);
    if (cached === 2) links.set(name, { kind: 'soft', target: textAt(names, scratch) });
    else if (target !== undefined) links.set(name, { kind: 'hard', address: target });
  }
}

function textAt(heap: Buffer, offset: number): string {
  const end = heap.indexOf(0, offset);
  if (offset >= heap.length || end < 0) throw new NotDirect('a name lies outside its heap');
  return UTF8.decode(heap.subarray(offset, end));
}

/** Link message, format specification IV.A.2.g. */
function readLink(message: Cursor, links: Map<string, DirectLink>): void {
  if (message.u8() !== 1) throw new NotDirect('a link of another version');
  const flags = message.u8();
  const type = flags & 8 ? message.u8() : 0;
  if (flags & 4) message.skip(8);
  if (flags & 16) message.skip(1);
  const name = UTF8.decode(message.slice(message.uint(2 ** (flags & 3))));
  if (type === 0) {
    const address = message.address();
    if (address !== undefined) links.set(name, { kind: 'hard', address });
  } else if (type === 1) links.set(name, { kind: 'soft', target: UTF8.decode(message.slice(message.u16())) });
  else links.set(name, { kind: 'external' });
}

/** Many links of a newer group lie as messages in a heap. */
function readDense(file: FileBytes, info: Cursor, links: Map<string, DirectLink>): void {
  if (info.u8() !== 0) throw new NotDirect('links of another version');
  const flags = info.u8();
  if (flags & 1) info.skip(8);
  const heap = info.address();
  const byName = info.address();
  if (heap === undefined) return;
  if (byName === undefined) throw new NotDirect('a group whose names have no index');
  for (const message of readHeapObjects(file, heap, byName)) readLink(message, links);
}
