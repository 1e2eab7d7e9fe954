import { ExdfError } from '../exdf-error.ts';
import type { Run, RunKey } from '../run.ts';
import { type BadPixel, maskOf } from './bad-pixels.ts';
import { DetectorKey } from './detector-key.ts';
import { frameIds } from './frame-ids.ts';
import { findDetector, type CustomDetector, type DetectorKind, type FoundDetector } from './kinds.ts';

/** How a detector is looked at. */
export interface DetectorOptions {
  /** Recorded (true) or corrected (false) data; corrected where there are some without it. */
  readonly raw?: boolean;
  /** Only these modules. */
  readonly modules?: readonly number[];
  /** Trains with data of at least so many modules; default 1. */
  readonly minModules?: number;
  /** LPD: each pulse was recorded in three gain stages, one after the other. */
  readonly parallelGain?: boolean;
  /** The number of the first module, where it is not the usual one. */
  readonly firstModule?: number;
  /** How many modules there are, where it is not the usual number. */
  readonly moduleCount?: number;
}

/** Data of a detector made of several modules: its trains, how many frames each has, and its keys with the modules side by side. */
export class Detector {
  readonly name: string;
  readonly kind: DetectorKind;
  /** Whether it is recorded and not corrected data. */
  readonly raw: boolean;
  /** Numbers of the modules that have data, sorted. */
  readonly modules: readonly number[];
  /** How many modules there are, with and without data. */
  readonly moduleCount: number;
  readonly firstModule: number;
  /** Trains with data of at least `minModules` modules. */
  readonly trainIds: readonly number[];
  /** Frames of each of these trains. */
  readonly frameCounts: readonly number[];
  readonly parallelGain: boolean;
  /** Frames in one entry, along its first axis: the memory cells of JUNGFRAU; 1 for others. */
  readonly cells: number;
  readonly #found: FoundDetector;
  #pulseIds: number[][] | undefined;
  #cellIds: number[][] | undefined;

  constructor(found: FoundDetector, options: DetectorOptions) {
    const { minModules = 1, parallelGain = false } = options;
    if (!Number.isInteger(minModules) || minModules < 1) throw new ExdfError('EXDF_DETECTOR', found.name, 'minModules must be at least 1');
    this.#found = { ...found, sources: new Map([...found.sources].filter(([number]) => options.modules?.includes(number) ?? true)) };
    this.name = found.name;
    this.kind = found.kind;
    this.raw = found.raw;
    this.parallelGain = parallelGain;
    this.modules = [...this.#found.sources.keys()].sort((a, b) => a - b);
    this.firstModule = options.firstModule ?? found.kind.firstModule;
    this.moduleCount = options.moduleCount ?? found.kind.modules ?? Math.max(...found.sources.keys()) - this.firstModule + 1;
    const outside = this.modules.filter((number) => number < this.firstModule || number >= this.firstModule + this.moduleCount);
    if (this.modules.length === 0 || outside.length) {
      const what = outside.length ? `Module ${outside.join(', ')} is outside of ${this.firstModule} to ${this.firstModule + this.moduleCount - 1}` : `There is none of the modules ${options.modules?.join(', ')}; there is ${[...found.sources.keys()].join(', ')}`;
      throw new ExdfError('EXDF_DETECTOR', found.name, what);
    }
    this.cells = found.kind.cellsInEntry ? (this.keyOf(this.modules[0]!, found.kind.pixels)!.entryShape[0] ?? 1) : 1;
    [this.trainIds, this.frameCounts] = this.#framesOfTrains(minModules);
    if (this.trainIds.length === 0) throw new ExdfError('EXDF_DETECTOR', found.name, `No train has data of at least ${minModules} modules`);
    if (parallelGain) this.#requireThirds();
  }

  /** One key of all modules. Errors: EXDF_NO_KEY. */
  key(name: string): DetectorKey {
    return new DetectorKey(this, name);
  }

  /** The pixels. */
  get pixels(): DetectorKey {
    return this.key(this.kind.pixels);
  }

  /**
   * Pixels (or another key of their shape) with those that are bad replaced. `bits`: which reasons count, all by default; `value`: what stands instead, NaN by
   * default. Errors: EXDF_DETECTOR for data without a mask.
   */
  masked({ key = this.kind.pixels, bits, value = Number.NaN }: { readonly key?: string; readonly bits?: number | readonly BadPixel[]; readonly value?: number } = {}): DetectorKey {
    if (!this.keyOf(this.modules[0]!, this.kind.mask)) throw new ExdfError('EXDF_DETECTOR', this.name, `These data have no mask (${this.kind.mask})${this.raw ? ': they are recorded, not corrected' : ''}`);
    return new DetectorKey(this, key, { mask: { key: this.kind.mask, bits: maskOf(bits), value } });
  }

  /** Pulse IDs of each train; memory cells where there are none, as of JUNGFRAU. Errors: EXDF_DETECTOR where modules do not agree. */
  pulseIds(): readonly (readonly number[])[] {
    this.#pulseIds ??= frameIds(this, this.kind.pulseId ?? this.kind.cellId);
    return this.#pulseIds;
  }

  /** Memory cells of the frames of each train. */
  cellIds(): readonly (readonly number[])[] {
    this.#cellIds ??= frameIds(this, this.kind.cellId);
    return this.#cellIds;
  }

  /** A key of one module; undefined when the module, or its key, is not there. */
  keyOf(module: number, key: string): RunKey | undefined {
    return this.#found.sources.get(module)?.keys.get(key);
  }

  /** Whether a key has entries for frames, as the pixels have, and not for trains. */
  isPerFrame(key: string): boolean {
    return key.split('.', 1)[0] === this.kind.pixels.split('.', 1)[0];
  }

  #framesOfTrains(minModules: number): [number[], number[]] {
    const modules = this.modules.map((module) => ({ module, counts: this.keyOf(module, this.kind.pixels)!.counts() }));
    const ids = modules[0]!.counts.trainIds;
    const trains: number[] = [];
    const frames: number[] = [];
    ids.forEach((trainId, place) => {
      const own = modules.map(({ module, counts }) => ({ module, count: counts.counts[place]! })).filter(({ count }) => count > 0);
      if (own.length < minModules) return;
      const [{ count }] = own as [{ module: number; count: number }];
      const other = own.find((one) => one.count !== count);
      if (other) throw new ExdfError('EXDF_DETECTOR', this.name, `In train ${trainId} module ${own[0]!.module} has ${count} frames, module ${other.module} ${other.count}: leave one of them out with modules, or the train with run.trains()`);
      trains.push(trainId);
      frames.push(count * this.cells);
    });
    return [trains, frames];
  }

  #requireThirds(): void {
    const place = this.frameCounts.findIndex((count) => count % 3 !== 0);
    if (place >= 0) throw new ExdfError('EXDF_DETECTOR', this.name, `Train ${this.trainIds[place]} has ${this.frameCounts[place]} frames: in parallel gain mode they come in three stages of as many each`);
  }
}

/**
 * The data of a detector of several modules. `what`: its name or that of its kind (`AGIPD1M`, `AGIPD500K`, `LPD1M`, `LPDMini`, `LPDSolo`, `DSSC1M`, `JUNGFRAU`),
 * or the pattern of another's sources; the only one of the run without it. Errors: EXDF_DETECTOR.
 */
export function detector(run: Run, what?: string | CustomDetector, options: DetectorOptions = {}): Detector {
  return new Detector(findDetector(run, what, options.raw), options);
}
