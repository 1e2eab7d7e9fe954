import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addInStage, bitsByStage, blankFar, forceStages } from './by-stage.ts';
import { CommonMode } from './common-mode.ts';
import { JUNGFRAU_CODE, LPD_CODE, NO_STAGE, StageCorrection, type StagesBy } from './gain-stages.ts';
import * as twin from './gain-stages.twin.ts';
import { errorCode as code } from './testing.ts';

const bits = (values: Float32Array): number[] => Array.from(new Uint32Array(values.buffer, values.byteOffset, values.length));
const number = fc.oneof({ weight: 20, arbitrary: fc.float({ min: -20_000, max: 20_000, noNaN: true }) }, fc.constantFrom(Number.NaN, Infinity, -Infinity, 0, -0, 1e30));
const word = fc.oneof(fc.integer({ min: 0, max: 65_535 }), fc.constantFrom(0, 65_535));

/** A correction of some images of any size with any constants. */
const any = (by: StagesBy): fc.Arbitrary<{ made: StageCorrection; image: number; raw: Uint16Array; digital: Uint16Array; at: number }> =>
  fc.record({ pixels: fc.integer({ min: 1, max: 40 }), images: fc.integer({ min: 1, max: 3 }), at: fc.integer({ min: 0, max: 5 }), image: fc.nat({ max: 2 }) }).chain(({ pixels, images, at, image }) => {
    const made = new StageCorrection(by, pixels, images, { most: by === 'threshold' ? 1e7 : Infinity, steps: true });
    const list = <T>(one: fc.Arbitrary<T>, n: number): fc.Arbitrary<T[]> => fc.array(one, { minLength: n, maxLength: n });
    const planes = list(number, pixels * made.stages * images);
    return fc.tuple(planes, planes, list(number, pixels * 2 * images), list(word, pixels + at), list(word, pixels + at)).map(([offset, factor, thresholds, raw, digital]) => {
      for (let n = 0; n < images; n++) {
        for (let g = 0; g < made.stages; g++) made.put(n, g, offset.slice((n * made.stages + g) * pixels), factor.slice((n * made.stages + g) * pixels));
        if (by === 'threshold') made.putThresholds(n, thresholds.slice(2 * n * pixels), thresholds.slice((2 * n + 1) * pixels));
      }
      return { made, image: image % images, raw: Uint16Array.from(raw), digital: Uint16Array.from(digital), at };
    });
  });

describe('StageCorrection', () => {
  it('property: has the bits of its plain twin, for any size, place and constants', () => {
    for (const by of ['threshold', JUNGFRAU_CODE, LPD_CODE, { zero: 256 }] as const) {
      fc.assert(fc.property(any(by), ({ made, image, raw, digital, at }) => {
        const out = new Float32Array(made.pixels + 2);
        made.run(image, raw, at, out, 2, digital, at);
        expect(bits(out.subarray(2))).toEqual(bits(twin.corrected(raw.subarray(at), digital.subarray(at), by, made.constants(image), made.most)));
      }), { numRuns: 60 });
    }
  });

  it('property: in steps it has the same bits, and those of the plain twin in between', () => {
    for (const by of ['threshold', JUNGFRAU_CODE, LPD_CODE, { zero: 256 }] as const) {
      fc.assert(fc.property(any(by), ({ made, image, raw, digital, at }) => {
        const [out, steps] = [new Float32Array(made.pixels), new Float32Array(made.pixels + 1)];
        made.run(image, raw, at, out, 0, digital, at);
        made.split(image, raw, at, digital, at);
        const plain = twin.split(raw.subarray(at), digital.subarray(at), by, made.constants(image));
        expect([...made.stage]).toEqual([...plain.stage]);
        expect(bits(made.values)).toEqual(bits(plain.values));
        made.scale(image, steps, 1);
        expect(bits(steps.subarray(1))).toEqual(bits(out));
      }), { numRuns: 50 });
    }
  });

  it('property: the common mode has the bits of CommonMode', () => {
    fc.assert(fc.property(fc.constantFrom([3, 4], [1, 8], [6, 2], [2, 8], [6, 4]), fc.integer({ min: 1, max: 3 }), fc.boolean(), fc.array(fc.tuple(fc.integer({ min: 0, max: 120 }), fc.constantFrom(0, 0, 0, 1, 3), fc.boolean()), { minLength: 48, maxLength: 48 }), (block, passes, skipBad, pixels) => {
      const made = new StageCorrection(JUNGFRAU_CODE, 48, 2, { steps: true });
      for (let g = 0; g < 3; g++) made.put(1, g, pixels.map((_, i) => 50 + i / 7), 1, g === 0 ? pixels.map(([, , bad]) => Number(bad)) : undefined);
      made.split(1, Uint16Array.from(pixels, ([v, code]) => v | (code << 14)), 0);
      const commonMode = new CommonMode(6, 8, { block: block as [number, number], range: [-40, 45], least: 2, passes });
      const plain = made.values.slice();
      commonMode.run(plain, 0, { stage: made.stage.slice(), bad: skipBad ? Uint8Array.from(pixels, ([, , bad]) => Number(bad)) : undefined });
      made.shift(1, commonMode, skipBad);
      expect(bits(made.values)).toEqual(bits(plain));
    }));
  });

  it('is the same for images of more than one tile', () => {
    const n = 40_003;
    const made = new StageCorrection('threshold', n, 1);
    for (let g = 0; g < 3; g++) made.put(0, g, Float32Array.from({ length: n }, (_, i) => 4000 + g * 900 + (i % 97)), Float32Array.from({ length: n }, (_, i) => 1 + g * 20 + (i % 7) / 8));
    made.putThresholds(0, new Float32Array(n).fill(6000.5), new Float32Array(n).fill(7000.25));
    const raw = Uint16Array.from({ length: n }, (_, i) => (i * 7919) % 16_384);
    const digital = Uint16Array.from({ length: n }, (_, i) => 5000 + ((i * 31) % 3000));
    const out = new Float32Array(n);
    made.run(0, raw, 0, out, 0, digital, 0);
    expect(bits(out)).toEqual(bits(twin.corrected(raw, digital, 'threshold', made.constants(0), Infinity)));
    expect(code(() => made.split(0, raw, 0))).toBe('STAGE_STEPS');
  });

  it('takes thresholds strictly, NaN as never passed, and the second one also where it is below the first', () => {
    const made = new StageCorrection('threshold', 5, 1);
    for (let g = 0; g < 3; g++) made.put(0, g, new Float32Array(5), [1, 1, 1, 1, 1].map((v) => v * 10 ** g));
    made.putThresholds(0, [10, 10.5, NaN, 20, 65_535], [20, 20, NaN, 10, 65_535]);
    const out = new Float32Array(5);
    const at = (digital: number[]): number[] => (made.run(0, Uint16Array.of(1, 1, 1, 1, 1), 0, out, 0, Uint16Array.from(digital), 0), [...out]);
    expect(at([10, 10, 65_535, 10, 65_535])).toEqual([1, 1, 1, 1, 1]);
    expect(at([11, 11, 0, 11, 0])).toEqual([10, 10, 1, 100, 1]);
    expect(at([20, 21, 0, 21, 0])).toEqual([10, 100, 1, 100, 1]);
  });

  it('makes a pixel NaN that is bad in its stage, or has no stage', () => {
    const made = new StageCorrection(JUNGFRAU_CODE, 4, 1);
    made.put(0, 0, [1, 1, 1, 1], 2, [0, 1, 0, 0]);
    made.put(0, 1, [1, 1, 1, 1], -2);
    made.put(0, 2, [1, 1, 1, 1], [1, 1, 1, NaN]);
    const out = new Float32Array(4);
    made.run(0, Uint16Array.of(5, 5, 0x4005, 0x8005), 0, out, 0);
    expect([...out]).toEqual([8, NaN, -8, NaN]);
    made.run(0, Uint16Array.of(5, 0x4005, 0xc005, 0xc005), 0, out, 0);
    expect([...out]).toEqual([8, -8, 4, NaN]);
  });

  it('refuses what does not fit', () => {
    expect(code(() => new StageCorrection('threshold', 0, 1))).toBe('STAGE_PIXELS');
    expect(code(() => new StageCorrection('threshold', 2 ** 20, 400))).toBe('KERNEL_MEMORY');
    const made = new StageCorrection('threshold', 4, 1);
    expect(code(() => made.run(1, new Uint16Array(4), 0, new Float32Array(4), 0))).toBe('STAGE_IMAGE');
    expect(code(() => made.run(0, new Uint16Array(3), 0, new Float32Array(4), 0))).toBe('KERNEL_LENGTH');
    expect(code(() => made.run(0, new Uint16Array(4), 0, new Float32Array(4), 0, new Uint16Array(4), 1))).toBe('KERNEL_LENGTH');
    expect(code(() => made.put(0, 0, [1], 1))).toBe('KERNEL_LENGTH');
  });
});

describe('the steps by stage', () => {
  const made = new StageCorrection('threshold', 4, 1);
  for (let g = 0; g < 3; g++) made.put(0, g, [100 * g, 100 * g, 100 * g, 100 * g], 1);

  it('forces the gain by what is left after the offset', () => {
    const stage = Uint8Array.of(2, 2, 1, NO_STAGE);
    const raw = Uint16Array.of(150, 150, 60, 1);
    const values = new Float32Array(4);
    const forced = (medium: number, high: number): number[] => {
      const out = stage.slice();
      forceStages(raw, 0, made.constants(0), medium, high, out, values.fill(-1));
      return [...out];
    };
    expect(forced(60, 100)).toEqual([1, 1, 0, NO_STAGE]);
    expect([...values]).toEqual([50, 50, 60, -1]);
    expect(forced(NaN, NaN)).toEqual([...stage]);
    expect(forced(NaN, 1000)).toEqual([0, 0, 0, NO_STAGE]);
  });

  it('gives the bits of the stage, adds in one stage, and blanks what is far', () => {
    const stage = Uint8Array.of(0, 1, 2, NO_STAGE);
    const out = new Uint32Array(4);
    bitsByStage(Uint32Array.of(1, 1, 1, 1, 2, 4, 2, 2, 4, 4, 0x80000004, 4), 4, 1 << 21, stage, out, 0);
    expect([...out]).toEqual([1, 4, 0x80000004, 1 << 21]);
    const values = Float32Array.of(1, 2, 3, 4);
    addInStage(values, 0, stage, 1, Float32Array.of(10, 10, 10, 10));
    expect([...values]).toEqual([1, 12, 3, 4]);
    const far = Float32Array.of(NaN, 1e9, 3, NaN);
    blankFar(far, 0, 4, 1e7, 1 << 12, out.fill(0, 0, 1), 0);
    expect([...far]).toEqual([NaN, NaN, 3, NaN]);
    expect([...out]).toEqual([4096, 4 + 4096, 0x80000004, 1 << 21]);
  });
});
