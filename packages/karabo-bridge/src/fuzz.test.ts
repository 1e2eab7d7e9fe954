import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BridgeError, decode, encode, type BridgeTrain } from './index.ts';
import { goldenFrames, goldenNames, OWN_GOLDEN } from './golden-messages.test.support.ts';

const messages = goldenNames(OWN_GOLDEN).map((name) => goldenFrames(name));

/** Decodes; anything but a train or a BridgeError fails the test. What was accepted can be sent again. */
function survive(frames: Uint8Array[]): void {
  let train: BridgeTrain;
  try {
    train = decode(frames);
  } catch (error) {
    expect(error).toBeInstanceOf(BridgeError);
    return;
  }
  for (const version of ['1.0', '2.2'] as const) {
    try {
      encode(train, version);
    } catch (error) {
      expect(error).toBeInstanceOf(BridgeError); // such as an array inside a list, or a value called metadata
    }
  }
}

test('every truncation of every frame', () => {
  for (const frames of messages) {
    for (const [i, frame] of frames.entries()) {
      const step = Math.max(1, Math.floor(frame.length / 300));
      for (let length = 0; length < frame.length; length += step) survive(frames.with(i, frame.subarray(0, length)));
    }
    for (let count = 0; count < frames.length; count++) survive(frames.slice(0, count));
  }
});

test('bytes overwritten anywhere', () => {
  const edits = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.nat(messages.length - 1), edits, (which, changes) => {
      const frames = messages[which].map((frame) => Uint8Array.from(frame));
      for (const [f, at, byte] of changes) {
        const frame = frames[f % frames.length];
        if (frame.length > 0) frame[at % frame.length] = byte;
      }
      survive(frames);
    }),
    { numRuns: 4000 },
  );
});

test('frames of noise', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 6 }), (frames) => survive(frames)),
    { numRuns: 2000 },
  );
});
