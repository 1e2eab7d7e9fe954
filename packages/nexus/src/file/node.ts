import type { StoredType } from './dtype.ts';

/** An attribute: text is of variable length (h5py reads `str`), a whole number int64, any other float64. */
export type AttributeValue = string | number | readonly string[] | readonly number[];

/** Part of an array: where it begins and how far it goes along each axis. */
export interface Box {
  readonly start: readonly number[];
  readonly count: readonly number[];
}

/** Part of a virtual dataset: values of another file's dataset, as many in the same order. */
export interface Mapping {
  /** Relative names begin at the folder of the virtual dataset's file. */
  readonly file: string;
  readonly path: string;
  readonly from: Box;
  readonly to: Box;
}

/** Where the values of a dataset lie: one piece, chunks of `rows` along the first axis, each at an address, or other files. */
export type Storage = { readonly address: number } | { readonly rows: number; readonly chunks: readonly number[] } | { readonly mappings: readonly Mapping[] };

/** A dataset as the next commit describes it. */
export interface DatasetNode {
  readonly attributes: Map<string, AttributeValue>;
  readonly type: StoredType;
  /** `[]` is one value. */
  readonly shape: readonly number[];
  /** The bytes of one entry that stand where there is none. */
  readonly fill?: Uint8Array;
  /** Brings buffered values to the file and says where they are. */
  store(closing: boolean): Storage;
}

/** A name that stands for another path of the file. */
export class SoftLink {
  readonly target: string;

  constructor(target: string) {
    this.target = target;
  }
}

/** A group: attributes, and members in the order of their creation. */
export class GroupNode {
  readonly attributes = new Map<string, AttributeValue>();
  readonly members = new Map<string, GroupNode | DatasetNode | SoftLink>();

  constructor(nxClass?: string) {
    if (nxClass !== undefined) this.attributes.set('NX_class', nxClass);
  }

  /** The group at a path below this one, made where it is missing. */
  group(path: string, nxClass = 'NXcollection'): GroupNode {
    const [name, ...rest] = path.split('/') as [string, ...string[]];
    let group = this.members.get(name);
    if (!(group instanceof GroupNode)) this.members.set(name, (group = new GroupNode(nxClass)));
    return rest.length > 0 ? (group).group(rest.join('/'), nxClass) : (group);
  }
}
