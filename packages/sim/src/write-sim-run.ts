/** The simulated facility as a recorded run: a folder of data files as the European XFEL writes them. */
import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { toFileOrder } from './detector.ts';
import { ExdfFile } from './exdf-file.ts';
import { Facility } from './make-train.ts';
import { isSimArray, SimError } from './sim-train.ts';
import type { Float32Data, SimOptions, SimTrain } from './sim-train.ts';
import { CAMERA_ONLINE, DETECTOR_ONLINE, formerModuleName, moduleInFiles, sources } from './sources.ts';

const MODULES = 16;

/** What to write. */
export interface WriteSimRunOptions extends SimOptions {
  /** Default 1. */
  readonly seed?: number;
  /** Default 10000. */
  readonly firstTrainId?: number;
  readonly trains: number;
  /** Trains in each file before the next sequence begins. Default 128. */
  readonly trainsPerFile?: number;
  /** Called after each train with how many are written. */
  readonly onProgress?: (written: number, trains: number) => void;
  /** Stops the writing; the unfinished files are removed. */
  readonly signal?: AbortSignal;
}

/**
 * Writes trains `firstTrainId` ... as a run folder, format 1.3: the numbers that the stream of the same seed sends, in the files' axis order.
 *
 * Aggregator DA01 holds XGM, shutter and motor, DA02 the camera, AGIPD00 ... AGIPD15 the detector's modules (`CORR-` files).
 * Run and proposal number are taken from the path (`.../p002416/raw/r0034`), else run 1 of proposal 900001. One 10 Hz train takes
 * 3.2 MB and 4.2 MB more for each detector pulse.
 *
 * @throws SimError `SIM_FOLDER_NOT_EMPTY` when the folder holds HDF5 files already, `SIM_BAD_OPTION`; the signal's reason when it stops the writing.
 */
export async function writeSimRun(folder: string, options: WriteSimRunOptions): Promise<void> {
  const { seed = 1, firstTrainId = 10_000, trains, trainsPerFile = 128, onProgress, signal } = options;
  for (const [name, value] of Object.entries({ trains, trainsPerFile })) {
    if (!Number.isSafeInteger(value) || value < 1) throw new SimError('SIM_BAD_OPTION', `${name} is ${value}: give a whole number from 1`);
  }
  const facility = new Facility(seed, options);
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).some((name) => name.endsWith('.h5'))) {
    throw new SimError('SIM_FOLDER_NOT_EMPTY', `${folder} holds HDF5 files already: a run is written into an empty folder, so name another one`);
  }

  for (let sequence = 0; sequence * trainsPerFile < trains; sequence++) {
    const start = sequence * trainsPerFile;
    const end = Math.min(trains, start + trainsPerFile);
    const files = new SequenceFiles(folder, sequence);
    try {
      for (let i = start; i < end; i++) {
        signal?.throwIfAborted();
        await files.add(facility.train(firstTrainId + i));
        onProgress?.(i + 1, trains);
        await eventLoopTurn(); // HDF5 calls block: let signals and timers in
      }
      files.close();
    } catch (error) {
      await files.remove();
      throw error;
    }
  }
}

/** The files of one sequence number, one for each aggregator, made when the first train comes. */
class SequenceFiles {
  readonly #folder: string;
  readonly #sequence: number;
  readonly #run: number;
  readonly #proposal: number;
  readonly #files = new Map<string, { file: ExdfFile; path: string }>();
  readonly #reordered = new WeakMap<Float32Data, Float32Array>();

  constructor(folder: string, sequence: number) {
    const path = resolve(folder);
    this.#folder = folder;
    this.#sequence = sequence;
    this.#run = Number(/^r(\d{4,})$/.exec(basename(path))?.[1] ?? 1);
    this.#proposal = Number(/[/\\]p(\d{6})[/\\]/.exec(path)?.[1] ?? 900_001);
  }

  async add(train: SimTrain): Promise<void> {
    const touched = new Set<ExdfFile>();
    const fileOf = async (aggregator: string): Promise<ExdfFile> => {
      const file = await this.#open(aggregator, train);
      if (!touched.has(file)) file.startTrain(train.trainId, train.timestamp);
      touched.add(file);
      return file;
    };
    for (const { source, key, kind, dtype, unit, inFiles } of sources) {
      const value = train.sources.get(source)?.get(key);
      if (value === undefined || key === 'image.trainId') continue; // ExdfFile writes the train IDs itself
      if (kind === 'control') {
        const row = dtype === 'float32' ? Float32Array.of(Number(value)) : dtype === 'float64' ? Float64Array.of(Number(value)) : Uint8Array.of(Number(value));
        (await fileOf('DA01')).control(source, key, row, train.changedAt.get(`${source}.${key}`)!, unit);
        continue;
      }
      if (!isSimArray(value)) continue;
      if (source === DETECTOR_ONLINE) {
        for (let m = 0; m < MODULES; m++) {
          const file = await fileOf(`AGIPD${String(m).padStart(2, '0')}`);
          if (value.dtype === 'float32') file.instrument(moduleInFiles(m), key, value.shape.slice(1, 3).reverse(), this.#module(value, m), unit);
          else file.instrument(moduleInFiles(m), key, [], value.data, unit);
        }
      } else {
        (await fileOf(source === CAMERA_ONLINE ? 'DA02' : 'DA01')).instrument(inFiles, key, value.shape, value.data, unit);
      }
    }
  }

  /** Frames (pulse, ss, fs) of one module. Each frame of the loop is reordered once. */
  #module(online: Float32Data, module: number): Float32Array {
    let all = this.#reordered.get(online);
    if (all === undefined) {
      all = toFileOrder(online);
      this.#reordered.set(online, all);
    }
    const size = all.length / MODULES;
    return all.subarray(module * size, (module + 1) * size);
  }

  async #open(aggregator: string, train: SimTrain): Promise<ExdfFile> {
    const known = this.#files.get(aggregator);
    if (known) return known.file;
    const category = aggregator.startsWith('AGIPD') ? 'CORR' : 'RAW';
    const name = `${category}-R${String(this.#run).padStart(4, '0')}-${aggregator}-S${String(this.#sequence).padStart(5, '0')}.h5`;
    const path = join(this.#folder, name);
    const header = { proposal: this.#proposal, run: this.#run, sequence: this.#sequence, created: train.timestamp };
    const file = await ExdfFile.create(path, header);
    // The detector classes of EXtra-data 1.7 know the modules by their former names only.
    if (category === 'CORR') file.legacyName(moduleInFiles(Number(aggregator.slice(5))), formerModuleName(Number(aggregator.slice(5))));
    this.#files.set(aggregator, { file, path });
    return file;
  }

  close(): void {
    for (const { file } of this.#files.values()) file.close();
  }

  async remove(): Promise<void> {
    for (const { file, path } of this.#files.values()) {
      file.abandon();
      await rm(path, { force: true });
    }
  }
}

