import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalEntry } from '@trainyard/control';
import { FileSink } from '../sink/file-sink.ts';
import type { RunningScan } from './running-scan.ts';

/** Files of a running scan are written again when so many times as long has passed as the last took, and at least so many milliseconds. */
const PAUSE_FACTOR = 20;
const PAUSE_MS = 2000;

/**
 * One results file per start of a scan, `NAME-2026-02-03T14-05-09.h5`, with the points in `final` of its views. It is written while the scan runs,
 * too, so that a crash loses the last points at most; always whole under its name.
 */
export class ScanFiles {
  /** Said once when a file cannot be written: the scan goes on. */
  onProblem: (text: string) => void = () => undefined;
  readonly #folder: string;
  readonly #program: Readonly<Record<string, unknown>>;
  /** Where each scan of this process is written, and when it may be again. */
  readonly #places = new WeakMap<RunningScan, { readonly path: string; dueAt: number }>();
  readonly #taken = new Set<string>();
  #work: Promise<unknown> = Promise.resolve();

  /** `program`: what the files say of how they were made. */
  constructor(folder: string, program: Readonly<Record<string, unknown>>) {
    this.#folder = folder;
    this.#program = program;
  }

  /** Whether a running scan's file is old enough to be written again. */
  isDue(scan: RunningScan): boolean {
    return Date.now() >= (this.#places.get(scan)?.dueAt ?? 0);
  }

  /** Writes the newest points of a scan, after what is being written; gives back the path, undefined when that failed. */
  write(scan: RunningScan, journal: readonly JournalEntry[]): Promise<string | undefined> {
    let place = this.#places.get(scan);
    if (!place) this.#places.set(scan, (place = { path: this.#freePath(scan), dueAt: 0 }));
    const { path } = place;
    place.dueAt = Infinity;
    const begin = Date.now();
    const writing = this.#work.then(() => this.#write(path, scan, journal)).then(() => path, (error: unknown) => {
      this.onProblem(`The points of ${scan.descriptor.title} cannot be written: ${(error as Error).message}`);
      return undefined;
    });
    this.#work = writing.then(() => (place.dueAt = Date.now() + Math.max(PAUSE_MS, PAUSE_FACTOR * (Date.now() - begin))));
    return writing;
  }

  async idle(): Promise<void> {
    await this.#work;
  }

  async #write(path: string, scan: RunningScan, journal: readonly JournalEntry[]): Promise<void> {
    const { generation, descriptor: { title, views }, latest, ended, run, who } = scan;
    if (!latest || latest.points === 0) return;
    mkdirSync(this.#folder, { recursive: true });
    const state = ended ? { why: ended.why, whole: String(ended.whole) } : { why: 'it runs', whole: 'false' };
    const sink = await FileSink.open({ path, force: true, title, provenance: { ...this.#program, scan: { ...state, started: new Date(run).toISOString() } } });
    sink.generation({ ...generation, views: generation.views.filter(({ id }) => views.includes(id)) });
    for (const entry of journal) if (entry.at >= run && entry.who === who) sink.journal(entry);
    sink.finals(latest.finals, latest.memory);
    await sink.close();
  }

  #freePath({ descriptor: { name }, run }: RunningScan): string {
    const at = new Date(run);
    const two = (n: number): string => String(n).padStart(2, '0');
    const local = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}-${two(at.getMinutes())}-${two(at.getSeconds())}`;
    for (let n = 1; ; n++) {
      const path = join(this.#folder, `${name}-${local}${n > 1 ? `-${n}` : ''}.h5`);
      if (existsSync(path) || this.#taken.has(path)) continue;
      this.#taken.add(path);
      return path;
    }
  }
}
