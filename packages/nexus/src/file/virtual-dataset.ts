import { bytesOf } from './column.ts';
import { numberTypes, type NumberType } from './dtype.ts';
import type { AttributeValue, DatasetNode, Mapping, Storage } from './node.ts';

/** A dataset whose values lie in datasets of other files; `fill` stands where none is mapped, or its file is not there. */
export class VirtualDataset implements DatasetNode {
  readonly attributes = new Map<string, AttributeValue>();
  readonly type: NumberType;
  readonly shape: readonly number[];
  readonly fill: Uint8Array;
  readonly #mappings: readonly Mapping[];

  constructor(type: NumberType, shape: readonly number[], fill: number, mappings: readonly Mapping[]) {
    this.type = type;
    this.shape = shape;
    this.fill = fillBytes(type, fill);
    this.#mappings = mappings;
  }

  store(): Storage {
    return { mappings: this.#mappings };
  }
}

function fillBytes(type: NumberType, value: number): Uint8Array {
  const Kind = numberTypes[type] as Float64ArrayConstructor;
  return bytesOf(type === 'int64' || type === 'uint64' ? (numberTypes[type] as BigInt64ArrayConstructor).of(BigInt(value)) : Kind.of(value), type);
}
