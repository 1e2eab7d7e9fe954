import type { NumericArray } from '@trainyard/hdf5';

/** One frame: numpy's dtype name, its shape, its values flat in C order (booleans as 0/1 bytes). */
export interface Frame {
  dtype: string;
  shape: number[];
  data: NumericArray;
}

/** Frames along the first axis of an array on disk; each is read when asked for. */
export interface Stack {
  /** Length of the first axis. */
  readonly frames: number;
  /** The other axes; `[]` for a list of numbers. */
  readonly frameShape: number[];
  /** numpy's name of the element type. */
  readonly dtype: string;
  /** Bytes of one frame. */
  readonly frameBytes: number;
  /** Where it lies: `FILE` or `FILE:/path`. */
  readonly where: string;
  /** The train ID that stands for a frame: its index, counted from 0. */
  trainIdOf(frame: number): number;
  readFrame(frame: number): Frame;
  /** Reads a frame into the caller's bytes and returns how many were written. */
  readFrameInto(frame: number, target: Uint8Array): number;
  close(): void;
}
