import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asNdArray, ndarray, type AnyTypedArray, type NdArray } from '@trainyard/core';
import { writeTrains } from '@trainyard/exdf';
import { readResults, type ResultsFile } from '@trainyard/nexus';
import { loadInstalled } from '@trainyard/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  BASLER, BURST, DIPOLE_SHOT, FEL_SHOT, FIRST, JUNGFRAU, STREAK, TRAINS, energyOf, hasXgm, profile, simulatedTrains, spectrum, streakPixel, transmission, wavelengths, writeFlats,
} from '../examples/simulated-run.ts';
import { computeRun } from './support/compute.ts';

/** View files of beamlines, all in one list on one simulated run, with real workers and files. */
const examples = fileURLToPath(new URL('../examples/', import.meta.url));
const names = ['spectrometers', 'quotient', 'basler-cameras', 'burst-camera', 'flat-field', 'streak-cameras', 'correlator', 'jungfrau-roi', 'digitizer'];
const folder = mkdtempSync(join(tmpdir(), 'yard examples '));
const ids = Array.from({ length: TRAINS }, (_, i) => FIRST + i);
let file: ResultsFile;

beforeAll(async () => {
  // Each under a name of its own, beside the files that it takes.
  for (const name of names) {
    for (const one of readdirSync(join(examples, name))) cpSync(join(examples, name, one), join(folder, one === 'views.ts' ? `${name}.ts` : one));
  }
  const list = join(folder, 'list.yaml');
  writeFileSync(list, `trainyard: 1\nsteps:\n${names.map((name) => `  - views: ./${name}.ts\n`).join('')}`);
  await Promise.all([writeTrains(join(folder, 'r0001'), simulatedTrains()), writeFlats(folder)]);
  const out = join(folder, 'out.h5');
  await computeRun(join(folder, 'r0001'), { views: list, out, installed: await loadInstalled(folder), workers: 1, sets: { 'jungfrau-roi.roi': '3,2,9,14' } });
  file = await readResults(out);
}, 60_000);
afterAll(() => {
  file?.close();
  rmSync(folder, { recursive: true, force: true });
});

it('no view fails', () => {
  expect(file.reasons().filter(({ outcome }) => outcome === 'failed')).toEqual([]);
});

interface Stored { readonly shape: readonly number[]; readonly data: AnyTypedArray }
const arrayOf = (value: unknown): NdArray => ndarray((value as Stored).data, (value as Stored).shape);

const trainsOf = (view: string): number[] => [...file.rowTrainIds(view)];
const numbersOf = (view: string): number[] => Array.from(file.rows(view), ({ value }) => Number(value));
/** Why, in the first train without a value. */
const reasonOf = (view: string): string | undefined => file.reasons().find((one) => one.view === view)?.message;
function row(view: string, trainId: number) {
  const found = [...file.rows(view)].find((one) => one.trainId === trainId);
  if (!found) throw new Error(`${view} has no value in train ${trainId}`);
  return found;
}
const valueOf = (view: string, trainId: number): NdArray => arrayOf(row(view, trainId).value);
const near = (a: ArrayLike<number>, b: ArrayLike<number>, digits = 6): void => {
  expect(a.length).toBe(b.length);
  for (let i = 0; i < a.length; i++) expect(a[i], `element ${i}`).toBeCloseTo(b[i]!, digits);
};
const list = (array: NdArray): number[] => Array.from(asNdArray(array).flatten().data as Float64Array);

describe('spectrometers', () => {
  it('two spectra, each to its highest value, and their difference where both see', () => {
    const of = (x: number): number => spectrum(x, FIRST);
    const highest = Math.max(...Array.from(wavelengths.TRL, (x) => of(x) * transmission(x)));
    near(list(valueOf('spectrometers/before', FIRST)), Array.from(wavelengths.SRC, (x) => of(x) / of(800)));
    const difference = list(valueOf('spectrometers/difference', FIRST));
    for (const [i, x] of wavelengths.SRC.entries()) {
      if (x < 770 || x > wavelengths.TRL.at(-1)!) expect(difference[i], `${x} nm`).toBeNaN();
      // The second sensor's points are 1.8 nm apart: straight lines between them are off by that much.
      else expect(Math.abs(difference[i]! - (of(x) / of(800) - (of(x) * transmission(x)) / highest)), `${x} nm`).toBeLessThan(0.01);
    }
    expect(row('spectrometers/difference', FIRST).labels?.axes?.[0]).toMatchObject({ name: 'wavelength', unit: 'nm' });
  });
});

describe('quotient', () => {
  it('takes the background from A, divides on the common axis, and averages 20 trains', () => {
    const quotientAt = (id: number, position: number): number => ((300 + (id % 7)) * profile(position)) / (100 * profile(position) + 50);
    const last = ids.at(-1)!;
    const one = list(valueOf('quotient/quotient', last));
    const mean = list(valueOf('quotient/averaged', last));
    expect(one.length).toBe(51);
    for (const i of [15, 25, 30]) {
      // What A has of itself in the outer tenths is taken for background.
      expect(Math.abs(one[i]! / quotientAt(last, i / 50) - 1)).toBeLessThan(0.01);
      expect(Math.abs(mean[i]! / (ids.slice(-20).reduce((sum, id) => sum + quotientAt(id, i / 50), 0) / 20) - 1)).toBeLessThan(0.01);
    }
    expect(list(valueOf('quotient/averaged', FIRST))).toEqual(list(valueOf('quotient/quotient', FIRST)));
  });
});

describe('basler-cameras', () => {
  it('shows six cameras as they are', () => {
    for (let n = 1; n <= 6; n++) {
      const picture = valueOf(`basler${n}/image`, FIRST + 2);
      expect([picture.shape, picture.get(3, 4), trainsOf(`basler${n}/image`)]).toEqual([BASLER, 1000 * n + 36, ids]);
    }
  });
});

describe('burst-camera', () => {
  it('gives the burst, its mean image and the mean of each frame', () => {
    const burst = valueOf('burst-camera/frames', FIRST);
    expect(burst.shape).toEqual(BURST);
    near(list(valueOf('burst-camera/meanImage', FIRST)), list(burst.mean({ axis: 0 })), 2);
    near(list(valueOf('burst-camera/brightness', FIRST)), list(burst.mean({ axis: [1, 2] })), 2);
  });
});

describe('flat-field', () => {
  it('gives the frame its own flat field: what is beside the sample is even, the sample is a half of it', () => {
    for (const camera of ['shimadzu1', 'shimadzu2']) {
      for (const id of [FIRST, FIRST + 7]) {
        expect(list(valueOf(`${camera}/frame`, id))).toEqual(list(valueOf(`${camera}/raw`, id).slice('51') as NdArray));
        const picture = valueOf(`${camera}/corrected`, id);
        const beside = list(picture.slice(':, :10') as NdArray).concat(list(picture.slice(':, 22:') as NdArray));
        const [low, high] = [Math.min(...beside), Math.max(...beside)];
        // By the mean flat alone it varies by up to 30 %.
        expect((high - low) / (high + low), `${camera}, train ${id}`).toBeLessThan(0.03);
        expect((picture.slice('6:14, 10:22') as NdArray).mean() / ((low + high) / 2)).toBeCloseTo(0.5, 1);
      }
    }
  });
});

describe('streak-cameras', () => {
  it('has the frame of the shot of each camera, so many trains after the shot', () => {
    expect(trainsOf('streak-cameras/triggerFEL')).toEqual([FEL_SHOT]);
    for (const [camera, offset] of [['kepler1', 0], ['kepler2', 3], ['visar1w', 1], ['sop', 1]] as const) {
      for (const view of ['trigger', 'shot', 'trainId', 'info', 'lastReference']) expect(trainsOf(`${camera}/${view}`), `${camera}/${view}`).toEqual([DIPOLE_SHOT + offset]);
      expect(numbersOf(`${camera}/trainId`)).toEqual([DIPOLE_SHOT + offset]);
      // All other frames but that of the FEL are references; the newest goes with the shot.
      expect(trainsOf(`${camera}/reference`)).toEqual(ids.filter((id) => id !== FEL_SHOT && id !== DIPOLE_SHOT + offset));
      expect(list(valueOf(`${camera}/lastReference`, DIPOLE_SHOT + offset))).toEqual(list(valueOf(`${camera}/reference`, DIPOLE_SHOT + offset - 1)));
    }
    expect(reasonOf('kepler2/shot')).toContain('no shot of the Dipole laser');
  });

  const [rows, columns] = STREAK as [number, number];
  /** Pixel of the image after a quarter of a turn against the clock. */
  const turned = (camera: number, id: number, r: number, c: number): number => streakPixel(camera, id)(0, c, columns - 1 - r);

  it('puts the images of KEPLER straight by control points, cuts the empty border off, and takes every fourth pixel', () => {
    for (const [name, camera, offset, down, right] of [['kepler1', 1, 0, 2, -3], ['kepler2', 2, 3, -1, 2]] as const) {
      const id = DIPOLE_SHOT + offset;
      const straight = (r: number, c: number): number => {
        const [y, x] = [r - down, c - right];
        return y >= 0 && y < columns && x >= 0 && x < rows ? turned(camera, id, y, x) : 0;
      };
      const flipped = Array.from({ length: columns }, (_, r) => Array.from({ length: rows }, (__, c) => straight(columns - 1 - r, rows - 1 - c)));
      const lit = flipped.filter((line) => line.some((v) => v !== 0)).map((line) => line.filter((_, c) => flipped.some((other) => other[c] !== 0)));
      const expected = lit.filter((_, r) => r % 4 === 0).map((line) => line.filter((_, c) => c % 4 === 0));
      const picture = valueOf(`${name}/shot`, id);
      expect(picture.shape).toEqual([expected.length, expected[0]!.length]);
      near(list(picture), expected.flat(), 2);
    }
  });

  it('makes the other images twice as large, and mirrors one of them', () => {
    for (const [name, camera, mirrored] of [['visar1w', 3, true], ['sop', 4, false]] as const) {
      const id = DIPOLE_SHOT + 1;
      const picture = valueOf(`${name}/shot`, id);
      expect(picture.shape).toEqual([columns / 2, rows / 2]);
      // A slope stays one: between the pixels in the middle and away from the edge.
      const at = (r: number, c: number): number => {
        const [y, x] = [(2 * columns - 1 - 4 * r + 0.5) / 2 - 0.5, (2 * rows - 1 - 4 * c + 0.5) / 2 - 0.5];
        return turned(camera, id, y, mirrored ? rows - 1 - x : x);
      };
      for (const [r, c] of [[5, 6], [20, 15]] as const) expect(Math.abs(Number(picture.get(r, c)) - at(r, c)), `${name} ${r} ${c}`).toBeLessThan(0.5);
    }
  });

  it('has times and distances on its axes, the delay of the FEL, and a table that says it', () => {
    const calibration = JSON.parse(readFileSync(join(examples, 'streak-cameras/calibration.json'), 'utf8')) as Record<string, { pixXray: number; timeAxisPolynomial: Record<string, number[]>; pixDipole_0ns: Record<string, number>; positionTrigger_ref: Record<string, number> }>;
    const { pixXray, timeAxisPolynomial, pixDipole_0ns, positionTrigger_ref } = calibration['KEPLER1']!;
    const time = (pixel: number): number => timeAxisPolynomial['50ns']!.reduce((sum, factor, k) => sum + factor * pixel ** (k + 1), 0);
    const [sweepDelay, dipole] = [122 - positionTrigger_ref['50ns']!, time(pixDipole_0ns['50ns']!)];
    const delay = time(pixXray) - dipole - 8.5 - sweepDelay;
    expect(numbersOf('kepler1/xrayDelay')[0]).toBeCloseTo(delay, 9);
    const { labels } = row('kepler1/shot', DIPOLE_SHOT);
    expect(labels!.axes!.map(({ name, unit }) => [name, unit])).toEqual([['Distance', 'um'], ['Time', 'ns']]);
    const [distance, times] = labels!.axes!.map(({ values }) => Array.from(values!));
    // The image lies three columns further left and is mirrored: the first three columns are empty.
    near(times!.slice(0, 2), [time(3) - dipole - 8.5, time(7) - dipole - 8.5], 9);
    near([distance![1]! - distance![0]!], [10], 9);
    const info = row('kepler1/info', DIPOLE_SHOT).value as unknown as Record<'what' | 'value', Stored>;
    expect(info.what.shape).toEqual([10]);
    near(Array.from(info.value.data as Float64Array), [DIPOLE_SHOT, 8.5, 30.25, sweepDelay, 50, 11, 0.5, 4900, 0.05, 1.5]);
    expect((row('sop/info', DIPOLE_SHOT + 1).value as unknown as Record<'what', Stored>).what.shape).toEqual([5]);
  });
});

describe('correlator', () => {
  it('takes what another yard gave, several curves at once, and pairs of each pulse in a histogram that grows', () => {
    expect(valueOf('correlator/trainImage', FIRST + 3).toNested()).toEqual(Array.from({ length: 4 }, (_, r) => Array.from({ length: 5 }, (__, c) => 5 * r + c + 3)));
    expect(numbersOf('correlator/trainId')).toEqual(ids);
    const { real, imaginary, envelope } = row('correlator/pulse', FIRST).value as unknown as Record<string, Stored>;
    // scipy.signal.gausspulse(t, fc=5, retquad=True, retenv=True), to which noise is added.
    for (const [i, values] of [[90, [-0.799918, 0, 0.799918]], [100, [1, 0, 1]], [103, [0.576093, 0.792924, 0.980108]]] as const) {
      for (const [k, series] of [real!, imaginary!, envelope!].entries()) expect(Math.abs(Number(series.data[i]) - values[k]!)).toBeLessThanOrEqual([0.1, 0.05, 0.025][k]!);
    }
    const [time] = row('correlator/pulse', FIRST).labels!.axes!;
    expect(time).toMatchObject({ name: 'time', unit: 's' });
    near([0, 100, 199].map((i) => time!.values![i]!), [-1, 0, 0.99], 12);
    const { value, labels } = file.final('correlator/correlated')!;
    const counts = arrayOf(value);
    expect([counts.sum(), labels!.counts]).toEqual([3 * TRAINS, { pairs: 3 * TRAINS, outside: 0, incomplete: 0 }]);
    const [y, x] = labels!.axes!.map((axis) => Array.from(axis.values!));
    for (const id of ids) for (let pulse = 0; pulse < JUNGFRAU[0]!; pulse++) {
      // Ten times the energy on the diode: pairs lie on the diagonal.
      const at = (edges: number[], v: number): number => edges.findLastIndex((edge) => edge <= v);
      const energy = Math.fround(energyOf(id, pulse));
      expect(Number(counts.get(at(y!, energy), at(x!, 10 * energyOf(id, pulse))))).toBeGreaterThan(0);
    }
  });
});

describe('jungfrau-roi', () => {
  it('cuts the region that was dragged, NaN left out of the mean over pulses', () => {
    const picture = valueOf('jungfrau-roi/image', FIRST);
    expect(picture.shape).toEqual(JUNGFRAU.slice(1));
    expect(valueOf('jungfrau-roi/inRoi', FIRST).shape).toEqual([12, 6]);
    near(list(valueOf('jungfrau-roi/inRoi', FIRST)), list(picture.slice('2:14, 3:9') as NdArray), 12);
    const mean = [0, 1, 2].reduce((sum, pulse) => sum + energyOf(FIRST, pulse), 0) / 3;
    expect([picture.get(0, 0), picture.get(2, 2)].map(Number)).toEqual([expect.closeTo(mean, 4), Number.NaN]);
  });
});

describe('digitizer', () => {
  it('takes the mean of the peaks that there are, and the first pulse where there is an XGM', () => {
    expect(numbersOf('digitizer/trainId')).toEqual(ids);
    near(numbersOf('digitizer/digitizer'), ids.map((id) => (id - FIRST + 15) / 3), 5);
    expect(trainsOf('digitizer/xgm')).toEqual(ids.filter(hasXgm));
    expect(numbersOf('digitizer/xgm')).toEqual(ids.filter(hasXgm).map((id) => 900 + (id - FIRST)));
    expect(reasonOf('digitizer/xgm')).toMatch(/SA2_XTD1_XGM.*no data in this train/);
  });
});

describe('examples/README.md', () => {
  /** Neither blank nor comment. */
  const linesOfCode = (text: string): number => text.replace(/^\s*\/\*.*?\*\/\s*$/gms, '').split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('//')).length;
  const rows = [...readFileSync(join(examples, 'README.md'), 'utf8').matchAll(/^\| (V\d+[^|]*) \| \[([\w-]+)\][^|]*\|[^|]*\| \(?(\d+)\)? \| (\d+) \|$/gm)].map(([, which, name, there, here]) => ({ which: which!, name: name!, there: Number(there), here: Number(here) }));

  it('has a row for each of V1 to V10', () => {
    expect(rows.flatMap(({ which }) => which.split(', '))).toEqual(expect.arrayContaining(Array.from({ length: 10 }, (_, i) => `V${i + 1}`)));
  });

  it.each(rows)('$which, $name: as many lines as it says, at most 1.2 times those of the original', ({ name, there, here }) => {
    expect(linesOfCode(readFileSync(join(examples, name, 'views.ts'), 'utf8'))).toBe(here);
    expect(here).toBeLessThanOrEqual(1.2 * there);
  });
});
