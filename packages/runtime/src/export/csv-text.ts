import { NdArray, YardError } from '@trainyard/core';
import type { History, PanelData, PanelLabels } from '@trainyard/control';

/** Numbers of a text that somebody opens in a table. */
const MOST_NUMBERS = 5_000_000;

/**
 * A value as comma-separated text (RFC 4180): a number or text with its train; a vector as rows of coordinate, value and error; series and tables as
 * columns; two axes as rows of numbers without a head. Throws `VALUE_FORMAT` for more axes.
 */
export function csvText(trainId: number, value: PanelData, labels: PanelLabels = {}): string {
  return text(rowsOf(trainId, value, labels));
}

/** Several side by side, their columns named after them. Throws `VALUE_FORMAT` where one has no names of columns. */
export function csvOfSeveral(values: readonly { readonly id: string; readonly trainId: number; readonly value: PanelData; readonly labels?: PanelLabels | undefined }[]): string {
  const tables = values.map(({ id, trainId, value, labels = {} }) => {
    if (value instanceof NdArray && value.shape.length > 1) throw new YardError('VALUE_FORMAT', `${id} has ${value.shape.length} axes, and cannot be beside others as csv: take h5.`);
    const [head, ...rows] = rowsOf(trainId, value, labels);
    return [head!.map((name) => `${id} ${String(name)}`), ...rows];
  });
  const count = Math.max(...tables.map(({ length }) => length));
  return text(Array.from({ length: count }, (_, row) => tables.flatMap((table) => table[row] ?? table[0]!.map(() => ''))));
}

/** The past of scalars: with more than one, which it is of is the first column. */
export function csvOfHistories(histories: readonly History[]): string {
  const isOne = histories.length === 1;
  const rows = histories.flatMap(({ id, trainId, min, max, mean, count }) => Array.from(trainId, (train, i): Cell[] => [...(isOne ? [] : [id]), train, min[i]!, max[i]!, mean[i]!, count[i]!]));
  return text([[...(isOne ? [] : ['id']), 'trainId', 'min', 'max', 'mean', 'count'], ...rows]);
}

function rowsOf(trainId: number, value: PanelData, labels: PanelLabels): readonly (readonly Cell[])[] {
  if (value instanceof NdArray) {
    if (value.size > MOST_NUMBERS) throw new YardError('VALUE_FORMAT', `This has ${value.size} numbers, and as csv at most ${MOST_NUMBERS} are given: take npy or h5.`);
    if (value.shape.length === 0) return rowsOf(trainId, Number(value.toNested()), labels);
    if (value.shape.length === 2) return value.toNested() as number[][];
    if (value.shape.length > 2) throw new YardError('VALUE_FORMAT', `This has ${value.shape.length} axes, and a table has two: take npy or h5.`);
    const [axis] = labels.axes ?? [];
    const { unit } = labels;
    const values = value.toNested() as number[];
    const coordinates = axis?.values?.length === values.length ? Array.from(axis.values) : values.map((_, i) => i);
    const errors = labels.errors?.size === values.length ? (labels.errors.toNested() as number[]) : undefined;
    return [[named(axis?.name ?? 'index', axis?.unit), named('value', unit), ...(errors ? [named('error', unit)] : [])], ...values.map((one, i) => [coordinates[i]!, one, ...(errors ? [errors[i]!] : [])])];
  }
  if (typeof value !== 'object') return [['train', named('value', labels.unit)], [trainId, value]];
  const columns = Object.entries(value as object).map(([name, one]: [string, NdArray | readonly (number | string)[]]) => ({ name, cells: one instanceof NdArray ? (one.shape.length === 1 ? (one.toNested() as number[]) : undefined) : one }));
  const bad = columns.find(({ cells }) => !Array.isArray(cells));
  if (bad) throw new YardError('VALUE_FORMAT', `"${bad.name}" is no column: take h5.`);
  const rows = Math.max(0, ...columns.map(({ cells }) => cells!.length));
  const axis = labels.axes?.[0];
  if (axis?.values?.length === rows) columns.unshift({ name: named(axis.name, axis.unit), cells: Array.from(axis.values) });
  return [columns.map(({ name }) => name), ...Array.from({ length: rows }, (_, row) => columns.map(({ cells }) => cells![row] ?? ''))];
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
