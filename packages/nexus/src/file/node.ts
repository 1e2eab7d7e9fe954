import type { StoredType } from './dtype.ts';

/** An attribute: text is of variable length (h5py reads `str`), a whole number int64, any other float64. */
export type AttributeValue = string | number | readonly string[] | readonly number[];

/** Where the values of a dataset lie: one piece, or chunks of `rows` along the first axis, each at an address. */
export type Storage = { readonly address: number } | { readonly rows: number; readonly chunks: readonly number[] };

/** A dataset as the next commit describes it. */
export interface DatasetNode {
  readonly attributes: Map<string, AttributeValue>;
  readonly type: StoredType;
  /** `[]` is one value. */
  readonly shape: readonly number[];
  /** Brings buffered values to the file and says where they are. */
  store(closing: boolean): Storage;
}

/** A group: attributes, and members in the order of their creation. */
export class GroupNode {
  readonly attributes = new Map<string, AttributeValue>();
  readonly members = new Map<string, GroupNode | DatasetNode>();

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
