import { YardError, type DetectorPlaces } from '@trainyard/core';
import { ndarray, type AnyTypedArray, type DType, type NdArray } from '@trainyard/nd';
import { castable } from './castable.ts';
import { asBits, copyTile, type TileCopy } from './copy-tile.ts';
import type { Geometry } from './geometry.ts';
import type { Tile } from './tile.ts';

/** A tile on the grid of the image. */
export interface SnappedTile {
  /** Row and column of its lowest corner in the image. */
  readonly at: readonly [y: number, x: number];
  readonly height: number;
  readonly width: number;
  /** Rows or columns of the image from one pixel to the next along slow and fast scan: one of them 0, the other 1 or -1. */
  readonly ss: readonly [y: number, x: number];
  readonly fs: readonly [y: number, x: number];
}

/** What `assemble` may be told. */
export interface AssembleOptions {
  /** An image to write into, of the shape of the result and of a dtype that holds the data safely; what lies between the tiles is left as it is. */
  readonly out?: NdArray;
  /** The module numbers of the data along their axis of modules, where not all are there: counted as the detector counts them (JUNGFRAU from 1). */
  readonly modules?: readonly number[];
}

/** The detector on the grid of an image: puts images together and takes them apart. */
export class SnappedGeometry {
  readonly geometry: Geometry;
  readonly modules: readonly (readonly SnappedTile[])[];
  /** Rows and columns of the image. */
  readonly size: readonly [y: number, x: number];
  /** Row and column of the origin (the beam); may lie outside the image. */
  readonly centre: readonly [y: number, x: number];

  constructor(geometry: Geometry, modules: readonly (readonly SnappedTile[])[], centre: readonly [number, number]) {
    this.geometry = geometry;
    this.modules = modules;
    this.centre = centre;
    const all = modules.flat();
    this.size = [Math.max(...all.map(({ at, height }) => at[0] + height)), Math.max(...all.map(({ at, width }) => at[1] + width))];
  }

  /** An empty image: NaN for floating dtypes, 0 for others; `leading` are the axes before its two. */
  emptyImage(dtype: DType, leading: readonly number[] = []): NdArray {
    const shape = [...leading, ...this.size];
    const image = emptyOf(dtype, shape.reduce((product, n) => product * n, 1));
    return ndarray(image, shape, { dtype });
  }

  /**
   * Puts the modules of one frame, or of many, in their places. `data` has shape (..., modules, ss, fs); the image (..., height, width) in its dtype, or
   * `out`. Tiles that overlap: the later module, then the later tile. Errors: `GEOMETRY_SHAPE`, `GEOMETRY_OUT`, `GEOMETRY_MODULE`.
   */
  assemble(data: NdArray, options: AssembleOptions = {}): NdArray {
    const given = this.geometry.layout.reshape?.(data) ?? data;
    const numbers = this.#moduleNumbers(given, options.modules);
    const leading = given.shape.slice(0, -3);
    const image = options.out ?? this.emptyImage(given.dtype, leading);
    const wanted = [...leading, ...this.size];
    if (image.shape.join() !== wanted.join()) throw new YardError('GEOMETRY_OUT', `The image to write into has shape (${image.shape.join(', ')}); the assembled one has (${wanted.join(', ')}).`);
    if (!castable(given.dtype, image.dtype)) throw new YardError('GEOMETRY_OUT', `${given.dtype} does not fit into ${image.dtype} without loss; give an image of another dtype.`);
    this.#copyAll(given, numbers, image, [0, 0], 'assemble');
    return image;
  }

  /** As `assemble`, with the origin in the middle, at (height >> 1, width >> 1), of the smallest image that has it there; what no tile covers is NaN, or 0. */
  assembleSymmetric(data: NdArray, options: AssembleOptions = {}): NdArray {
    const given = this.geometry.layout.reshape?.(data) ?? data;
    const numbers = this.#moduleNumbers(given, options.modules);
    const leading = given.shape.slice(0, -3);
    const least = this.symmetricSize;
    const image = options.out ?? ndarray(emptyOf(given.dtype, leading.reduce((product, n) => product * n, least[0] * least[1])), [...leading, ...least], { dtype: given.dtype });
    const [height, width] = image.shape.slice(-2) as [number, number];
    if (image.shape.slice(0, -2).join() !== leading.join() || height < least[0] || width < least[1]) throw new YardError('GEOMETRY_OUT', `The image to write into has shape (${image.shape.join(', ')}); it must be at least (${[...leading, ...least].join(', ')}).`);
    if (!castable(given.dtype, image.dtype)) throw new YardError('GEOMETRY_OUT', `${given.dtype} does not fit into ${image.dtype} without loss; give an image of another dtype.`);
    this.#copyAll(given, numbers, image, [(height >> 1) - this.centre[0], (width >> 1) - this.centre[1]], 'assemble');
    return image;
  }

  /** Rows and columns of the smallest image with the origin in its middle. */
  get symmetricSize(): readonly [y: number, x: number] {
    const along = (axis: 0 | 1): number => {
      const [before, after] = [this.centre[axis], this.size[axis] - this.centre[axis]];
      // The middle of n is n >> 1: `before` rows before it and `after` from it on.
      return Math.max(2 * before, 2 * after - 1, 1);
    };
    return [along(0), along(1)];
  }

  /** The modules (..., modules, ss, fs) of an assembled image (..., height, width): what `assemble` put there. Errors: `GEOMETRY_SHAPE`, `GEOMETRY_OUT`. */
  dismantle(image: NdArray, out?: NdArray): NdArray {
    const leading = image.shape.slice(0, -2);
    if (image.shape.slice(-2).join() !== this.size.join()) throw new YardError('GEOMETRY_SHAPE', `The image has shape (${image.shape.join(', ')}); an assembled one of this geometry ends with (${this.size.join(', ')}).`);
    const shape = [...leading, ...this.geometry.shape];
    const data = out ?? ndarray(emptyOf(image.dtype, shape.reduce((product, n) => product * n, 1)), shape, { dtype: image.dtype });
    if (data.shape.join() !== shape.join()) throw new YardError('GEOMETRY_OUT', `The array to write into has shape (${data.shape.join(', ')}); the modules have (${shape.join(', ')}).`);
    if (!castable(image.dtype, data.dtype)) throw new YardError('GEOMETRY_OUT', `${image.dtype} does not fit into ${data.dtype} without loss.`);
    this.#copyAll(data, data.shape.length ? Array.from({ length: this.modules.length }, (_, m) => m) : [], image, [0, 0], 'dismantle');
    return data;
  }

  /** Which pixel of the data lies at a pixel of the image: small enough to go with every image. */
  places(): DetectorPlaces {
    const { layout } = this.geometry;
    const tiles = this.modules.flatMap((all, m) => all.flatMap(({ at, ss, fs, height, width }, t) => [
      m + layout.firstModule, t, layout.places[t]!.ss, layout.places[t]!.fs,
      at[0] + (ss[0] + fs[0] < 0 ? height - 1 : 0), at[1] + (ss[1] + fs[1] < 0 ? width - 1 : 0), ...ss, ...fs,
    ]));
    return { detector: layout.name, tile: layout.tile, tiles: Int32Array.from(tiles), beam: this.centre, pixelSize: [layout.cell[1], layout.cell[0]] };
  }

  /** Position along the axis of modules -> module, from 0. */
  #moduleNumbers(data: NdArray, labels: readonly number[] | undefined): readonly number[] {
    const { name, firstModule } = this.geometry.layout;
    const [modules, ss, fs] = this.geometry.shape;
    const count = labels?.length ?? modules;
    if (data.dimension < 3 || data.shape.slice(-3).join() !== [count, ss, fs].join()) throw new YardError('GEOMETRY_SHAPE', `The data have shape (${data.shape.join(', ')}); those of ${name} end with (${[count, ss, fs].join(', ')}).`);
    if (!labels) return Array.from({ length: modules }, (_, m) => m);
    const wrong = labels.find((label, i) => !Number.isInteger(label) || label < firstModule || label >= modules + firstModule || labels.indexOf(label) !== i);
    if (wrong !== undefined) throw new YardError('GEOMETRY_MODULE', `${wrong} is no module of ${name}, or is there twice: they are counted from ${firstModule} to ${modules - 1 + firstModule}.`);
    return labels.map((label) => label - firstModule);
  }

  #copyAll(data: NdArray, numbers: readonly number[], image: NdArray, shift: readonly [number, number], way: 'assemble' | 'dismantle'): void {
    const { places, tile } = this.geometry.layout;
    const frames = data.shape.slice(0, -3).reduce((product, n) => product * n, 1);
    const [moduleStep, ssStep, fsStep] = data.stride.slice(-3) as [number, number, number];
    const [rowStep, columnStep] = image.stride.slice(-2) as [number, number];
    const [of, into] = [data.data, image.data] as unknown as [AnyTypedArray, AnyTypedArray];
    const [modules, pixels] = data.dtype === image.dtype ? [asBits(of), asBits(into)] : [of, into];
    for (let frame = 0; frame < frames; frame++) {
      const [dataAt, imageAt] = [offsetOf(data, frame, 3), offsetOf(image, frame, 2)];
      for (const [i, m] of numbers.entries()) {
        for (const [t, { at, ss, fs, height, width }] of this.modules[m]!.entries()) {
          const place = places[t]!;
          // The image's place of the tile's first pixel: at the far side where an axis runs backwards.
          const y = at[0] + shift[0] + (ss[0] + fs[0] < 0 ? height - 1 : 0);
          const x = at[1] + shift[1] + (ss[1] + fs[1] < 0 ? width - 1 : 0);
          const copy: TileCopy = {
            rows: tile[0], columns: tile[1],
            module: dataAt + i * moduleStep + place.ss * ssStep + place.fs * fsStep, moduleRow: ssStep, moduleColumn: fsStep,
            image: imageAt + y * rowStep + x * columnStep,
            imageRow: ss[0] * rowStep + ss[1] * columnStep, imageColumn: fs[0] * rowStep + fs[1] * columnStep,
          };
          copyTile(modules, pixels, copy, way);
        }
      }
    }
  }
}

/** Where frame number n of the leading axes begins in the data. */
function offsetOf(array: NdArray, frame: number, inner: number): number {
  let at = array.offset;
  let rest = frame;
  for (let axis = array.dimension - inner - 1; axis >= 0; axis--) {
    const n = array.shape[axis]!;
    at += (rest % n) * array.stride[axis]!;
    rest = Math.floor(rest / n);
  }
  return at;
}

const EMPTY = {
  bool: Uint8Array, int8: Int8Array, uint8: Uint8Array, int16: Int16Array, uint16: Uint16Array, int32: Int32Array, uint32: Uint32Array,
  int64: BigInt64Array, uint64: BigUint64Array, float16: Float16Array, float32: Float32Array, float64: Float64Array,
} as const satisfies Record<DType, unknown>;

function emptyOf(dtype: DType, length: number): AnyTypedArray {
  const data = new EMPTY[dtype](length);
  if (dtype.startsWith('float')) (data as Float64Array).fill(NaN);
  return data;
}

/** Onto whole pixels: corners and steps rounded half to even, as numpy's `around`; all shifted so that the lowest is 0. */
export function snap(geometry: Geometry): SnappedGeometry {
  const modules = geometry.modules.map((tiles, m) => tiles.map((tile, t) => snapTile(tile, geometry.layout.cell, `tile ${t} of module ${m} of ${geometry.layout.name}`)));
  const lowest = ([0, 1] as const).map((axis) => Math.min(...modules.flat().map(({ at }) => at[axis]))) as [number, number];
  // Not -0.
  const centre = [0 - lowest[0], 0 - lowest[1]] as const;
  return new SnappedGeometry(geometry, modules.map((tiles) => tiles.map((tile) => ({ ...tile, at: [tile.at[0] + centre[0], tile.at[1] + centre[1]] as const }))), centre);
}

function snapTile({ corner, ss, fs, ssPixels, fsPixels }: Tile, [cellX, cellY]: readonly [number, number], what: string): SnappedTile {
  const rounded = (v: readonly number[]): readonly [number, number] => [halfEven(v[1]! / cellY), halfEven(v[0]! / cellX)];
  const [down, across, first] = [rounded(ss), rounded(fs), rounded(corner)];
  const lengths = [...down, ...across].map(Math.abs).join();
  if (lengths !== '1,0,0,1' && lengths !== '0,1,1,0') throw new YardError('GEOMETRY_SNAP', `The ${what} stands askew: its pixels do not follow the rows and columns of an image. Turn it less, or take the pixels' positions.`);
  const [height, width] = down[0] === 0 ? [fsPixels, ssPixels] : [ssPixels, fsPixels];
  const at = [first[0] + (down[0] + across[0] < 0 ? -height : 0), first[1] + (down[1] + across[1] < 0 ? -width : 0)] as const;
  return { at, height, width, ss: down, fs: across };
}

/** To the nearest whole number, halves to the even one. Never -0. */
function halfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  const rounded = rest < 0.5 ? floor : rest > 0.5 ? floor + 1 : floor % 2 === 0 ? floor : floor + 1;
  return rounded + 0;
}
