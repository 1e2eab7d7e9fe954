import { NdArray, YardError, asNdArray, flatData, type NdLike } from '@trainyard/core';

/** A number for the whole train, or a vector with one for each pulse. */
export type PerPulse = number | NdLike<1>;

export const signalNames = ['mcp1', 'mcp2', 'mcp3', 'mcp4'] as const;
/** Detectors behind the sample: of mcp1 to mcp3 the absorption is shown, of mcp4 the yield. */
export type Signal = (typeof signalNames)[number];

/** One column for each name: its values, and how far it is from one pulse to the next (0 for a number). */
interface Column {
  readonly data: ArrayLike<number | bigint>;
  readonly step: 0 | 1;
}

/** What came in a train, pulse by pulse. */
export interface PulseColumns {
  readonly count: number;
  /** The value of a pulse, by the order of the names. */
  at(column: number, pulse: number): number;
}

/** The inputs of a train side by side; a number of pulses when one is missing. Throws XAS_PULSES where vectors differ in length, XAS_VALUE for what holds no numbers. */
export function pulseColumns(names: readonly string[], given: Readonly<Record<string, unknown>>): PulseColumns | number {
  const columns = names.map((name) => (given[name] === undefined ? undefined : columnOf(name, given[name])));
  const vectors = columns.map((column, k) => ({ name: names[k]!, column })).filter(({ column }) => column?.step === 1);
  const count = vectors[0]?.column!.data.length ?? 1;
  const other = vectors.find(({ column }) => column!.data.length !== count);
  if (other) throw new YardError('XAS_PULSES', `"${vectors[0]!.name}" has ${count} pulses and "${other.name}" has ${other.column!.data.length}: take as many of each, by the parameters pulses and apdStride, or a slice.`);
  if (columns.includes(undefined)) return count;
  return { count, at: (column, pulse) => Number(columns[column]!.data[pulse * columns[column]!.step]) };
}

function columnOf(name: string, value: unknown): Column {
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return { data: [Number(value)], step: 0 };
  if (ArrayBuffer.isView(value) || Array.isArray(value) || value instanceof NdArray || (typeof value === 'object' && value !== null && 'stride' in value)) {
    const array = asNdArray(value as NdArray);
    if (array.shape.length <= 1) return { data: flatData(array), step: array.shape.length === 0 ? 0 : 1 };
    throw new YardError('XAS_VALUE', `"${name}" is a number, or a vector with a value for each pulse, not an array of shape (${array.shape.join(', ')}).`);
  }
  throw new YardError('XAS_VALUE', `"${name}" is a number, or a vector with a value for each pulse, not ${value === null ? 'null' : `a ${typeof value}`}.`);
}
