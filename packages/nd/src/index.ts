export { NdError } from './errors.ts';
export type {
  AnyTypedArray, DataOf, DType, Element, FloatArray, NdLike, Nested, ReadonlyData, ReadonlyTypedArray, SliceRank,
} from './types.ts';
export { dtypeOf, dtypes } from './dtype.ts';
export { MutableNdArray, NdArray, writable, type Complex, type Mask, type Operand, type Result } from './ndarray.ts';
export type { AxisOptions, DdofOptions } from './reduce.ts';
export type { HistogramOptions } from './histogram.ts';
export type { InterpOptions } from './poly.ts';
export * from './create.ts';
export * from './functions.ts';
import type { NdArray } from './ndarray.ts';

export type Scalar = number;
export type Vector = NdArray<1>;
export type Image = NdArray<2>;
export type Stack = NdArray<3>;
