import type { Hdf5Dataset, Hdf5File } from '@trainyard/hdf5';
import { ExdfError } from '../exdf-error.ts';
import type { OpenFiles } from '../open/open-files.ts';
import { numbers, type FileIndex } from './file-index.ts';

/** Whether a file says that it is one of the Coherent X-ray Imaging format (cxidb.org). */
export function isCxi(file: Hdf5File): boolean {
  return file.has('/cxi_version');
}

/** Every key has one entry per frame: there is one index group. */
const GROUP = 'image';
const ENTRY = '/entry_1';
/** Numbers and names of frames that stand beside the detectors. */
const OF_FRAMES = ['trainId', 'pulseId', 'cellId', 'memoryCell', 'experiment_identifier'];
/** More frames of unknown trains than any file has: damage. */
const MOST_FRAMES = 100_000_000;

/** What a CXI file holds: its detectors, and the trains of its frames. Errors: EXDF_FILE. */
export class CxiLayout {
  /** Source (`detector_1`) -> key (`image.data`) -> path in the file. */
  readonly paths: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly trainIds: readonly number[];
  /** Where the frames of each train are. */
  readonly index: FileIndex;
  readonly #files: OpenFiles;
  readonly #path: string;

  constructor(files: OpenFiles, path: string) {
    this.#files = files;
    this.#path = path;
    const detectors = this.#detectors();
    if (!detectors[0]) throw new ExdfError('EXDF_FILE', path, `This CXI file has no frames: nothing is below ${ENTRY}/instrument_1/detector_1/data, nor below data_1 or image_1`);
    const frames = this.dataset(`${detectors[0]}/data`)!.shape[0]!;
    const perFrame = ([, at]: readonly [string, string]): boolean => this.dataset(at)?.shape[0] === frames;
    const beside = OF_FRAMES.map((name) => [`${GROUP}.${name}`, `${ENTRY}/${name}`] as const).filter(perFrame);
    this.paths = new Map(detectors.map((base) => {
      const own = files.open(path).group(base).keys().map((name) => [`${GROUP}.${name}`, `${base}/${name}`] as const).filter(perFrame);
      return [base.split('/').at(-1)!, new Map([...own, ...beside])];
    }));
    [this.trainIds, this.index] = this.#trains(frames);
  }

  dataset(inside: string): Hdf5Dataset | undefined {
    return this.#files.dataset(this.#path, inside);
  }

  /** Groups with frames: detectors, or else images of another kind. */
  #detectors(): string[] {
    const below = (parent: string, name: RegExp): string[] => {
      const group = this.#files.open(this.#path).get(parent);
      if (!group || group.kind === 'dataset') return [];
      return group.keys().filter((key) => name.test(key)).map((key) => `${parent}/${key}`).filter((at) => (this.dataset(`${at}/data`)?.shape.length ?? 0) > 0);
    };
    const detectors = below(`${ENTRY}/instrument_1`, /^detector_\d+$/);
    return detectors.length ? detectors : below(ENTRY, /^(?:data|image)_\d+$/);
  }

  /** Frames of one train lie together; where the file does not say of which train they are, each is one, counted from 1. */
  #trains(frames: number): [number[], FileIndex] {
    const stored = this.dataset(`${ENTRY}/trainId`);
    if (!stored && frames > MOST_FRAMES) throw this.#wrong(`There are ${frames} frames of unknown trains`);
    const trains = stored ? numbers(stored) : Float64Array.from({ length: frames }, (_, i) => i + 1);
    if (trains.length !== frames) throw this.#wrong(`${ENTRY}/trainId has ${trains.length} entries for ${frames} frames`);
    const ids: number[] = [];
    const first: number[] = [];
    const count: number[] = [];
    const known = new Set<number>();
    trains.forEach((id, i) => {
      if (!Number.isSafeInteger(id) || id <= 0) throw this.#wrong(`${ENTRY}/trainId has the impossible entry ${id}`);
      if (i > 0 && id === trains[i - 1]) {
        count[count.length - 1]! += 1;
        return;
      }
      if (known.has(id)) throw this.#wrong(`The frames of train ${id} do not lie together in ${ENTRY}/trainId`);
      known.add(id);
      ids.push(id);
      first.push(i);
      count.push(1);
    });
    return [ids, { first: Float64Array.from(first), count: Float64Array.from(count) }];
  }

  #wrong(what: string): ExdfError {
    return new ExdfError('EXDF_FILE', this.#path, what);
  }
}
