import { readFileSync } from 'node:fs';
import { openNow, type Hdf5Dataset, type Hdf5File } from '@trainyard/hdf5';
import { ExdfError } from '../exdf-error.ts';
import { goneOr } from './gone.ts';

/** Files kept open at once: enough for every aggregator of a large run. */
const MOST_OPEN = 512;

interface Opened {
  file: Hdf5File;
  /** Descriptions stay known while the file is open; undefined for an absent dataset. */
  datasets: Map<string, Hdf5Dataset | undefined>;
}

/** Keeps the most recently used files of a run open, at most a bounded number. */
export class OpenFiles {
  private readonly opened = new Map<string, Opened>();
  private readonly most: number;
  private closed = false;

  constructor(most = mostOpen()) {
    this.most = most;
  }

  get size(): number {
    return this.opened.size;
  }

  open(path: string): Hdf5File {
    return this.touch(path).file;
  }

  dataset(path: string, inside: string): Hdf5Dataset | undefined {
    const { file, datasets } = this.touch(path);
    if (!datasets.has(inside)) {
      const found = file.get(inside);
      datasets.set(inside, found?.kind === 'dataset' ? found : undefined);
    }
    return datasets.get(inside);
  }

  /** Closes one file, for example one that turned out to be unusable, or that has grown. */
  release(path: string): void {
    const opened = this.opened.get(path);
    this.opened.delete(path);
    opened?.file.close();
  }

  close(): void {
    this.closed = true;
    for (const path of this.opened.keys()) this.release(path);
  }

  private touch(path: string): Opened {
    if (this.closed) throw new ExdfError('EXDF_CLOSED', path, 'The run is closed');
    let opened = this.opened.get(path);
    // A Map keeps the order of insertion: taking it out and putting it back makes the first entry the least recently used.
    if (opened) this.opened.delete(path);
    else {
      if (this.opened.size >= this.most) this.release(this.opened.keys().next().value!);
      opened = { file: goneOr(path, () => openNow(path)), datasets: new Map() };
    }
    this.opened.set(path, opened);
    return opened;
  }
}

/** A 32nd of what the process may open: several workers of one process each have the run open, and sockets are needed, too. */
function mostOpen(): number {
  let limit = 4096;
  try {
    limit = Number(/^Max open files\s+(\d+|unlimited)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]?.replace('unlimited', '1e6') ?? limit);
  } catch {
    // Not on Linux: the usual limit.
  }
  return Math.max(16, Math.min(MOST_OPEN, Math.floor(limit / 32)));
}
