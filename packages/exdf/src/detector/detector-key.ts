import { ARRAYS, viewOf, type NumericArray, type Slice } from '@trainyard/hdf5';
import { ExdfError } from '../exdf-error.ts';
import type { Detector } from './detector.ts';
import { FrameReader, type Masking } from './frame-reader.ts';
import { selectPulses, type PulseSelection } from './pulses.ts';

/** How frames are read. */
export interface FrameOptions {
  /** All modules of the detector (default), or only those that have data. */
  readonly modules?: 'all' | 'present';
  /** What stands where a module has nothing: NaN by default, 0 for integers. */
  readonly fill?: number;
  /** The part of each module's frame that is wanted: `[start, stop]` per axis, null for a whole axis. */
  readonly roi?: Slice;
  /** Bytes to read into, at least as many as are needed and at a multiple of 8. */
  readonly into?: Uint8Array;
}

/** Frames one after the other. */
export interface Frames {
  readonly dtype: string;
  /** `[frame, module, ...]`: the axes of a module's frame come last, slow scan before fast scan. */
  readonly shape: number[];
  readonly data: NumericArray;
  /** The train of each frame. */
  readonly trainIds: number[];
}

/** Frames by train and pulse. */
export interface StackedFrames {
  readonly dtype: string;
  /** `[train, pulse, module, ...]`; in parallel gain mode `[train, gain, pulse, module, ...]`. */
  readonly shape: number[];
  readonly data: NumericArray;
  readonly trainIds: number[];
  /** Pulse IDs (memory cells of JUNGFRAU), rising: of all trains together. */
  readonly pulseIds: number[];
}

/** Chosen frames: the place of the train in the detector's list, the place in the train. */
interface Places {
  readonly train: Int32Array;
  readonly frame: Int32Array;
}

/** One key of all modules of a detector. */
export class DetectorKey {
  readonly name: string;
  readonly dtype: string;
  /** Shape of what one module has of one frame, without axes of one that mean nothing. */
  readonly frameShape: readonly number[];
  readonly #det: Detector;
  readonly #reader: FrameReader;
  readonly #masking: Masking | undefined;
  readonly #pulses: PulseSelection | undefined;
  #places: Places | undefined;

  constructor(det: Detector, name: string, { mask, pulses }: { readonly mask?: Masking; readonly pulses?: PulseSelection } = {}) {
    this.#det = det;
    this.name = name;
    this.#masking = mask;
    this.#pulses = pulses;
    this.#reader = new FrameReader(det, name, mask);
    this.dtype = this.#reader.dtype;
    this.frameShape = this.#reader.frameShape;
    if (mask && Number.isNaN(mask.value) && !this.dtype.startsWith('float')) throw new ExdfError('EXDF_DETECTOR', `${det.name}[${name}]`, `Bad pixels of ${this.dtype} cannot be NaN: give a value`);
  }

  /** The same key of some pulses of each train only. In parallel gain mode they are counted in each stage. */
  pulses(which: PulseSelection): DetectorKey {
    if (!this.#reader.perFrame) throw new ExdfError('EXDF_DETECTOR', `${this.#det.name}[${this.name}]`, 'This key has one entry a train, not one a pulse');
    return new DetectorKey(this.#det, this.name, { pulses: which, ...(this.#masking && { mask: this.#masking }) });
  }

  /** Shape of `frames()` with all modules. */
  get shape(): number[] {
    return [this.#chosen.train.length, this.#det.moduleCount, ...this.frameShape];
  }

  /** The train of each frame. */
  frameTrainIds(): number[] {
    return Array.from(this.#chosen.train, (train) => this.#det.trainIds[train]!);
  }

  /** The pulse ID of each frame. Errors: EXDF_DETECTOR where modules do not agree. */
  pulseIds(): number[] {
    return this.#labels(this.#det.pulseIds());
  }

  /** The memory cell of each frame. */
  cellIds(): number[] {
    return this.#labels(this.#det.cellIds());
  }

  /** Which module has which frame: by module (all of them), 1 where it has. */
  availability(): Uint8Array[] {
    return Array.from({ length: this.#det.moduleCount }, (_, i) => {
      const module = i + this.#det.firstModule;
      const has = this.#det.trainIds.map((trainId) => this.#reader.has(module, trainId));
      return Uint8Array.from(this.#chosen.train, (train) => (has[train] ? 1 : 0));
    });
  }

  /** All chosen frames one after the other; trains may have different numbers of them. */
  frames(options: FrameOptions = {}): Frames {
    const { train, frame } = this.#chosen;
    const { target, modules, shape } = this.#room(train.length, options);
    this.#reader.read(target, modules, options, { train, frame, slot: Int32Array.from(train, (_, slot) => slot) });
    return { dtype: this.dtype, shape: [train.length, ...shape], data: viewOf(this.dtype, target), trainIds: this.frameTrainIds() };
  }

  /** The chosen frames of one train, `[pulse, module, ...]`; undefined for a train without any. */
  train(trainId: number, options: FrameOptions = {}): Frames | undefined {
    const place = this.#det.trainIds.indexOf(trainId);
    const { train, frame } = this.#chosen;
    const from = place < 0 ? -1 : train.indexOf(place);
    if (from < 0) return undefined;
    const count = train.lastIndexOf(place) + 1 - from;
    const { target, modules, shape } = this.#room(count, options);
    const slot = Int32Array.from({ length: count }, (_, i) => i);
    this.#reader.read(target, modules, options, { train: train.subarray(from, from + count), frame: frame.subarray(from, from + count), slot });
    return { dtype: this.dtype, shape: [count, ...shape], data: viewOf(this.dtype, target), trainIds: Array.from(slot, () => trainId) };
  }

  /**
   * Trains one after the other, each as `train()` gives it. `requireAll` (default true): only those for which every module has data. Memory given as `into` is
   * used for each.
   */
  *trains({ requireAll = true, ...options }: FrameOptions & { readonly requireAll?: boolean } = {}): Generator<{ readonly trainId: number; readonly frames: Frames }> {
    for (const trainId of this.#det.trainIds) {
      if (requireAll && !this.#det.modules.every((module) => this.#reader.has(module, trainId))) continue;
      const frames = this.train(trainId, options);
      if (frames) yield { trainId, frames };
    }
  }

  /** Frames by train and pulse ID; a pulse that a train has not is filled like a module that is absent. Errors: EXDF_DETECTOR for an ID twice in a train. */
  stacked(options: FrameOptions = {}): StackedFrames {
    const det = this.#det;
    const { train, frame } = this.#chosen;
    const stages = det.parallelGain ? 3 : 1;
    const ids = this.pulseIds();
    const pulseIds = [...new Set(ids)].sort((a, b) => a - b);
    const columns = new Map(pulseIds.map((id, column) => [id, column]));
    const seen = new Set<number>();
    const slot = train.map((place, i) => {
      const stage = Math.floor((frame[i]! * stages) / det.frameCounts[place]!);
      const to = (place * stages + stage) * pulseIds.length + columns.get(ids[i]!)!;
      if (seen.has(to)) throw new ExdfError('EXDF_DETECTOR', det.name, `Train ${det.trainIds[place]} has pulse ID ${ids[i]} twice: take the frames by their place, with frames()`);
      seen.add(to);
      return to;
    });
    const count = det.trainIds.length * stages * pulseIds.length;
    const { target, modules, shape } = this.#room(count, options);
    if (slot.length < count) this.#reader.fillAll(target, options.fill);
    this.#reader.read(target, modules, options, { train, frame, slot });
    const axes = stages > 1 ? [det.trainIds.length, stages, pulseIds.length] : [det.trainIds.length, pulseIds.length];
    return { dtype: this.dtype, shape: [...axes, ...shape], data: viewOf(this.dtype, target), trainIds: [...det.trainIds], pulseIds };
  }

  #labels(ids: readonly (readonly number[])[]): number[] {
    const { train, frame } = this.#chosen;
    return Array.from(train, (place, i) => ids[place]![frame[i]!]!);
  }

  get #chosen(): Places {
    this.#places ??= this.#choose();
    return this.#places;
  }

  #choose(): Places {
    const { frameCounts } = this.#det;
    const counts = this.#reader.perFrame ? frameCounts : frameCounts.map(() => 1);
    const chosen = counts.map((count, place) => this.#chosenOf(place, count));
    const length = chosen.reduce((sum, own) => sum + own.reduce((n, one) => n + one, 0), 0);
    const places = { train: new Int32Array(length), frame: new Int32Array(length) };
    let next = 0;
    chosen.forEach((own, place) => own.forEach((one, frame) => {
      if (!one) return;
      places.train[next] = place;
      places.frame[next++] = frame;
    }));
    return places;
  }

  #chosenOf(place: number, count: number): Uint8Array {
    const which = this.#pulses;
    if (which === undefined) return new Uint8Array(count).fill(1);
    const inStage = count / (this.#det.parallelGain ? 3 : 1);
    const chosen = selectPulses(inStage, which, () => this.#det.pulseIds()[place]!.slice(0, inStage));
    return Uint8Array.from({ length: count }, (_, i) => chosen[i % inStage]!);
  }

  #room(slots: number, { modules = 'all', roi, into }: FrameOptions): { target: Uint8Array; modules: readonly number[]; shape: number[] } {
    const det = this.#det;
    const which = modules === 'present' ? det.modules : Array.from({ length: det.moduleCount }, (_, i) => i + det.firstModule);
    const shape = this.#reader.roiShape(roi);
    const bytes = slots * which.length * shape.reduce((product, length) => product * length, ARRAYS[this.dtype as keyof typeof ARRAYS].BYTES_PER_ELEMENT);
    if (into && (into.byteLength < bytes || into.byteOffset % 8 !== 0)) throw new ExdfError('EXDF_DETECTOR', `${det.name}[${this.name}]`, `The frames take ${bytes} bytes at a multiple of 8; the buffer has ${into.byteLength}`);
    return { target: into ? into.subarray(0, bytes) : new Uint8Array(bytes), modules: which, shape: [which.length, ...shape] };
  }
}
