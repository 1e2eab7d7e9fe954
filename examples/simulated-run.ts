import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeTrains, type TrainKey, type TrainToWrite } from '@trainyard/exdf';
import { openHdf5, type NumericArray } from '@trainyard/hdf5';

/**
 * A recorded run with small data for the sources of these examples, and the principal components of flat fields for flat-field: each number is a function of
 * the train ID and its place. `npx node examples/simulated-run.ts FOLDER` writes the run into FOLDER.
 */
export const FIRST = 100_000;
export const TRAINS = 24;
/** Train IDs of the shots in streak-cameras. */
export const FEL_SHOT = FIRST + 5;
export const DIPOLE_SHOT = FIRST + 12;

/** The same for the same numbers, between -1 and 1, evenly spread. */
export const chance = (...of: readonly number[]): number => {
  let hash = 2166136261;
  for (const n of of) for (let k = 0; k < 32; k += 8) hash = Math.imul(hash ^ ((n >>> k) & 255), 16777619);
  hash = Math.imul(hash ^ (hash >>> 15), 2246822519);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 31 - 1;
};

const control = (source: string, values: Readonly<Record<string, number | bigint | Float64Array>>): TrainKey[] => Object.entries(values).map(([key, value]) => ({
  source, kind: 'control', key, count: 1, entryShape: typeof value === 'object' ? [value.length] : [],
  data: typeof value === 'object' ? value : typeof value === 'bigint' ? BigUint64Array.of(value) : Float64Array.of(value),
}));
const instrument = (source: string, key: string, entryShape: readonly number[], data: NumericArray): TrainKey => ({ source, kind: 'instrument', key, count: 1, entryShape, data });
const pixels = (shape: readonly number[], of: (...at: number[]) => number): Uint16Array => {
  const columns = shape.at(-1)!;
  const rows = shape.at(-2)!;
  return Uint16Array.from({ length: shape.reduce((n, m) => n * m, 1) }, (_, i) => of(Math.floor(i / (rows * columns)), Math.floor(i / columns) % rows, i % columns));
};

/** Laser spectra before and behind the optics, in nm and counts. The second sensor is coarser and sees less far. */
export const spectrum = (x: number, id: number): number => (2000 + (id - FIRST)) * Math.exp(-(((x - 800) / 10) ** 2));
export const transmission = (x: number): number => 0.6 + 0.01 * (x - 800);
export const wavelengths = { SRC: Float64Array.from({ length: 81 }, (_, i) => 760 + i), TRL: Float64Array.from({ length: 34 }, (_, i) => 770 + 1.8 * i) };
const spectrometers = (id: number): TrainKey[] => (['SRC', 'TRL'] as const).flatMap((name) => [
  ...control(`SQS_ILH_LAS/SPEC/${name}`, { wavelengths: wavelengths[name] }),
  instrument(`SQS_ILH_LAS/SPEC/${name}:output`, 'data.spectrum', [wavelengths[name].length], wavelengths[name].map((x) => spectrum(x, id) * (name === 'TRL' ? transmission(x) : 1))),
]);

/** Two line detectors: A has a background, a straight line. */
export const profile = (position: number): number => Math.sin(Math.PI * position) ** 4;
const lines = (id: number): TrainKey[] => ([['A', 101], ['B', 51]] as const).map(([name, n]) => instrument(`SCS_DET_${name}/CAM/LINE:output`, 'data.profile', [n],
  Float64Array.from({ length: n }, (_, i) => (name === 'A' ? 40 + i / 10 + (300 + (id % 7)) * profile(i / (n - 1)) : 100 * profile(i / (n - 1)) + 50))));

export const BASLER = [24, 32];
const baslers = (id: number): TrainKey[] => [1, 2, 3, 4, 5, 6].map((n) => instrument(`SPB_EXP_SYS/CAM/BASLER_${n}:output`, 'data.image.pixels', BASLER, pixels(BASLER, (_, r, c) => 1000 * n + 10 * r + c + (id - FIRST))));

/** Bursts of 56 frames: a flat field that is another one for each frame and train, with a sample in it that lets half of the light through. */
export const BURST = [56, 20, 32];
export const flats = (camera: number) => {
  const of = (f: (r: number, c: number) => number): Float32Array => Float32Array.from({ length: 20 * 32 }, (_, i) => f(Math.floor(i / 32), i % 32));
  return { dark: of(() => 100), flat: of((r, c) => 2000 + 10 * r + 5 * c), modes: [of((_, c) => 300 * Math.sin(c / 4 + camera)), of((r) => 250 * Math.cos(r / 5))] };
};
const inSample = (r: number, c: number): boolean => r >= 6 && r < 14 && c >= 10 && c < 22;
const bursts = (id: number): TrainKey[] => [1, 2].map((camera) => {
  const { dark, flat, modes } = flats(camera);
  const weights = Array.from({ length: 56 }, (_, frame) => [0.8 * chance(id, camera, frame, 1), 0.8 * chance(id, camera, frame, 2)]);
  return instrument(`SPB_EHD_HPVX2_${camera}/CAM/CAMERA:daqOutput`, 'data.image.pixels', BURST, pixels(BURST, (frame, r, c) => {
    const [i, [u, v]] = [r * 32 + c, weights[frame]! as [number, number]];
    return dark[i]! + (inSample(r, c) ? 0.5 : 1) * (flat[i]! - dark[i]! + u * modes[0]![i]! + v * modes[1]![i]!);
  }));
});

/** Streak cameras: fringes. Their frame of a shot comes so many trains later. */
export const STREAK = [48, 64];
export const streakPixel = (camera: number, id: number) => (_: number, r: number, c: number): number => 500 + 20 * camera + 3 * r + 2 * c + (id - FIRST);
const streaks = (id: number): TrainKey[] => {
  const image = (source: string, camera: number): TrainKey => instrument(`${source}:daqOutput`, 'data.image.pixels', STREAK, pixels(STREAK, streakPixel(camera, id)));
  return [
    image('HED_SYDOR_TEST/CAM/KEPLER_1', 1), image('HED_SYDOR_TEST/CAM/KEPLER_2', 2), image('HED_EXP_VISAR/EXP/ARM_3_STREAK', 3), image('HED_EXP_VISAR/EXP/SOP_STREAK', 4),
    ...['HED_SYDOR_TEST/CTRL/CONTROL_UNIT_1', 'HED_SYDOR_TEST/CTRL/CONTROL_UNIT_2', 'HED_EXP_VISAR/EXP/ARM_3_STREAK', 'HED_EXP_VISAR/EXP/SOP_STREAK'].flatMap((source) => control(source, { sweepSpeed: 1n })),
    ...['ARM_1', 'ARM_2', 'ARM_3', 'SOP'].flatMap((name) => control(`HED_EXP_VISAR/TSYS/${name}_TRIG`, { actualPosition: 122 })),
    ...[1, 2, 3].flatMap((arm) => control(`COMP_HED_VISAR/MDL/VISAR_SENSITIVITY_ARM_${arm}`, { etalonThickness: 10 + arm, motorDisplacement: 0.5, sensitivity: 4900, temporalDelay: 0.05, zeroDelayPosition: 1.5 })),
    ...control('HED_PLAYGROUND/MDL/MASTER_TIMER_PPU', { sequenceStart: BigInt(FEL_SHOT) }),
    ...control('HED_PLAYGROUND/MDL/MASTER_TIMER_DIPOLE', { sequenceStart: BigInt(DIPOLE_SHOT) }),
    ...control('APP_DIPOLE/MDL/DIPOLE_DIAGNOSTIC', { energy2W: 30.25 }),
    ...control('APP_DIPOLE/MDL/DIPOLE_TIMING', { actualPosition: 8.5 }),
  ];
};

/** Three pulses a train on a JUNGFRAU and a diode that follow each other; a dead pixel. */
export const JUNGFRAU = [3, 16, 24];
export const energyOf = (id: number, pulse: number): number => 20 + 8 * chance(id, pulse) + (id - FIRST);
const jungfrau = (id: number): TrainKey[] => [
  instrument('FXE_DET_JF1M/CAL/CORR_GAIN:output', 'data.image.pixels', JUNGFRAU, Float32Array.from({ length: 3 * 16 * 24 }, (_, i) => (i % 384 === 50 ? NaN : energyOf(id, Math.floor(i / 384))))),
  instrument('FXE_ADC/ADC/DIODE:output', 'channel_1_A.signal', [3], Float64Array.from({ length: 3 }, (_, pulse) => 10 * energyOf(id, pulse))),
];

/** A digitizer of which some peaks were not found, and an XGM that is not there in every third train. */
export const hasXgm = (id: number): boolean => id % 3 !== 0;
const digitizer = (id: number): TrainKey[] => [
  instrument('MID_EXP_FASTADC/ADC/DESTEST:channel_1.output', 'data.peaks', [4], Float32Array.of(id - FIRST, NaN, 10, 5)),
  ...(hasXgm(id) ? [instrument('SA2_XTD1_XGM/XGM/DOOCS:output', 'data.intensityTD', [3], Float32Array.of(900 + (id - FIRST), 0, 1))] : []),
];

/** Three regions of a CCD behind the sample: pumped, not pumped, reference. A dead pixel, and a train in which the second one is dark. */
export const FCCD = [16, 32];
export const DARK_SECOND = FIRST + 9;
export const photonEnergy = (id: number): number => 780 + Math.floor((id - FIRST) / 4);
export const delayOf = (id: number): number => ((5 * (id - FIRST)) % 8) * 0.5 - 1;
export const fccdPixel = (id: number, r: number, c: number): number => {
  if (r === 3 && c === 13) return NaN;
  if (id === DARK_SECOND && c >= 11 && c < 21) return 0;
  const light = c < 11 ? 40 + delayOf(id) : c < 21 ? 60 - 4 * (photonEnergy(id) - 782) + 6 * delayOf(id) : 100;
  return Math.fround(light * (1 + 0.2 * chance(id, r, c)));
};
/** Pulses on an XGM and on four MCPs that see what a sample in a magnet lets through: a third of the trains has a weak pulse, one pulse was not digitized. */
export const TIM_PULSES = 8;
export const magnetCurrent = (id: number): number => (id % 4 === 3 && id < FIRST + 8 ? 0.1 : id % 2 ? -2 : 2);
export const xgmPulse = (id: number, pulse: number): number => Math.fround(id % 3 === 0 && pulse === 5 ? 50 + pulse : 1000 + 300 * chance(id, pulse, 7));
export const mcpPulse = (mcp: number, id: number, pulse: number): number => {
  if (mcp === 2 && id === FIRST + 7 && pulse === 2) return NaN;
  const through = 0.2 * mcp - 0.05 * Math.exp(-((photonEnergy(id) - 782) ** 2)) * (magnetCurrent(id) > 0 ? 1 : 1.5);
  return Math.fround(-xgmPulse(id, pulse) * through - 5 * chance(id, pulse, mcp));
};
/** Pulses on a line detector: one without the laser, four with it and four without it in turn, another one, and two without light. */
export const GOTTHARD = [12, 40];
export const gotthardPixel = (id: number, pulse: number, pixel: number): number => {
  const pedestal = 600 + 3 * pixel + ((7 * id) % 11) + (pulse % 2);
  const light = pulse < 10 ? 1000 * Math.exp(-(((pixel - 20) / 6) ** 2)) + 10 * (id - FIRST) : 0;
  const pumped = pulse % 2 === 1 && pulse < 9 ? (4 + pulse) * (pixel - 20) : 0;
  return Math.floor(pedestal + light + pumped);
};
const spectroscopy = (id: number): TrainKey[] => [
  ...control('SA3_XTD10_MONO/MDL/PHOTON_ENERGY', { actualEnergy: photonEnergy(id) }),
  ...control('SCS_ILH_LAS/PHASESHIFTER/DOOCS', { actualPosition: delayOf(id) }),
  ...control('SCS_CDIFFT_MAG/SUPPLY/CURRENT', { actualCurrent: magnetCurrent(id) }),
  instrument('SCS_CDIDET_FCCD2M/DAQ/FCCD:daqOutput', 'data.image.pixels', FCCD, Float32Array.from({ length: FCCD[0]! * FCCD[1]! }, (_, i) => fccdPixel(id, Math.floor(i / FCCD[1]!), i % FCCD[1]!))),
  instrument('SCS_BLU_XGM/XGM/DOOCS:output', 'data.intensitySa3TD', [TIM_PULSES + 2], Float32Array.from({ length: TIM_PULSES + 2 }, (_, pulse) => (pulse < TIM_PULSES ? xgmPulse(id, pulse) : 1))),
  ...['D', 'C', 'B', 'A'].map((channel, k) => instrument('SCS_UTC1_ADQ/ADC/1:network', `digitizers.channel_1_${channel}.apd.pulseIntegral`, [20], Float32Array.from({ length: 20 }, (_, i) => (i % 2 || i >= 2 * TIM_PULSES ? 9999 : mcpPulse(k + 1, id, i / 2))))),
  instrument('SCS_PAM_XOX/DET/GOTTHARD_RECEIVER1:daqOutput', 'data.adc', GOTTHARD, Uint16Array.from({ length: GOTTHARD[0]! * GOTTHARD[1]! }, (_, i) => gotthardPixel(id, Math.floor(i / GOTTHARD[1]!), i % GOTTHARD[1]!))),
];

/** What another yard gave. */
const otherYard = (id: number): TrainKey[] => [{ source: 'yard/detector/image', kind: 'control', key: 'data', count: 1, entryShape: [4, 5], data: Float32Array.from({ length: 20 }, (_, i) => i + (id - FIRST)) }];

export function simulatedTrains(): TrainToWrite[] {
  return Array.from({ length: TRAINS }, (_, i) => {
    const trainId = FIRST + i;
    const keys = [spectrometers, lines, baslers, bursts, streaks, jungfrau, digitizer, spectroscopy, otherYard].flatMap((of) => of(trainId));
    return { trainId, timestamp: 1_735_689_600_000_000_000n + BigInt(i) * 100_000_000n, keys };
  });
}

/** `pca_info_cam1.h5` and `pca_info_cam2.h5`, which flat-field looks for beside its views. */
export async function writeFlats(folder: string): Promise<void> {
  for (const camera of [1, 2]) {
    const { dark, flat, modes } = flats(camera);
    const file = await openHdf5(join(folder, `pca_info_cam${camera}.h5`), 'w');
    file.createDataset('mean_dark', { data: dark, shape: [20, 32] });
    file.createDataset('mean_flat', { data: flat, shape: [20, 32] });
    file.createDataset('components_matrix', { data: Float32Array.from([...modes[0]!, ...modes[1]!]), shape: [2, 20 * 32] });
    file.close();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , run] = process.argv;
  if (run === undefined) throw new Error('Say where the run goes: npx node examples/simulated-run.ts FOLDER');
  await writeTrains(run, simulatedTrains());
  await writeFlats(fileURLToPath(new URL('flat-field/', import.meta.url)));
  console.log(`${TRAINS} trains in ${run}`);
}
