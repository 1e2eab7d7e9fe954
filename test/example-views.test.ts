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
  BASLER, BURST, DARK_SECOND, DIPOLE_SHOT, FEL_SHOT, FIRST, GOTTHARD, JUNGFRAU, STREAK, TIM_PULSES, TRAINS, delayOf, energyOf, fccdPixel, gotthardPixel, hasXgm, magnetCurrent, mcpPulse,
  photonEnergy, profile, simulatedTrains, spectrum, streakPixel, transmission, wavelengths, writeFlats, xgmPulse,
} from '../examples/simulated-run.ts';
import * as gotthard from '../examples/gotthard-pump-probe/views.ts';
import { computeRun } from './support/compute.ts';

/** View files of beamlines, all in one list on one simulated run, with real workers and files. */
const examples = fileURLToPath(new URL('../examples/', import.meta.url));
const names = ['spectrometers', 'quotient', 'basler-cameras', 'burst-camera', 'flat-field', 'streak-cameras', 'correlator', 'jungfrau-roi', 'digitizer', 'time-resolved-xas', 'xas-tim', 'xas-tim-xmcd', 'gotthard-pump-probe'];
const place = mkdtempSync(join(tmpdir(), 'yard examples '));
const folder = join(place, 'all');
const ids = Array.from({ length: TRAINS }, (_, i) => FIRST + i);
let file: ResultsFile;

beforeAll(async () => {
  // Each under a name of its own, beside the files that it takes; xas-tim-xmcd takes its neighbour.
  cpSync(join(examples, 'xas-tim'), join(place, 'xas-tim'), { recursive: true });
  for (const name of names) {
    for (const one of readdirSync(join(examples, name))) cpSync(join(examples, name, one), join(folder, one === 'views.ts' ? `${name}.ts` : one));
  }
  const list = join(folder, 'list.yaml');
  writeFileSync(list, `trainyard: 1\nsteps:\n${names.map((name) => `  - views: ./${name}.ts\n`).join('')}`);
  await Promise.all([writeTrains(join(folder, 'r0001'), simulatedTrains()), writeFlats(folder)]);
  const out = join(folder, 'out.h5');
  await computeRun(join(folder, 'r0001'), { views: list, out, installed: await loadInstalled(folder), workers: 1, sets: { 'jungfrau-roi.roi': '3,2,9,14', 'time-resolved-xas.delayBins': '5', 'time-resolved-xas.energyBins': '3', 'time-resolved-xas.energyLow': '779.5', 'time-resolved-xas.energyHigh': '785.5' } });
  file = await readResults(out);
}, 60_000);
afterAll(() => {
  file?.close();
  rmSync(place, { recursive: true, force: true });
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
  for (let i = 0; i < a.length; i++) {
    if (Number.isNaN(b[i])) expect(a[i], `element ${i}`).toBeNaN();
    else expect(a[i], `element ${i}`).toBeCloseTo(b[i]!, digits);
  }
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

describe('time-resolved-xas', () => {
  const sumOf = (id: number, region: number): number => {
    let sum = 0;
    for (let r = 2; r < 14; r++) for (let c = [2, 12, 22][region - 1]!; c < [10, 20, 30][region - 1]!; c++) sum += fccdPixel(id, r, c) || 0;
    return sum;
  };
  /** Mean of -ln(roi_i / roi_j) of the trains in a bin, and how many there are of all. */
  const binned = (until: number, i: number, j: number, of: (id: number) => boolean): number => {
    const values = ids.filter((id) => id <= until && of(id) && sumOf(id, i) > 0).map((id) => -Math.log(sumOf(id, i) / sumOf(id, j)));
    return values.length ? values.reduce((a, b) => a + b, 0) / values.length : NaN;
  };
  const inBin = (value: number, low: number, high: number, bins: number, k: number): boolean => Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins)) === k;

  it('has the regions and their sums, NaN left out', () => {
    expect(valueOf('time-resolved-xas/region2', FIRST).shape).toEqual([12, 8]);
    for (const region of [1, 2, 3]) near(numbersOf(`time-resolved-xas/sum${region}`), ids.map((id) => sumOf(id, region)), 9);
    near(numbersOf('time-resolved-xas/a21'), ids.map((id) => (id === DARK_SECOND ? NaN : -Math.log(sumOf(id, 2) / sumOf(id, 1)))), 12);
  });

  it('bins all that came again whenever the range grows', () => {
    // Delays so far: -1, 1.5 and 0 ps; later from -1 to 2.5.
    for (const [until, low, high] of [[FIRST + 2, -1, 1.5], [ids.at(-1)!, -1, 2.5]] as const) {
      const spectra = valueOf('time-resolved-xas/spectrum', until);
      expect([spectra.shape, Array.from(row('time-resolved-xas/spectrum', until).labels!.axes![1]!.values!)]).toEqual([[3, 5], Array.from({ length: 6 }, (_, k) => expect.closeTo(low + (k * (high - low)) / 5, 12))]);
      for (const [n, [i, j]] of ([[1, 3], [2, 3], [2, 1]] as const).entries()) {
        near(list(spectra.slice(String(n)) as NdArray), [0, 1, 2, 3, 4].map((k) => binned(until, i, j, (id) => inBin(delayOf(id), low, high, 5, k))), 12);
      }
      expect(list(valueOf('time-resolved-xas/counts', until))).toEqual([0, 1, 2, 3, 4].map((k) => ids.filter((id) => id <= until && inBin(delayOf(id), low, high, 5, k)).length));
    }
  });

  it('has a map over delay and energy', () => {
    const [map, counts] = ['map', 'mapCounts'].map((name) => valueOf(`time-resolved-xas/${name}`, ids.at(-1)!));
    const cells = [0, 1, 2].flatMap((e) => [0, 1, 2, 3, 4].map((d) => (id: number) => inBin(delayOf(id), -1, 2.5, 5, d) && inBin(photonEnergy(id), 779.5, 785.5, 3, e)));
    expect(map!.shape).toEqual([3, 5]);
    near(list(map!), cells.map((cell) => binned(ids.at(-1)!, 2, 1, cell)), 12);
    expect(list(counts!)).toEqual(cells.map((cell) => ids.filter(cell).length));
  });
});

/** Pulses that count: energy in the bin, i0 above the threshold, all of them there. */
const pulsesIn = (bin: number, of: (id: number) => boolean = () => true): [id: number, pulse: number][] => ids.filter((id) => photonEnergy(id) === 780 + bin && of(id))
  .flatMap((id) => Array.from({ length: TIM_PULSES }, (_, pulse): [number, number] => [id, pulse])).filter(([id, pulse]) => xgmPulse(id, pulse) > 200 && !Number.isNaN(mcpPulse(2, id, pulse)));
/** What the ratio of the means of an MCP and of the XGM says. */
const ofMeans = (mcp: number, these: [number, number][]): number => {
  const ratio = -these.reduce((sum, [id, pulse]) => sum + mcpPulse(mcp, id, pulse), 0) / these.reduce((sum, [id, pulse]) => sum + xgmPulse(id, pulse), 0);
  return mcp === 4 ? ratio : -Math.log(ratio);
};
const bins = [0, 1, 2, 3, 4, 5];
const last = ids.at(-1)!;

describe('xas-tim', () => {
  it('takes the pulses of a train: the first eight of the XGM, every second one of the digitizer', () => {
    expect(list(valueOf('XasTim/i0', FIRST))).toEqual(Array.from({ length: TIM_PULSES }, (_, pulse) => xgmPulse(FIRST, pulse)));
    for (const mcp of [1, 2, 3, 4]) expect(list(valueOf(`XasTim/mcp${mcp}`, FIRST + 7))).toEqual(Array.from({ length: TIM_PULSES }, (_, pulse) => mcpPulse(mcp, FIRST + 7, pulse)));
  });

  it('has the spectra of the pulses above the threshold, of means', () => {
    const absorption = valueOf('XasTim/absorption', last);
    for (const mcp of [1, 2, 3, 4]) near(list(absorption.slice(String(mcp - 1)) as NdArray), bins.map((bin) => ofMeans(mcp, pulsesIn(bin))), 12);
    const table = row('XasTim/spectrum', last).value as unknown as Record<string, Stored>;
    near(table['energy']!.data as Float64Array, bins.map((bin) => 780 + bin), 12);
    expect(Array.from(table['count']!.data as Float64Array)).toEqual(bins.map((bin) => pulsesIn(bin).length));
    near(table['i0']!.data as Float64Array, bins.map((bin) => pulsesIn(bin).reduce((sum, [id, pulse], _, all) => sum + xgmPulse(id, pulse) / all.length, 0)), 9);
    // Of all pulses neither the weak ones, nor the one that was not digitized.
    expect((table['count']!.data as Float64Array).reduce((sum, n) => sum + n, 0)).toBe(TIM_PULSES * TRAINS - ids.filter((id) => id % 3 === 0).length - 1);
  });

  it('has a point of each correlation for every pulse of the last ten trains that counts', () => {
    const points = valueOf('XasTim/correlation3', last);
    const lit = ids.slice(-10).flatMap((id) => Array.from({ length: TIM_PULSES }, (_, pulse) => [xgmPulse(id, pulse), mcpPulse(3, id, pulse)])).filter(([i0]) => i0! > 200);
    expect(points.toNested()).toEqual(lit);
  });
});

describe('xas-tim-xmcd', () => {
  it('has all of xas-tim, and the spectra of both directions, their sum and their difference', () => {
    expect(list(valueOf('XasTimXmcd/absorption', last))).toEqual(list(valueOf('XasTim/absorption', last)));
    const table = row('XasTimXmcd/directions', last).value as unknown as Record<string, Stored>;
    for (const mcp of [1, 2, 3, 4]) {
      const [positive, negative] = [1, -1].map((sign) => bins.map((bin) => ofMeans(mcp, pulsesIn(bin, (id) => magnetCurrent(id) * sign > 0.5))));
      near(table[`mcp${mcp}Positive`]!.data as Float64Array, positive!, 12);
      near(table[`mcp${mcp}Negative`]!.data as Float64Array, negative!, 12);
      near(list(valueOf('XasTimXmcd/difference', last).slice(String(mcp - 1)) as NdArray), positive!.map((a, bin) => a - negative![bin]!), 12);
      near(list(valueOf('XasTimXmcd/sum', last).slice(String(mcp - 1)) as NdArray), positive!.map((a, bin) => a + negative![bin]!), 12);
    }
    for (const [name, sign] of [['countPositive', 1], ['countNegative', -1]] as const) {
      expect(Array.from(table[name]!.data as Float64Array)).toEqual(bins.map((bin) => pulsesIn(bin, (id) => magnetCurrent(id) * sign > 0.5).length));
    }
    expect(ids.filter((id) => Math.abs(magnetCurrent(id)) < 0.5).length).toBeGreaterThan(0);
  });
});

describe('gotthard-pump-probe', () => {
  const [, pixels] = GOTTHARD as [number, number];
  const alongPixels = (of: (pixel: number) => number): number[] => Array.from({ length: pixels }, (_, pixel) => of(pixel));
  const background = (id: number, pixel: number): number => (gotthardPixel(id, 10, pixel) + gotthardPixel(id, 11, pixel)) / 2;
  const onOff = (id: number, pair: number, pixel: number): number => gotthardPixel(id, 1 + 2 * pair, pixel) - gotthardPixel(id, 2 + 2 * pair, pixel);
  const ofTrain = (id: number, pixel: number): number => [0, 1, 2, 3].reduce((sum, pair) => sum + onOff(id, pair, pixel) / 4, 0);

  it('takes the mean of the dark pulses off, and one side from the other, on an axis of energies', () => {
    near(list(valueOf('gotthard-pump-probe/background', FIRST + 3)), alongPixels((pixel) => background(FIRST + 3, pixel)), 3);
    near(list(valueOf('gotthard-pump-probe/corrected', FIRST + 3).slice('4') as NdArray), alongPixels((pixel) => gotthardPixel(FIRST + 3, 4, pixel) - background(FIRST + 3, pixel)), 3);
    near(list(valueOf('gotthard-pump-probe/onOff', FIRST + 3)), [0, 1, 2, 3].flatMap((pair) => alongPixels((pixel) => onOff(FIRST + 3, pair, pixel))), 3);
    near(list(valueOf('gotthard-pump-probe/onOffMean', FIRST + 3)), alongPixels((pixel) => ofTrain(FIRST + 3, pixel)), 3);
    const { value, labels } = row('gotthard-pump-probe/pulse', FIRST);
    const { on, off } = value as unknown as Record<'on' | 'off', Stored>;
    near([Number(on.data[9]), Number(off.data[9])], [1, 2].map((pulse) => gotthardPixel(FIRST, pulse, 9) - background(FIRST, 9)), 3);
    expect(labels!.axes![0]).toMatchObject({ name: 'energy', unit: 'eV' });
    near(Array.from(labels!.axes![0]!.values!), alongPixels((pixel) => 770 + 0.5 * pixel), 9);
  });

  it('has the mean of the last 20 trains, and one number that says how large the effect is', () => {
    for (const [id, over] of [[FIRST, [FIRST]], [last, ids.slice(-20)]] as const) {
      const mean = alongPixels((pixel) => over.reduce((sum, one) => sum + ofTrain(one, pixel) / over.length, 0));
      near(list(valueOf('gotthard-pump-probe/averagedMean', id)), mean, 3);
      expect(Number(row('gotthard-pump-probe/merit', id).value)).toBeCloseTo(mean.reduce((sum, v) => sum + Math.abs(v), 0), 2);
    }
    expect(row('gotthard-pump-probe/averaged', last).labels!.axes!.at(-1)).toMatchObject({ name: 'energy', unit: 'eV' });
  });

  it('takes the dark of a run without beam, once there is one, in place of the dark pulses', () => {
    const call = (view: { readonly call?: (values: readonly unknown[]) => unknown }, ...values: unknown[]): NdArray => (view.call!(values) as { readonly array: NdArray }).array;
    const raw = ndarray(Float32Array.from({ length: 12 * pixels }, (_, i) => 100 + i), [12, pixels]);
    const own = ndarray(new Float32Array(pixels).fill(7), [pixels]);
    expect(call(gotthard.corrected, raw, own).get(0, 5)).toBe(98);
    const { reduce } = gotthard.recordDark;
    const collected = [20, 40].reduce((state, level, k) => reduce.add(state, ndarray(new Float32Array(pixels).fill(level), [pixels]), k) as unknown, reduce.initial() as unknown);
    gotthard.dark.value = reduce.result(collected) as typeof gotthard.dark.value;
    expect(call(gotthard.corrected, raw, own).get(0, 5)).toBe(75);
    gotthard.dark.value = undefined;
  });
});

describe('examples/README.md', () => {
  /** Neither blank nor comment. */
  const linesOfCode = (text: string): number => text.replace(/^\s*\/\*.*?\*\/\s*$/gms, '').split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('//')).length;
  const rows = [...readFileSync(join(examples, 'README.md'), 'utf8').matchAll(/^\| (V\d+[^|]*) \| \[([\w-]+)\][^|]*\|[^|]*\| \(?(\d+)\)? \| (\d+) \|$/gm)].map(([, which, name, there, here]) => ({ which: which!, name: name!, there: Number(there), here: Number(here) }));

  it('has a row for each of V1 to V16', () => {
    expect(rows.flatMap(({ which }) => which.split(', '))).toEqual(expect.arrayContaining(Array.from({ length: 16 }, (_, i) => `V${i + 1}`)));
  });

  it.each(rows)('$which, $name: as many lines as it says, at most 1.2 times those of the original', ({ name, there, here }) => {
    expect(linesOfCode(readFileSync(join(examples, name, 'views.ts'), 'utf8'))).toBe(here);
    expect(here).toBeLessThanOrEqual(1.2 * there);
  });
});
