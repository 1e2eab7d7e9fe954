import type { RunFile } from './file/run-file.ts';

/** Positions in files that are left out, as those of a train that another file of the source has, too. */
export type LeftOut = ReadonlyMap<RunFile, ReadonlySet<number>>;

/** The trains of a run, and where in the run's list each train of a file stands. */
export class RunTrains {
  readonly ids: readonly number[];
  readonly #suspects: boolean;
  #places: ReadonlyMap<number, number> | undefined;
  readonly #ofFiles = new Map<RunFile, Int32Array>();

  /** `ids`: sorted, without repeats. `suspects`: whether trains count whose ID did not come from the time server. */
  constructor(ids: readonly number[], suspects: boolean) {
    this.ids = ids;
    this.#suspects = suspects;
  }

  /** All trains of some files. */
  static ofFiles(files: Iterable<RunFile>, suspects: boolean): RunTrains {
    const ids = new Set<number>();
    for (const { trainIds, valid } of files) for (let i = 0; i < trainIds.length; i++) if (suspects || valid[i]) ids.add(trainIds[i]!);
    return new RunTrains(Array.from(Float64Array.from(ids).sort()), suspects);
  }

  /** The same rule for suspect trains, other trains. */
  with(ids: readonly number[]): RunTrains {
    return new RunTrains(ids, this.#suspects);
  }

  /** Position of a train in the list; undefined for one that is not in it. */
  placeOf(trainId: number): number | undefined {
    if (!this.#places) this.#places = new Map(this.ids.map((id, place) => [id, place]));
    return this.#places.get(trainId);
  }

  /** For each train of a file its position in the list, or -1 when it is not used. */
  placesOf(file: RunFile, leftOut?: LeftOut): Int32Array {
    let places = this.#ofFiles.get(file);
    if (!places) {
      const { trainIds, valid } = file;
      places = new Int32Array(trainIds.length);
      for (let i = 0; i < places.length; i++) places[i] = this.#suspects || valid[i] ? this.#near(trainIds[i]!, i > 0 ? places[i - 1]! : -1) : -1;
      this.#ofFiles.set(file, places);
    }
    const out = leftOut?.get(file);
    return out ? places.map((place, i) => (out.has(i) ? -1 : place)) : places;
  }

  /** Trains of a file nearly always follow each other in the list, too. */
  #near(trainId: number, before: number): number {
    if (this.ids[before + 1] === trainId) return before + 1;
    return this.placeOf(trainId) ?? -1;
  }
}
