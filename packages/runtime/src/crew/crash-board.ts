import { mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { endpointFolder } from '../control/endpoint-file.ts';
import { BoardSlot, SLOT_BYTES, readSlot, type BoardPlace } from '../worker/board-slot.ts';

/** What a process did when it died. */
export interface LastMoments {
  /** The last train whose results were through. */
  readonly lastTrainId: number | undefined;
  /** Views that ran, one for each worker that was busy. */
  readonly running: readonly { readonly view: string; readonly trainId: number }[];
}

/** A small file beside the endpoint's, in memory where the system has `XDG_RUNTIME_DIR`: the first slot says the last train, each worker has one. */
export class CrashBoard {
  readonly #file = fileOf(process.pid);
  readonly #fd: number;
  readonly #free: number[] = [];
  readonly #trains: BoardSlot;
  #slots = 1;

  constructor() {
    mkdirSync(endpointFolder(), { recursive: true, mode: 0o700 });
    this.#fd = openSync(this.#file, 'w', 0o600);
    this.#trains = new BoardSlot({ fd: this.#fd, at: 0 });
  }

  /** The place of one worker. */
  place(): BoardPlace {
    return { fd: this.#fd, at: this.#free.pop() ?? SLOT_BYTES * this.#slots++ };
  }

  /** The worker is gone: nothing runs there. */
  vacate({ fd, at }: BoardPlace): void {
    writeSync(fd, new Uint8Array(SLOT_BYTES), 0, SLOT_BYTES, at);
    this.#free.push(at);
  }

  /** The results of a train are through. */
  train(trainId: number): void {
    this.#trains.enter('', trainId);
  }

  /** The file goes; it stays open, since a thread that still ends may write: its number must not become that of another file. */
  close(): void {
    rmSync(this.#file, { force: true });
  }
}

/** What a process that crashed wrote last; the board is removed. Undefined when it had none. */
export function takeLastMoments(pid: number): LastMoments | undefined {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(fileOf(pid));
  } catch {
    return undefined;
  }
  rmSync(fileOf(pid), { force: true });
  const slots = Array.from({ length: Math.ceil(bytes.length / SLOT_BYTES) }, (_, i) => {
    const slot = new Uint8Array(SLOT_BYTES);
    slot.set(bytes.subarray(i * SLOT_BYTES, (i + 1) * SLOT_BYTES));
    return readSlot(slot);
  });
  const [trains, ...workers] = slots;
  return { lastTrainId: trains && trains.trainId > 0 ? trains.trainId : undefined, running: workers.filter(({ view }) => view !== '') };
}

function fileOf(pid: number): string {
  return join(endpointFolder(), `${pid}.board`);
}
