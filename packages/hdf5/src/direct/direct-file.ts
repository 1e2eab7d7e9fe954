import { DirectDataset } from './direct-dataset.ts';
import { readDataspace } from './dataspace.ts';
import { readDatatype, type ElementType } from './datatype.ts';
import { FileBytes, NotDirect } from './file-bytes.ts';
import { readLinks, type DirectLink } from './links.ts';
import { MESSAGE, readObjectHeader, type ObjectHeader } from './object-header.ts';
import { readStorage, type Storage } from './storage.ts';
import { readSuperblock } from './superblock.ts';
import { TextHeap } from './text-heap.ts';
import { readMappings, type Mapping } from './virtual-map.ts';

const MAX_LINKS = 32;

/** A group or dataset as it lies in the file. */
export interface Located {
  readonly kind: 'group' | 'dataset';
  readonly address: number;
}

/** A dataset described and read without the library. */
export interface DirectDescription {
  readonly element: ElementType;
  readonly shape: readonly number[] | null;
  readonly maxShape: readonly number[];
  readonly chunks: readonly number[] | null;
  readonly dataset: DirectDataset;
  readonly texts: TextHeap;
}

interface Node {
  readonly address: number;
  readonly header: ObjectHeader;
  /** Undefined for what is no group; read when first asked for. */
  links?: Map<string, DirectLink> | undefined;
  linksKnown: boolean;
}

/**
 * The names and bytes of a file that is only read, past the library: older and newer groups, soft links, plain types. Every method throws `NotDirect` for what
 * is left to the library: external links, other types and layouts, damage.
 */
export class DirectFile {
  readonly #bytes: FileBytes;
  readonly #root: number;
  readonly #texts: TextHeap;
  readonly #nodes = new Map<number, Node>();

  /** Throws `NotDirect`, also for a file that is shorter than it says or that somebody writes: the library says what is wrong. */
  constructor(path: string) {
    this.#bytes = open(path);
    try {
      const { root, end, beingWritten } = readSuperblock(this.#bytes);
      if (beingWritten || end > this.#bytes.size) throw new NotDirect('not whole');
      this.#root = root;
      if (!this.#linksOf(this.#node(root))) throw new NotDirect('a root that is no group');
    } catch (error) {
      this.#bytes.close();
      throw error;
    }
    this.#texts = new TextHeap(this.#bytes);
  }

  close(): void {
    this.#bytes.close();
  }

  /** What an absolute path leads to; undefined for nothing, also behind a soft link that leads nowhere. */
  locate(path: string): Located | undefined {
    const node = this.#walk(this.#root, path, MAX_LINKS);
    if (!node) return undefined;
    if (node.header.has(MESSAGE.layout)) return { kind: 'dataset', address: node.address };
    if (this.#linksOf(node)) return { kind: 'group', address: node.address };
    throw new NotDirect('neither a group nor a dataset');
  }

  /** Names in the group at a path, with where they lead. */
  links(path: string): ReadonlyMap<string, DirectLink> {
    const node = this.#walk(this.#root, path, MAX_LINKS);
    const links = node && this.#linksOf(node);
    if (!links) throw new NotDirect('no group');
    return links;
  }

  describe(path: string): DirectDescription {
    const node = this.#walk(this.#root, path, MAX_LINKS);
    const [space, type] = [node?.header.get(MESSAGE.dataspace), node?.header.get(MESSAGE.datatype)];
    if (!node || !space || !type) throw new NotDirect('no dataset');
    const element = readDatatype(type, this.#bytes);
    const { shape, maxShape } = readDataspace(space);
    const storage = readStorage(node.header, element.storedBytes);
    const dataset = new DirectDataset(this.#bytes, storage, { shape: shape ?? [], maxShape, itemSize: element.storedBytes });
    return { element, shape, maxShape, chunks: chunksOf(storage), dataset, texts: this.#texts };
  }

  /** Whether the values of a dataset lie in files of any kind, by their names. */
  isStoredOutside(path: string): boolean {
    const node = this.#walk(this.#root, path, MAX_LINKS);
    if (!node) throw new NotDirect('no dataset');
    return node.header.has(MESSAGE.external);
  }

  /** What a virtual dataset is made of; undefined for any other. */
  mappings(path: string): readonly Mapping[] | undefined {
    const node = this.#walk(this.#root, path, MAX_LINKS);
    if (!node) throw new NotDirect('no dataset');
    return readMappings(node.header, (address, index) => this.#texts.object(address, index));
  }

  #node(address: number): Node {
    let node = this.#nodes.get(address);
    if (!node) this.#nodes.set(address, (node = { address, header: readObjectHeader(this.#bytes, address), linksKnown: false }));
    return node;
  }

  #linksOf(node: Node): Map<string, DirectLink> | undefined {
    if (!node.linksKnown) {
      node.links = readLinks(this.#bytes, node.header);
      node.linksKnown = true;
    }
    return node.links;
  }

  #walk(from: number, path: string, jumps: number): Node | undefined {
    let node = this.#node(path.startsWith('/') ? this.#root : from);
    const names = path.split('/').filter((name) => name !== '' && name !== '.');
    for (const name of names) {
      const link = this.#linksOf(node)?.get(name);
      if (!link) return undefined;
      if (link.kind === 'external' || jumps === 0) throw new NotDirect('a link out of the file');
      if (link.kind === 'hard') node = this.#node(link.address);
      else {
        const target = this.#walk(node.address, link.target, jumps - 1);
        if (!target) return undefined;
        node = target;
      }
    }
    return node;
  }
}

function open(path: string): FileBytes {
  try {
    return new FileBytes(path);
  } catch (error) {
    throw new NotDirect((error as Error).message, { cause: error });
  }
}

function chunksOf(storage: Storage): readonly number[] | null {
  return storage.kind === 'chunked' ? storage.chunk : null;
}
