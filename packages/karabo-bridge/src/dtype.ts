/** A numpy dtype that can travel: plain numbers, booleans and fixed-width strings. */
export interface Dtype {
  /** What numpy's `str(dtype)` says: `uint16`, `>u2`, `<U3`. */
  readonly name: string;
  /** What numpy's `dtype.str` says, with the byte order always there: `<u2`, `>u2`, `|b1`. */
  readonly code: string;
  readonly kind: 'b' | 'i' | 'u' | 'f' | 'c' | 'S' | 'U';
  /** Bytes of one element. */
  readonly itemSize: number;
  /** Bytes of one number: half the item for complex, 4 for `U`. What a byte swap works on. */
  readonly unitSize: number;
  readonly bigEndian: boolean;
}

const NAMES: readonly (readonly [name: string, code: string])[] = [
  ['bool', 'b1'],
  ['int8', 'i1'],
  ['int16', 'i2'],
  ['int32', 'i4'],
  ['int64', 'i8'],
  ['uint8', 'u1'],
  ['uint16', 'u2'],
  ['uint32', 'u4'],
  ['uint64', 'u8'],
  ['float16', 'f2'],
  ['float32', 'f4'],
  ['float64', 'f8'],
  ['complex64', 'c8'],
  ['complex128', 'c16'],
];
const CODE_OF = new Map(NAMES);
const NAME_OF = new Map(NAMES.map(([name, code]) => [code, name] as const));
const FORM = /^([<>|=]?)([biufcSU])(\d{1,9})$/;

/** Reads numpy's name (`uint16`) or code (`<u2`); undefined for objects, structures, dates and anything unknown. */
export function parseDtype(text: string): Dtype | undefined {
  const form = FORM.exec(CODE_OF.get(text) ?? text);
  if (form === null) return undefined;
  const order = form[1];
  const kind = form[2] as Dtype['kind'];
  const width = Number(form[3]);
  if (kind === 'S' || kind === 'U') {
    if (width === 0) return undefined; // an element without bytes: any shape would fit any frame
    const bigEndian = kind === 'U' && order === '>';
    const code = `${kind === 'S' ? '|' : bigEndian ? '>' : '<'}${kind}${width}`;
    const unitSize = kind === 'S' ? 1 : 4;
    return { name: code, code, kind, itemSize: width * unitSize, unitSize, bigEndian };
  }
  const short = `${kind}${width}`;
  const name = NAME_OF.get(short);
  if (name === undefined) return undefined;
  const unitSize = kind === 'c' ? width / 2 : width;
  const bigEndian = order === '>' && unitSize > 1;
  const code = `${unitSize === 1 ? '|' : bigEndian ? '>' : '<'}${short}`;
  return { name: bigEndian ? code : name, code, kind, itemSize: width, unitSize, bigEndian };
}

/** numpy's own limit on the number of axes. */
export const MAX_AXES = 32;

/** Bytes that an array must have; undefined where the shape is no shape or the product is beyond 2^53-1. */
export function bytesOf(shape: readonly unknown[], itemSize: number): number | undefined {
  if (shape.length > MAX_AXES) return undefined;
  let product = itemSize;
  let empty = false;
  for (const length of shape) {
    if (typeof length !== 'number' || !Number.isSafeInteger(length) || length < 0) return undefined;
    if (length === 0) empty = true;
    else product *= length;
    if (product > Number.MAX_SAFE_INTEGER) return undefined;
  }
  return empty ? 0 : product;
}
