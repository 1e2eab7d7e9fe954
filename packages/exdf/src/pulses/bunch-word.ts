import { ExdfError } from '../exdf-error.ts';

/**
 * Where a bunch of electrons, or a laser pulse, goes: to the undulators of a SASE beamline (where it lases), into the main dump, or a pump-probe laser by its
 * name at the facility.
 */
export type PulseTarget = 'sase1' | 'sase2' | 'sase3' | 'maindump' | LaserName;

/** Bits of the pump-probe lasers in a word of the bunch pattern. */
export const laserBits = { LP_LAS1: 8, LP_SASE2: 9, LP_SPB: 10, LP_FXE: 11, LP_SQS: 12, LP_SCS: 13, LP_LAS2: 15 } as const;
export type LaserName = keyof typeof laserBits;

/**
 * A word of the bunch pattern table (XFEL timing system specification 2.2): bits 0-3 the charge, 4-16 lasers, 18-21 the destination, 27 the soft kick into SASE 3.
 */
const DESTINATION_MASK = 0xf << 18;
const T5D = 2 << 18;
const T4D = 4 << 18;
const TLD = 8 << 18;
const SOFT_KICK = 1 << 27;

/** For each target the bits that count, and how they must be. */
const TESTS: Readonly<Record<string, readonly [mask: number, wanted: number]>> = {
  sase1: [DESTINATION_MASK | SOFT_KICK, T4D],
  sase2: [DESTINATION_MASK, T5D],
  sase3: [DESTINATION_MASK | SOFT_KICK, T4D | SOFT_KICK],
  maindump: [DESTINATION_MASK, TLD],
  ...Object.fromEntries(Object.entries(laserBits).map(([name, bit]) => [name, [1 << bit, 1 << bit] as const])),
};

/** Pulse IDs (places in the table, 4.5 MHz) that go to a target. Errors: EXDF_SELECT for an unknown one. */
export function pulsesTo(table: Uint32Array, target: PulseTarget): number[] {
  const test = TESTS[target];
  if (!test) throw new ExdfError('EXDF_SELECT', String(target), `There is no such target of pulses: take one of ${Object.keys(TESTS).join(', ')}`);
  const [mask, wanted] = test;
  const pulses: number[] = [];
  for (let i = 0; i < table.length; i++) if ((table[i]! & mask) === wanted) pulses.push(i);
  return pulses;
}
