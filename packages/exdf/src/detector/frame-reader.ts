import { ARRAYS, viewOf, type NumericArray, type Slice } from '@trainyard/hdf5';
import { ExdfError } from '../exdf-error.ts';
import { FileKey } from '../file-key.ts';
import { haveRows } from '../read-rows.ts';
import type { Detector } from './detector.ts';

/** Which pixels are replaced by what. */
export interface Masking {
  /** The key with the reasons, as bits. */
  readonly key: string;
  readonly bits: number;
  readonly value: number;
}

/** Frames that are wanted: the place of each one's train in the detector's list, its place in the train, and where it goes; frames of a train follow each other. */
export interface WantedFrames {
  readonly train: Int32Array;
  readonly frame: Int32Array;
  readonly slot: Int32Array;
}

/** Reads frames of one key, module by module, to their places beside each other. */
export class FrameReader {
  readonly dtype: string;
  readonly frameShape: readonly number[];
  /** Whether there is one entry for each frame; one for each train otherwise. */
  readonly perFrame: boolean;
  readonly #det: Detector;
  readonly #name: string;
  readonly #mask: (Masking & { readonly reader: FrameReader }) | undefined;
  /** Axes of one before those of the frame, which recorded data have. */
  readonly #ones: number;
  /** Frames in one entry, along its first axis. */
  readonly #cells: number;
  readonly #keys = new Map<number, FileKey | undefined>();

  constructor(det: Detector, name: string, mask?: Masking) {
    this.#det = det;
    this.#name = name;
    const key = this.#key(det.modules.find((module) => this.#key(module)) ?? -1);
    if (!key) throw new ExdfError('EXDF_NO_KEY', `${det.name}[${name}]`, 'No module has this key');
    this.dtype = key.dtype;
    if (!(this.dtype in ARRAYS)) throw new ExdfError('EXDF_DETECTOR', `${det.name}[${name}]`, `Entries of type ${this.dtype} cannot be put beside each other: read the modules one by one`);
    const { entryShape } = key;
    const inGroup = det.isPerFrame(name);
    this.#cells = det.kind.cellsInEntry && inGroup && entryShape[0] === det.cells ? det.cells : 1;
    const hasCells = det.kind.cellsInEntry && inGroup && entryShape.length > 0 && entryShape[0] === det.cells;
    this.perFrame = det.kind.cellsInEntry ? hasCells : inGroup;
    this.#ones = hasCells || (this.perFrame && entryShape[0] === 1) ? 1 : 0;
    this.frameShape = entryShape.slice(this.#ones);
    this.#mask = mask && { ...mask, reader: new FrameReader(det, mask.key) };
    const masks = this.#mask?.reader.frameShape;
    if (masks && String(masks) !== String(this.frameShape)) throw new ExdfError('EXDF_DETECTOR', `${det.name}[${name}]`, `A mask of [${masks.join(', ')}] does not fit frames of [${this.frameShape.join(', ')}]`);
  }

  has(module: number, trainId: number): boolean {
    return this.#key(module)?.rowsOf(trainId) !== undefined;
  }

  roiShape(roi: Slice | undefined): number[] {
    return this.frameShape.map((length, axis) => {
      const range = roi?.[axis];
      return range ? range[1] - range[0] : length;
    });
  }

  fillAll(target: Uint8Array, fill: number | undefined): void {
    fillWith(viewOf(this.dtype, target), fill);
  }

  /** Fills the slots of `target`, each with `modules` side by side. */
  read(target: Uint8Array, modules: readonly number[], { fill, roi }: { readonly fill?: number; readonly roi?: Slice }, { train, frame, slot }: WantedFrames): void {
    if (roi && roi.length > this.frameShape.length) throw new ExdfError('EXDF_SELECT', `${this.#det.name}[${this.#name}]`, `The region has ${roi.length} axes, a frame ${this.frameShape.length}`);
    const bytes = this.roiShape(roi).reduce((product, length) => product * length, ARRAYS[this.dtype as keyof typeof ARRAYS].BYTES_PER_ELEMENT);
    const masking = this.#mask?.reader;
    for (const [place, module] of modules.entries()) {
      for (let i = 0; i < slot.length; ) {
        const trainId = this.#det.trainIds[train[i]!]!;
        const frames = this.#framesOf(module, trainId);
        const masks = frames && masking ? masking.#framesOf(module, trainId) : undefined;
        for (const here = train[i]; i < slot.length && train[i] === here; i++) {
          const at = (slot[i]! * modules.length + place) * bytes;
          const part = target.subarray(at, at + bytes);
          if (!frames) fillWith(viewOf(this.dtype, part), fill);
          else {
            frames(frame[i]!, roi, part);
            // A module without a mask is taken as it is.
            if (masks) this.#replace((own) => masks(frame[i]!, roi, own), part);
          }
        }
      }
    }
  }

  /** Reads frames of one module and train; undefined when it has none. */
  #framesOf(module: number, trainId: number): ((frame: number, roi: Slice | undefined, part: Uint8Array) => void) | undefined {
    const rows = this.#key(module)?.rowsOf(trainId);
    if (!rows) return undefined;
    const { dataset, file, first } = rows;
    const { shape } = dataset;
    if (dataset.dtype !== this.dtype || String(shape.slice(1 + this.#ones)) !== String(this.frameShape)) throw new ExdfError('EXDF_MIXED', `${this.#det.name}[${this.#name}]`, `Module ${module} has ${dataset.dtype} [${shape.slice(1).join(', ')}], others ${this.dtype} [${this.frameShape.join(', ')}]`);
    return (frame, roi, part) => {
      const entry = first + Math.floor(frame / this.#cells);
      const cell = frame % this.#cells;
      haveRows(file, () => dataset.readInto(part, [[entry, entry + 1], ...(this.#ones ? [[cell, cell + 1] as const] : []), ...(roi ?? [])]));
    };
  }

  #replace(read: (own: Uint8Array) => void, part: Uint8Array): void {
    const { reader, bits, value } = this.#mask!;
    const pixels = viewOf(this.dtype, part) as Float64Array;
    const size = pixels.length * ARRAYS[reader.dtype as keyof typeof ARRAYS].BYTES_PER_ELEMENT;
    if (maskBytes.byteLength < size) maskBytes = new Uint8Array(size);
    const own = maskBytes.subarray(0, size);
    read(own);
    const mask = viewOf(reader.dtype, own) as Uint32Array;
    for (let i = 0; i < mask.length; i++) if (mask[i]! & bits) pixels[i] = value;
  }

  #key(module: number): FileKey | undefined {
    if (!this.#keys.has(module)) {
      const key = this.#det.keyOf(module, this.#name);
      this.#keys.set(module, key instanceof FileKey ? key : undefined);
    }
    return this.#keys.get(module);
  }
}

/** The mask of the frame at hand, of this thread. */
let maskBytes = new Uint8Array(0);

function fillWith(values: NumericArray, fill: number | undefined): void {
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) values.fill(BigInt(fill ?? 0));
  else values.fill(fill ?? (values instanceof Float32Array || values instanceof Float64Array || values instanceof Float16Array ? Number.NaN : 0));
}
