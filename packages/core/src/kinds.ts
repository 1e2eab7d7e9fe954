import type { Image, NdArray, Vector } from '@trainyard/nd';
import type { Skip } from './outcome.ts';

/** What a view gives. `compute` is any value and is never sent out. */
export const viewKinds = ['scalar', 'vector', 'matrix', 'points', 'image', 'table', 'text', 'compute'] as const;
export type ViewKind = (typeof viewKinds)[number];

/** Columns by name; a column is as long as every other. */
export type Table = Readonly<Record<string, readonly (number | string)[] | NdArray<1>>>;

/** One axis of a labelled result: `values` has one entry per element, or one more (edges of bins). */
export interface Axis {
  readonly name: string;
  readonly unit?: string;
  readonly values?: ArrayLike<number>;
}

/** Something drawn over a result: a line or a marker with a text. */
export interface Overlay {
  readonly kind: 'vline' | 'hline' | 'point' | 'rect';
  readonly at: readonly number[];
  readonly text?: string;
}

/** Where the tiles of a detector lie in an image that was put together of them: which pixel of the data lies at a pixel of it. */
export interface DetectorPlaces {
  /** `AGIPD-1M`. */
  readonly detector: string;
  /** Pixels of one tile along slow and fast scan. */
  readonly tile: readonly [ss: number, fs: number];
  /**
   * Ten whole numbers for each tile, what is drawn last last: module (counted as the detector does) and tile; slow and fast scan of its first pixel in
   * the module's array; row and column of that pixel in the image; rows and columns from one pixel to the next along slow scan, then along fast scan.
   */
  readonly tiles: Int32Array;
  /** Row and column (edges) where the beam would hit; may lie outside. */
  readonly beam: readonly [row: number, column: number];
  /** Height and width of a pixel of the image in metres. */
  readonly pixelSize: readonly [y: number, x: number];
  /** From the sample, and of the radiation; metres. */
  readonly distance?: number;
  readonly wavelength?: number;
}

export interface Labels {
  /** Slow axis first; as many as the array has. */
  readonly axes?: readonly Axis[];
  readonly unit?: string;
  /** One standard deviation, in the shape of the data; of series a row for each. */
  readonly errors?: NdArray;
  readonly overlay?: readonly Overlay[];
  /** Numbers that belong to the result as a whole: how many pairs went in, how many values were outside. Attributes of `final` in files. */
  readonly counts?: Readonly<Record<string, number>>;
  /** Of an assembled image. */
  readonly geometry?: DetectorPlaces;
}

type NumberArray = Float32Array | Float64Array | Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array;

/** Several curves by name. */
export type Series = Readonly<Record<string, NdArray<1> | NumberArray | readonly number[]>>;

/** An array with names, units and coordinates of its axes, or series of one length with those that they share. Made by `labelled(array, labels)`. */
export class Labelled<A extends NdArray | Series = NdArray> {
  readonly array: A;
  readonly labels: Labels;
  constructor(array: A, labels: Labels) {
    this.array = array;
    this.labels = labels;
  }
}

/** Gives a result its axes, units, uncertainty and overlay; series their one axis. */
export function labelled<A extends NdArray | Series>(array: A, labels: Labels): Labelled<A> {
  return new Labelled(array, labels);
}

/** What a view of each kind may return. */
export interface KindReturns {
  scalar: number | bigint | boolean;
  vector: NdArray<1> | NumberArray | readonly number[] | Labelled<NdArray<1>> | Series | Labelled<Series>;
  matrix: NdArray | Labelled;
  points: NdArray<2> | readonly (readonly number[])[] | Labelled<NdArray<2>>;
  image: NdArray<2> | Labelled<NdArray<2>>;
  table: Table;
  text: string;
  compute: unknown;
}

/** What a view that takes another as its input receives. */
export interface KindGives {
  scalar: number;
  vector: Vector;
  matrix: NdArray;
  points: NdArray<2>;
  image: Image;
  table: Table;
  text: string;
  compute: unknown;
}

/** A view may also return nothing, `skip(reason)`, or a promise. */
export type ViewReturn<K extends ViewKind> = Returned<K> | Promise<Returned<K>>;
type Returned<K extends ViewKind> = KindReturns[K] | undefined | null | void | Skip;
