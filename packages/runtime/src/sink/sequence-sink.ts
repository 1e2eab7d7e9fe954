import { blockOf } from '@trainyard/core';
import type { FileData } from './file-messages.ts';
import { FileSink } from './file-sink.ts';

/** Train IDs of one file, when nothing else is said: 512 blocks, at 10 Hz 55 minutes. A power of two, so that a whole file is one node of a reducer's tree. */
export const FILE_TRAINS = 32_768;
/** Bytes that stay free on the disk. */
const RESERVE = 2 * 1024 ** 3;

/** What a sequence of files is made with. */
export interface SequenceData extends Omit<FileData, 'path' | 'force' | 'sequence'> {
  readonly folder: string;
  /** Before the number: `NAME-0001.h5`. */
  readonly name: string;
  /** Train IDs of one file, a multiple of 64. */
  readonly trains?: number | undefined;
  readonly reserve?: number;
}

/**
 * Results in a sequence of closed files, each whole by itself: kill -9 costs the open one at most. They are cut at multiples of `trains` train IDs, and at any
 * block where a file has become too large or the stream began anew.
 */
export class SequenceSink extends FileSink {
  #trains = FILE_TRAINS;
  /** The train that was taken last. */
  #last: number | undefined;
  #wantsPart = false;

  /** Makes the folder where it is missing, and begins the first file. Throws `OUT_FOLDER` and the like before any train is read. */
  static async openFolder({ folder, name, trains, reserve = RESERVE, ...data }: SequenceData): Promise<SequenceSink> {
    const sink = new SequenceSink(...(await FileSink.begin({ path: folder, force: false, sequence: { name, reserve }, ...data })), true);
    sink.#trains = trains ?? FILE_TRAINS;
    return sink;
  }

  override beginsPart(trainId: number): boolean {
    const last = this.#last;
    this.#last = trainId;
    if (last === undefined) return false;
    const begins = trainId <= last || (blockOf(trainId) !== blockOf(last) && (this.#wantsPart || Math.floor(trainId / this.#trains) !== Math.floor(last / this.#trains)));
    if (begins) this.#wantsPart = false;
    return begins;
  }

  beginPart(trainId: number): void {
    this.send({ type: 'next', trainId });
  }

  protected override wantsPart(): void {
    this.#wantsPart = true;
  }
}
