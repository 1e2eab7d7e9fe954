import { YardError } from '@trainyard/core';
import { openHdf5, type Hdf5Dataset, type Hdf5File } from '@trainyard/hdf5';
import { FORMAT, VERSION } from './recording-format.ts';

/** A recorded stream, opened; messages are read when asked for. */
export class Recording {
  readonly messages: number;
  readonly endpoint: string;
  readonly #file: Hdf5File;
  readonly #first: Float64Array;
  readonly #frames: Float64Array;
  /** Milliseconds since 1970 of each message. */
  readonly received: Float64Array;
  readonly trainIds: Float64Array;
  readonly #offset: Float64Array;
  readonly #length: Float64Array;
  readonly #bytes: Hdf5Dataset;

  private constructor(file: Hdf5File) {
    this.#file = file;
    const numbers = (name: string): Float64Array => Float64Array.from(file.dataset(name).read() as BigUint64Array | Float64Array, Number);
    this.endpoint = String(file.attribute('endpoint') ?? '');
    this.#first = numbers('messages/first');
    this.#frames = numbers('messages/frames');
    this.received = numbers('messages/received').map((seconds) => seconds * 1000);
    this.trainIds = numbers('messages/train_id');
    this.#offset = numbers('frames/offset');
    this.#length = numbers('frames/length');
    this.#bytes = file.dataset('frames/bytes');
    this.messages = this.#first.length;
    const total = this.#bytes.shape[0] ?? 0;
    const whole = [this.#frames, this.received, this.trainIds].every(({ length }) => length === this.messages) && this.#length.length === this.#offset.length
      && this.#first.every((first, i) => Number.isSafeInteger(first) && first + this.#frames[i]! <= this.#offset.length)
      && this.#offset.every((offset, i) => Number.isSafeInteger(offset) && offset + this.#length[i]! <= total);
    if (!whole) throw new YardError('RECORDING_DAMAGED', `The recording ${file.filename} names messages that it does not hold: it was changed, or copied while it was written.`);
  }

  /** Throws `RECORDING_FORMAT`, `RECORDING_DAMAGED`, and what opening an HDF5 file throws. */
  static async open(path: string): Promise<Recording> {
    const file = await openHdf5(path);
    const [format, version] = [file.attribute('format'), Number(file.attribute('version'))];
    if (format !== FORMAT || version !== VERSION) {
      file.close();
      throw new YardError('RECORDING_FORMAT', format === FORMAT ? `${path} is a recording of version ${version}; this program reads version ${VERSION}.` : `${path} is no recording of a stream: yard stream record makes one; a run goes out with yard stream send.`);
    }
    try {
      return new Recording(file);
    } catch (error) {
      file.close();
      if (error instanceof YardError) throw error;
      throw new YardError('RECORDING_DAMAGED', `${path} cannot be read: ${(error as Error).message}`);
    }
  }

  /** The frames of a message as they came. */
  message(i: number): Uint8Array[] {
    const first = this.#first[i]!;
    return Array.from({ length: this.#frames[i]! }, (_, k) => {
      const [offset, length] = [this.#offset[first + k]!, this.#length[first + k]!];
      const frame = new Uint8Array(length);
      this.#bytes.readInto(frame, [[offset, offset + length]]);
      return frame;
    });
  }

  close(): void {
    this.#file.close();
  }
}
