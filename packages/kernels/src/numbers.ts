/** A typed array of numbers (no 64-bit integers: those come as numbers through `pack`). */
export type Numbers =
  | Float32Array | Float64Array | Float16Array | Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array;
export type Floats = Float32Array | Float64Array;

/** What was wrong with a kernel's arguments; `code` is stable. */
export class KernelError extends Error {
  override readonly name = 'KernelError';
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Throws KERNEL_LENGTH unless `array` has at least `length` elements: a read past the end would be slow and give NaN. */
export function needLength(what: string, array: { readonly length: number }, length: number): void {
  if (array.length < length) throw new KernelError('KERNEL_LENGTH', `${what} has ${array.length} elements where ${length} are needed`);
}

/** The type of results for data of a numpy dtype: float64 for 32- and 64-bit integers and float64, else float32. Nothing wraps. */
export function resultType(dtype: string): 'float32' | 'float64' {
  return dtype === 'float64' || /^u?int(32|64)$/.test(dtype) ? 'float64' : 'float32';
}
