import { NotDirect, type Cursor } from './file-bytes.ts';
import { MESSAGE, type ObjectHeader } from './object-header.ts';

/** A filter that was applied when a chunk was written; the first in the list was applied first. */
export interface Filter {
  readonly id: number;
  readonly values: readonly number[];
}

export const DEFLATE = 1;
export const SHUFFLE = 2;
export const FLETCHER32 = 3;
export const LZF = 32000;


/** How the chunks of a dataset are found. */
export type IndexKind = 'tree' | 'single' | 'implicit' | 'fixed' | 'extensible' | 'tree2';

/** Where the bytes of a dataset are. */
export type Storage =
  | { readonly kind: 'contiguous'; readonly address: number | undefined; readonly fill: Uint8Array | undefined }
  | {
      readonly kind: 'chunked';
      readonly chunk: readonly number[];
      readonly index: IndexKind;
      /** Undefined when no chunk was ever written. */
      readonly address: number | undefined;
      /** Of a single chunk with filters: its bytes as stored, and which filters it skipped. */
      readonly single?: { readonly bytes: number; readonly mask: number };
      readonly filters: readonly Filter[];
      /** Chunks that reach over the end of the dataset were stored without filters. */
      readonly plainEdges?: boolean;
      readonly fill: Uint8Array | undefined;
    };

/** Finds out where and how a dataset is stored. Throws `NotDirect` for what is left to the library: virtual, compact, external, other filters. */
export function readStorage(messages: ObjectHeader, itemSize: number): Storage {
  if (messages.has(MESSAGE.external)) throw new NotDirect('stored in external files');
  const layout = messages.get(MESSAGE.layout);
  if (!layout) throw new NotDirect('no layout');
  const fill = fillOf(messages, itemSize);
  const version = layout.u8();
  if (version === 3) return layout3(layout, messages, fill, itemSize);
  if (version === 4) return layout4(layout, messages, fill, itemSize);
  throw new NotDirect(`layout version ${version}`);
}

function layout3(layout: Cursor, messages: ObjectHeader, fill: Uint8Array | undefined, itemSize: number): Storage {
  const kind = layout.u8();
  if (kind === 1) return { kind: 'contiguous', address: layout.address(), fill };
  if (kind !== 2) throw new NotDirect('compact or virtual');
  const rank = layout.u8() - 1;
  const address = layout.address();
  const chunk = Array.from({ length: rank }, () => layout.u32());
  requireItem(layout.u32(), itemSize);
  return { kind: 'chunked', chunk, index: 'tree', address, filters: filtersOf(messages.get(MESSAGE.filters)), fill };
}

const KINDS: readonly (IndexKind | undefined)[] = [undefined, 'single', 'implicit', 'fixed', 'extensible', 'tree2'];

function layout4(layout: Cursor, messages: ObjectHeader, fill: Uint8Array | undefined, itemSize: number): Storage {
  const kind = layout.u8();
  if (kind === 1) return { kind: 'contiguous', address: layout.address(), fill };
  if (kind !== 2) throw new NotDirect('compact or virtual');
  const flags = layout.u8();
  const rank = layout.u8() - 1;
  const width = layout.u8();
  const chunk = Array.from({ length: rank }, () => layout.uint(width));
  requireItem(layout.uint(width), itemSize);
  const index = KINDS[layout.u8()];
  if (!index) throw new NotDirect('another chunk index');
  const single = index === 'single' && flags & 2 ? { bytes: layout.length(), mask: layout.u32() } : undefined;
  if (index === 'fixed') layout.skip(1);
  if (index === 'extensible') layout.skip(5);
  if (index === 'tree2') layout.skip(6);
  const address = layout.address();
  return { kind: 'chunked', chunk, index, address, filters: filtersOf(messages.get(MESSAGE.filters)), fill, plainEdges: (flags & 1) !== 0, ...(single && { single }) };
}

function requireItem(stored: number, itemSize: number): void {
  if (stored !== itemSize) throw new NotDirect('elements are stored in another size');
}

/** Filter pipeline message, versions 1 and 2. */
function filtersOf(message: Cursor | undefined): Filter[] {
  if (!message) return [];
  const version = message.u8();
  const count = message.u8();
  if (version === 1) message.skip(6);
  else if (version !== 2) throw new NotDirect(`filter pipeline version ${version}`);
  return Array.from({ length: count }, () => {
    const id = message.u16();
    const nameLength = version === 1 || id >= 256 ? message.u16() : 0;
    message.skip(2);
    const values = message.u16();
    message.skip(version === 1 ? Math.ceil(nameLength / 8) * 8 : nameLength);
    const filter: Filter = { id, values: Array.from({ length: values }, () => message.u32()) };
    if (version === 1 && values % 2 === 1) message.skip(4);
    if (![DEFLATE, SHUFFLE, FLETCHER32, LZF].includes(id)) throw new NotDirect(`filter ${id}`);
    return filter;
  });
}

/** The value of what was never written; undefined: zeros. */
function fillOf(messages: ObjectHeader, itemSize: number): Uint8Array | undefined {
  const old = messages.get(MESSAGE.oldFill);
  const message = messages.get(MESSAGE.fill);
  let size = 0;
  let from = message;
  if (message) {
    const version = message.u8();
    if (version === 3) size = message.u8() & 0x20 ? message.u32() : 0;
    else if (version === 1 || version === 2) {
      message.skip(2);
      const defined = message.u8();
      size = version === 1 || defined ? message.u32() : 0;
    } else throw new NotDirect(`fill value version ${version}`);
  } else if (old) {
    size = old.u32();
    from = old;
  }
  if (size === 0 || size === 0xffff_ffff) return undefined;
  if (size !== itemSize) throw new NotDirect('a fill value of another size');
  return Uint8Array.from(from!.slice(size));
}
