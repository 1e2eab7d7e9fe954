import { NdArray, YardError } from '@trainyard/core';
import type { PanelData, PanelLabels } from '@trainyard/control';

/** Numbers of a text that somebody opens in a table. */
const MOST_NUMBERS = 5_000_000;

/**
 * A value as comma-separated text (RFC 4180): a number or text with its train; a vector as rows of coordinate, value and error; series and tables as
 * columns; two axes as rows of numbers without a head. Throws `VALUE_FORMAT` for more axes.
 */
export function csvText(trainId: number, value: PanelData, labels: PanelLabels = {}): string {
  if (value instanceof NdArray) {
    if (value.size > MOST_NUMBERS) throw new YardError('VALUE_FORMAT', `This has ${value.size} numbers, and as csv at most ${MOST_NUMBERS} are given: take npy or h5.`);
    if (value.shape.length === 0) return csvText(trainId, Number(value.toNested()));
    if (value.shape.length === 2) return text((value.toNested() as number[][]));
    if (value.shape.length > 2) throw new YardError('VALUE_FORMAT', `This has ${value.shape.length} axes, and a table has two: take npy or h5.`);
    const [axis] = labels.axes ?? [];
    const { unit } = labels;
    const values = value.toNested() as number[];
    const coordinates = axis?.values?.length === values.length ? Array.from(axis.values) : values.map((_, i) => i);
    const errors = labels.errors?.size === values.length ? (labels.errors.toNested() as number[]) : undefined;
    return text([[named(axis?.name ?? 'index', axis?.unit), named('value', unit), ...(errors ? [named('error', unit)] : [])], ...values.map((one, i) => [coordinates[i]!, one, ...(errors ? [errors[i]!] : [])])]);
  }
  if (typeof value !== 'object') return text([['train', named('value', labels.unit)], [trainId, value]]);
  const columns = Object.entries(value as object).map(([name, one]: [string, NdArray | readonly (number | string)[]]) => ({ name, cells: one instanceof NdArray ? (one.shape.length === 1 ? (one.toNested() as number[]) : undefined) : one }));
  const bad = columns.find(({ cells }) => !Array.isArray(cells));
  if (bad) throw new YardError('VALUE_FORMAT', `"${bad.name}" is no column: take h5.`);
  const rows = Math.max(0, ...columns.map(({ cells }) => cells!.length));
  return text([columns.map(({ name }) => name), ...Array.from({ length: rows }, (_, row) => columns.map(({ cells }) => cells![row] ?? ''))]);
}

type Cell = number | string | boolean | bigint;

function text(rows: readonly (readonly Cell[])[]): string {
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

/** numpy and spreadsheets read `nan` and `inf`. */
function cell(value: Cell): string {
  if (typeof value === 'number' && !Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  const written = String(value);
  return typeof value === 'string' && /[",\r\n]/.test(written) ? `"${written.replaceAll('"', '""')}"` : written;
}

function named(name: string, unit: string | undefined): string {
  return unit === undefined ? name : `${name} (${unit})`;
}
