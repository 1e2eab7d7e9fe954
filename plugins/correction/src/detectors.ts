import { JUNGFRAU_CODE, LPD_CODE, type StagesBy } from '@trainyard/kernels';

/** What is known of a kind of detector. */
export interface Detector {
  readonly name: string;
  readonly by: StagesBy;
  /** Bits of the raw value that are the ADC's. */
  readonly adc: number;
  /** Whether pixels that are bad may be background of the common mode: only those in range count anyway. */
  readonly badIsBackground: boolean;
}

/** Raw of AGIPD: the analog image and the digital gain; of JUNGFRAU and LPD: the gain in the two bits above the ADC value; of DSSC: 0 stands for 256. */
export const detectors = {
  agipd: { name: 'AGIPD', by: 'threshold', adc: 0xffff, badIsBackground: true },
  jungfrau: { name: 'JUNGFRAU', by: JUNGFRAU_CODE, adc: 0x3fff, badIsBackground: false },
  lpd: { name: 'LPD', by: LPD_CODE, adc: 0xfff, badIsBackground: false },
  dssc: { name: 'DSSC', by: { zero: 256 }, adc: 0xffff, badIsBackground: false },
  camera: { name: 'The camera', by: { zero: 0 }, adc: 0xffff, badIsBackground: false },
} as const satisfies Record<string, Detector>;

export type DetectorName = keyof typeof detectors;

export function stagesOf({ by }: Detector): number {
  return typeof by === 'object' && 'zero' in by ? 1 : 3;
}

/** Reasons of bad pixels, numbered as European XFEL's calibration does. */
export const badBits = {
  offsetOutOfRange: 1 << 0, noiseOutOfRange: 1 << 1, noDark: 1 << 3, valueOutOfRange: 1 << 12, alwaysTheSame: 1 << 14, wrongGain: 1 << 21,
} as const;

/** All 32. */
export const ALL_BITS = 0xffff_ffff;
