import type { Worker } from 'node:worker_threads';
import { afterEach, expect, test } from 'vitest';
import { decodeValue, type PictureData, type Rendition } from '@trainyard/control';
import { FinishedTrain } from '../engine/finished-train.ts';
import { LiveSink } from '../sink/live-sink.ts';
import { FrameBoard, type Board } from './frame-board.ts';
import { FrameMaker } from './frame-maker.ts';
import type { Frame } from './frame.ts';

const WHOLE: Rendition = { as: 'whole' };
const PICTURE: Rendition = { as: 'picture', block: 1, scale: 'linear', bits: 16 };
const SIDE = 300;

let frames: FrameBoard;
afterEach(() => frames.end());

interface Yard {
  readonly live: LiveSink;
  readonly made: Board[];
  /** Trains whose buffers went back. */
  readonly released: number[];
  /** A train with an image of the number itself. */
  readonly give: (seq: number) => void;
  readonly nextMade: () => Promise<void>;
}

function yard(): Yard {
  const live = new LiveSink();
  frames = new FrameBoard(live);
  const made: Board[] = [];
  const released: number[] = [];
  let tell: () => void = () => undefined;
  frames.onMade = (board) => {
    made.push(board);
    tell();
  };
  return {
    live, made, released,
    give: (seq) => {
      const memory = new SharedArrayBuffer(SIDE * SIDE * 4);
      new Float32Array(memory).fill(seq);
      const train = new FinishedTrain(seq, 1000 + seq, new Map([['v/image', { outcome: { code: 0, value: { '~at': 0, shape: [SIDE, SIDE], dtype: 'float32' } }, memory }], ['v/n', { outcome: { code: 0, value: seq }, memory: undefined }]]), () => {
        new Float32Array(memory).fill(-1);
        released.push(seq);
      }, 5000 + seq);
      live.train(train);
      train.letGo();
    },
    nextMade: () => new Promise((resolve) => (tell = resolve)),
  };
}

function read(frame: Frame | undefined): { trainId: number; at: number | undefined; low: number } {
  const { trainId, at, value } = decodeValue(frame!.bytes);
  return { trainId, at, low: (value as PictureData).low };
}

test('a small value is there at once, the same bytes for all who want it; for who has it already there is nothing', () => {
  const { give } = yard();
  give(0);
  const [one, two] = [frames.open({ key: 'a', id: 'v/n', as: WHOLE }), frames.open({ key: 'b', id: 'v/n', as: WHOLE })];
  expect(one).toBe(two);
  const frame = frames.newer(one, -1)!;
  expect(frames.newer(two, -1)!.bytes).toBe(frame.bytes);
  expect(decodeValue(frame.bytes)).toEqual({ id: 'v/n', trainId: 1000, at: 5000, value: 0 });
  expect(frames.newer(one, frame.seq)).toBeUndefined();
  give(1);
  expect(decodeValue(frames.newer(one, frame.seq)!.bytes).value).toBe(1);
});

test('a large one is made by the thread from memory that nobody writes over meanwhile; trains that come then are skipped', async () => {
  const { give, nextMade, made, released } = yard();
  const board = frames.open({ key: 'a', id: 'v/image', as: PICTURE });
  give(0);
  expect(frames.newer(board, -1)).toBeUndefined();
  for (let seq = 1; seq < 20; seq += 1) {
    give(seq);
    expect(frames.newer(board, -1)).toBeUndefined();
  }
  // Train 0 is with the thread: what came after it went, but for the newest.
  expect(released).toEqual(Array.from({ length: 18 }, (_, i) => i + 1));
  await nextMade();
  expect(read(board.frame)).toEqual({ trainId: 1000, at: 5000, low: 0 });
  expect(released).toContain(0);
  expect(frames.newer(board, 0)).toBeUndefined();
  await nextMade();
  expect(read(board.frame)).toEqual({ trainId: 1019, at: 5019, low: 19 });
  expect(frames.newer(board, 0)).toBe(board.frame);
  expect(made).toHaveLength(2);
});

test('bytes that somebody still sends are not written over; those that nobody needs are used again', async () => {
  const { give, nextMade } = yard();
  const board = frames.open({ key: 'a', id: 'v/image', as: PICTURE });
  const next = async (seq: number): Promise<Frame> => {
    give(seq);
    frames.newer(board, -1);
    await nextMade();
    return board.frame!;
  };
  const sent = await next(0);
  sent.hold();
  const seen = [(await next(1)).bytes.buffer, (await next(2)).bytes.buffer, (await next(3)).bytes.buffer];
  expect(read(sent).low).toBe(0);
  sent.letGo();
  // It went back to the thread with its memory.
  expect(sent.bytes.byteLength).toBe(0);
  expect(new Set(seen).size).toBe(3);
  expect(read(board.frame).low).toBe(3);
});

test('what all have who want it is not kept', async () => {
  const { give, nextMade } = yard();
  const [board] = [frames.open({ key: 'a', id: 'v/image', as: PICTURE }), frames.open({ key: 'b', id: 'v/image', as: PICTURE })];
  give(0);
  frames.newer(board, -1);
  await nextMade();
  const frame = board.frame!;
  frame.hold();
  frames.took(board);
  expect(frames.newer(board, -1)).toBe(frame);
  frames.took(board);
  expect(board.frame).toBeUndefined();
  expect(read(frame).low).toBe(0);
  frame.letGo();
  expect(frame.bytes.byteLength).toBe(0);
});

test('nobody wants it any more while it is made: nothing is kept, no train is held', async () => {
  const { give, live, released, made } = yard();
  const board = frames.open({ key: 'a', id: 'v/image', as: PICTURE });
  give(0);
  frames.newer(board, -1);
  frames.close(board);
  await live.close();
  await expect.poll(() => released).toEqual([0]);
  expect(made).toEqual([]);
  expect(board.frame).toBeUndefined();
});

test('a picture of what is none is the whole value; null is nothing', () => {
  const { give, live } = yard();
  give(7);
  const board = frames.open({ key: 'a', id: 'v/n', as: PICTURE });
  expect(decodeValue(frames.newer(board, -1)!.bytes).value).toBe(7);
  const train = new FinishedTrain(8, 8, new Map([['karabo#A/B/C.d', { outcome: { code: 0, value: null }, memory: undefined }]]), () => undefined);
  live.train(train);
  expect(frames.newer(frames.open({ key: 'b', id: 'karabo#A/B/C.d', as: WHOLE }), -1)).toBeUndefined();
});

test('the thread dies: the train it has is let go, that is said once, and the next ones are made', async () => {
  const { give, live, released } = yard();
  const maker = new FrameMaker();
  const said: string[] = [];
  maker.onSay = (text) => said.push(text);
  const newest = (): NonNullable<ReturnType<LiveSink['newest']>> => live.newest('v/image')!;
  let thread: Worker | undefined;
  const seen = (worker: Worker): void => void (thread = worker);
  process.on('worker', seen);
  give(0);
  const made = (from: typeof newest): Promise<Frame | undefined> => new Promise((resolve) => maker.make({ id: 'v/image', as: PICTURE, newest: from, made: resolve }));
  expect(read(await made(newest)).low).toBe(0);
  for (const seq of [1, 2]) {
    // It does not read what comes now, and we do not know it yet.
    void thread!.terminate();
    expect(await made(newest)).toBeUndefined();
    give(seq);
    expect(released).toContain(seq - 1);
    expect(read(await made(newest)).low).toBe(seq);
  }
  process.off('worker', seen);
  expect(said).toEqual([expect.stringMatching(/The thread that makes pictures for viewers has ended \(.*\); it is started again/)]);
  await maker.close();
});

test('what the thread says after the end is not listened to', async () => {
  const { give, live, released } = yard();
  const maker = new FrameMaker();
  const newest = (): NonNullable<ReturnType<LiveSink['newest']>> => live.newest('v/image')!;
  give(0);
  const make = (): Promise<Frame | undefined> => new Promise((resolve) => maker.make({ id: 'v/image', as: PICTURE, newest, made: resolve }));
  await make();
  const last = make();
  // The thread has answered by then, and nobody has read it.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  await maker.close();
  expect(await last).toBeUndefined();
  await live.close();
  expect(released).toEqual([0]);
});
