import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { headerExtent, parseHeader, PREFIX_BYTES, type NpyHeader } from './npy-header.ts';
import { StackError } from './stack-error.ts';

/** Bytes of neighbouring frames gathered at once from a file in Fortran order, where every frame is spread over the whole file. */
const GATHER_BYTES = 64 * 1024 * 1024;
const READ_BYTES = 8 * 1024 * 1024;

/** An open `.npy` file, read at positions and never whole. */
export class NpyFile {
  readonly header: NpyHeader;
  /** Product of all axes but the first; 1 for a list of numbers. */
  readonly frameItems: number;
  private readonly path: string;
  private readonly descriptor: number;
  private readonly memory: { gather: number; read: number };
  private closed = false;
  private gathered: { start: number; stop: number; bytes: Uint8Array } | undefined;

  /** Errors: STACK_MISSING, NPY_HEADER, NPY_PICKLED, NPY_TYPE, NPY_TRUNCATED. */
  constructor(path: string, memory: { gather: number; read: number } = { gather: GATHER_BYTES, read: READ_BYTES }) {
    this.path = path;
    this.memory = memory;
    try {
      this.descriptor = openSync(path, 'r');
    } catch (error) {
      throw new StackError('STACK_MISSING', path, `The file cannot be opened: ${error instanceof Error ? error.message.split(',')[0] : String(error)}`);
    }
    try {
      this.header = this.readHeader();
    } catch (error) {
      closeSync(this.descriptor);
      throw error;
    }
    this.frameItems = this.header.shape.slice(1).reduce((product, length) => product * length, 1);
  }

  get frameBytes(): number {
    return this.frameItems * this.header.itemSize;
  }

  /** Reads `count` frames from `start` as little-endian values in C order. */
  readFrames(start: number, count: number, target: Uint8Array): void {
    const length = count * this.frameBytes;
    if (!this.header.fortran || this.header.shape.length < 2) this.readAt(this.header.offset + start * this.frameBytes, target.subarray(0, length));
    else for (let i = 0; i < count; i += 1) target.set(this.gatheredFrame(start + i), i * this.frameBytes);
    if (this.header.bigEndian) swap(target.subarray(0, length), this.header.text ? 4 : this.header.itemSize);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.gathered = undefined;
    closeSync(this.descriptor);
  }

  private readHeader(): NpyHeader {
    const { size } = fstatSync(this.descriptor);
    const prefix = new Uint8Array(Math.min(PREFIX_BYTES, size));
    this.readAt(0, prefix);
    const { start, length } = headerExtent(prefix, this.path);
    if (start + length > size) throw new StackError('NPY_TRUNCATED', this.path, `The header takes ${start + length} bytes, the file has ${size}`);
    const text = new Uint8Array(length);
    this.readAt(start, text);
    const header = parseHeader(new TextDecoder(prefix[6] === 3 ? 'utf-8' : 'latin1').decode(text), start + length, this.path);
    const bytes = header.shape.reduce((product, n) => product * n, header.itemSize);
    if (header.offset + bytes > size) throw new StackError('NPY_TRUNCATED', this.path, `Values of shape (${header.shape.join(', ')}) take ${bytes} bytes, the file has ${size - header.offset}: copy it again`);
    return header;
  }

  private readAt(position: number, target: Uint8Array): void {
    if (this.closed) throw new StackError('STACK_CLOSED', this.path, 'The file is closed');
    for (let done = 0; done < target.length; ) {
      const read = readSync(this.descriptor, target, done, Math.min(target.length - done, 1 << 30), position + done);
      if (read === 0) throw new StackError('NPY_TRUNCATED', this.path, `The file ends at byte ${position + done}: it became shorter while it was read`);
      done += read;
    }
  }

  /** One frame of a file in Fortran order, from the neighbours gathered last or by another pass over the file. */
  private gatheredFrame(frame: number): Uint8Array {
    if (!this.gathered || frame < this.gathered.start || frame >= this.gathered.stop) {
      const most = Math.max(1, Math.floor(this.memory.gather / Math.max(1, this.frameBytes)));
      const start = frame - (frame % most);
      this.gathered = this.gather(start, Math.min(this.header.shape[0], start + most));
    }
    const { start, bytes } = this.gathered;
    return bytes.subarray((frame - start) * this.frameBytes, (frame - start + 1) * this.frameBytes);
  }

  /** In Fortran order the values of all frames at one place of the frame lie together; the places follow with the first axis fastest. */
  private gather(start: number, stop: number): { start: number; stop: number; bytes: Uint8Array } {
    const { itemSize, offset, shape } = this.header;
    const frames = shape[0];
    const count = stop - start;
    const bytes = new Uint8Array(count * this.frameBytes);
    const axes = shape.slice(1);
    const strides = axes.map((_, axis) => axes.slice(axis + 1).reduce((product, length) => product * length, 1));
    const index = axes.map(() => 0);
    let target = 0;
    const step = (): void => {
      for (let axis = 0; axis < axes.length; axis += 1) {
        target += strides[axis];
        if (++index[axis] < axes[axis]) return;
        target -= axes[axis] * strides[axis];
        index[axis] = 0;
      }
    };
    // Either many whole places at once, or of each place only the wanted frames.
    const places = Math.max(1, Math.floor(this.memory.read / (frames * itemSize)));
    const whole = frames * itemSize <= this.memory.read;
    const buffer = new Uint8Array(whole ? places * frames * itemSize : count * itemSize);
    for (let place = 0; place < this.frameItems; place += places) {
      const here = Math.min(places, this.frameItems - place);
      const from = offset + (place * frames + (whole ? 0 : start)) * itemSize;
      this.readAt(from, whole ? buffer.subarray(0, here * frames * itemSize) : buffer);
      for (let p = 0; p < here; p += 1) {
        const base = whole ? (p * frames + start) * itemSize : 0;
        for (let frame = 0; frame < count; frame += 1) {
          const to = (frame * this.frameItems + target) * itemSize;
          for (let b = 0; b < itemSize; b += 1) bytes[to + b] = buffer[base + frame * itemSize + b]!;
        }
        step();
      }
    }
    return { start, stop, bytes };
  }
}

/** Reverses the bytes of each element. */
function swap(bytes: Uint8Array, itemSize: number): void {
  const buffer = Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
  if (itemSize === 2) buffer.swap16();
  else if (itemSize === 4) buffer.swap32();
  else if (itemSize === 8) buffer.swap64();
}
