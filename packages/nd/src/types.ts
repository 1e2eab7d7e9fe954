/** Element types under numpy's names; `bool` is stored as 0 and 1 in a `Uint8Array`. */
export type DType =
  | 'bool' | 'int8' | 'int16' | 'int32' | 'int64' | 'uint8' | 'uint16' | 'uint32' | 'uint64' | 'float16' | 'float32' | 'float64';

export type FloatArray = Float32Array | Float64Array;
export type BigArray = BigInt64Array | BigUint64Array;
export type AnyTypedArray =
  | Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | BigArray | Float16Array | FloatArray;

/** The typed array behind each dtype. */
export interface DataOf {
  bool: Uint8Array; int8: Int8Array; int16: Int16Array; int32: Int32Array; int64: BigInt64Array;
  uint8: Uint8Array; uint16: Uint16Array; uint32: Uint32Array; uint64: BigUint64Array;
  float16: Float16Array; float32: Float32Array; float64: Float64Array;
}

/** What `get` returns: a bigint where the data is known to be 64-bit integers, else a number. */
export type Element<Data extends AnyTypedArray> = [Data] extends [BigArray] ? bigint : number;

/** A typed array that can be read and handed to a consumer, not written. */
export interface ReadonlyTypedArray<T = number | bigint, Tag extends string = string> extends Iterable<T> {
  readonly [index: number]: T;
  readonly length: number;
  readonly buffer: ArrayBufferLike;
  readonly byteOffset: number;
  readonly byteLength: number;
  readonly BYTES_PER_ELEMENT: number;
  readonly [Symbol.toStringTag]: Tag;
}
export type ReadonlyData<Data extends AnyTypedArray> = ReadonlyTypedArray<Element<Data>, Data[typeof Symbol.toStringTag]>;

/** What every function here takes: any array in scijs' strided layout with a dtype of ours. */
export interface NdLike<out Rank extends number = number> {
  readonly data: ReadonlyTypedArray;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly offset: number;
  readonly dtype: DType;
  readonly dimension: Rank;
}

/** The inside of an array, without a class around it: what the kernels of this package take and give. */
export interface Strided {
  readonly data: AnyTypedArray;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly offset: number;
  readonly dtype: DType;
}

export type Nested = number | bigint | boolean | readonly Nested[];

// Arithmetic on ranks: tuples are the only numbers that the type system can count with.
export type Tuple<N extends number, T = unknown, A extends T[] = []> = A['length'] extends N ? A : Tuple<N, T, [...A, T]>;
type Drop<R extends number, Count extends unknown[]> = Tuple<R> extends [...Count, ...infer Rest] ? Rest['length'] : never;
/** Rank minus the length of a tuple; `number` (rank unknown) stays so; more than there is gives never. */
export type Minus<R extends number, Count extends unknown[]> = number extends R ? number : R extends number ? Drop<R, Count> : never;
/** Rank of two operands broadcast together: the larger. */
export type Broadcast<A extends number, B extends number> =
  number extends A | B ? number : A extends B ? B : Tuple<A> extends [...Tuple<B>, ...unknown[]] ? A : B;
/** The rank that a nested literal has. */
export type NestedRank<X> = X extends readonly (infer Y)[]
  ? Y extends readonly (infer Z)[] ? Z extends readonly unknown[] ? number : 2 : 1
  : 0;

type Trim<S extends string> = S extends ` ${infer R}` | `${infer R} ` ? Trim<R> : S;
type IntegerParts<S extends string> = S extends `${infer A},${infer B}` ? [...IntegerPart<Trim<A>>, ...IntegerParts<B>] : IntegerPart<Trim<S>>;
type IntegerPart<P extends string> = P extends `${string}:${string}` | '...' | '' ? [] : [unknown];
/** Rank after a slice: every integer part drops an axis; unknown where the text is not a literal. */
export type SliceRank<R extends number, S extends string> = string extends S ? number : Minus<R, IntegerParts<S>>;
