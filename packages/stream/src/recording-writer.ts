import { AppendFile, Column } from '@trainyard/nexus/file';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { YardError } from '@trainyard/core';
import { FORMAT, VERSION } from './recording-format.ts';

/** What a process that is killed loses at most. */
const COMMIT_MS = 2000;

type Columns = { readonly [name in 'first' | 'frames' | 'received' | 'trainId' | 'offset' | 'length' | 'bytes']: Column };

/** Writes messages as they come; what was added two seconds ago is in a whole HDF5 file at `PATH.part` at every moment. */
export class RecordingWriter {
  readonly path: string;
  messages = 0;
  /** Bytes of all frames. */
  bytes = 0;
  readonly #file: AppendFile;
  readonly #columns: Columns;
  readonly #force: boolean;
  #frames = 0;
  #committed = performance.now();
  /** Messages that are in the file whatever happens. */
  #kept = 0;

  /** Throws `RECORDING_EXISTS` for a file of that name unless `force`, `RECORDING_PATH` where none can be made. */
  constructor(path: string, about: { readonly endpoint: string; readonly socket: string }, force = false) {
    if (existsSync(path) && !force) throw new YardError('RECORDING_EXISTS', `There is a file ${path} already: choose another name, or --force.`);
    if (existsSync(`${path}.part`)) throw new YardError('RECORDING_EXISTS', `${path}.part is there: a recording is being written, or was cut off. It can be replayed as it is; move it away to record anew.`);
    this.path = path;
    this.#force = force;
    try {
      this.#file = new AppendFile(`${path}.part`);
      this.#columns = this.#layOut(about);
    } catch (error) {
      rmSync(`${path}.part`, { force: true });
      throw new YardError('RECORDING_PATH', `${path} cannot be written: ${(error as Error).message}.`);
    }
  }

  #layOut(about: { readonly endpoint: string; readonly socket: string }): Columns {
    const file = this.#file;
    const { root } = file;
    for (const [name, value] of Object.entries({ format: FORMAT, version: VERSION, ...about })) root.attributes.set(name, value);
    const column = (group: string, name: string, type: 'uint64' | 'float64' | 'uint8', chunk?: number): Column => {
      const made = new Column(file, type, [], chunk);
      root.group(group).members.set(name, made);
      return made;
    };
    const columns: Columns = {
      first: column('messages', 'first', 'uint64'), frames: column('messages', 'frames', 'uint64'), received: column('messages', 'received', 'float64'), trainId: column('messages', 'train_id', 'uint64'),
      offset: column('frames', 'offset', 'uint64'), length: column('frames', 'length', 'uint64'), bytes: column('frames', 'bytes', 'uint8', 4 * 1024 * 1024),
    };
    file.commit();
    return columns;
  }

  /** Adds one message; its frames are copied before this returns. `received`: milliseconds since 1970. Throws `RECORDING_WRITE`. */
  add(frames: readonly Uint8Array[], received: number, trainId: number): void {
    this.#writing(() => this.#add(frames, received, trainId));
  }

  #add(frames: readonly Uint8Array[], received: number, trainId: number): void {
    const { first, frames: count, received: at, trainId: id, offset, length, bytes } = this.#columns;
    first.pushUint64(this.#frames);
    count.pushUint64(frames.length);
    at.pushFloat64(received / 1000);
    id.pushUint64(trainId);
    for (const frame of frames) {
      offset.pushUint64(this.bytes);
      length.pushUint64(frame.byteLength);
      bytes.push(frame, frame.byteLength);
      this.bytes += frame.byteLength;
    }
    this.#frames += frames.length;
    this.messages += 1;
    if (performance.now() - this.#committed < COMMIT_MS) return;
    this.#file.commit();
    this.#kept = this.messages;
    this.#committed = performance.now();
  }

  /** Ends it and gives it its name. Throws `RECORDING_WRITE`. */
  close(): void {
    this.#writing(() => this.#file.close());
    if (this.#force) rmSync(this.path, { force: true });
    renameSync(`${this.path}.part`, this.path);
  }

  /** Ends it as it is: `PATH.part` has what was committed; where that is nothing, it goes. */
  abandon(): void {
    try {
      this.#file.abandon();
    } catch {
      // What is closed already, or cannot be written, stays as it is.
    }
    if (this.#kept === 0) rmSync(`${this.path}.part`, { force: true });
  }

  #writing(write: () => void): void {
    try {
      write();
    } catch (error) {
      const left = this.#kept > 0 ? `What came before, ${this.#kept} messages, is in ${this.path}.part, which can be replayed as it is.` : 'Nothing of it is kept.';
      this.abandon();
      throw new YardError('RECORDING_WRITE', `${this.path} cannot be written any further: ${(error as Error).message}. ${left}`);
    }
  }
}
