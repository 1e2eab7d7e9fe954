import type { PanelData } from '@trainyard/control';
import { isArray } from '../../data/channel.ts';
import { numbersOf } from '../../plot/series.ts';
import { formatNumber, formatShape } from '../../ui/format.ts';

export interface Column {
  readonly name: string;
  readonly values: ArrayLike<number | string>;
  readonly numeric: boolean;
}

/** Columns by name; one of anything that has none. The columns of a 2-D array are numbered. */
export function columnsOf(value: PanelData): Column[] {
  if (isArray(value)) {
    const numbers = numbersOf(value) ?? [];
    const width = value.shape.length > 1 ? (value.shape.at(-1) ?? 1) : 1;
    if (width <= 1 || width > 50) return [{ name: 'value', values: numbers, numeric: true }];
    return Array.from({ length: width }, (_, column) => ({ name: String(column), values: Array.from({ length: numbers.length / width }, (_, row) => numbers[row * width + column]), numeric: true }));
  }
  if (typeof value !== 'object') return [{ name: 'value', values: [typeof value === 'boolean' ? String(value) : value], numeric: typeof value === 'number' }];
  // Of a stream: a list is one column, an object a row.
  return Object.entries(Array.isArray(value) ? { value } : value).map(([name, column]) => {
    const numbers = numbersOf(column);
    return { name, values: numbers ?? (Array.isArray(column) ? column : [column]).map(asText), numeric: numbers !== undefined };
  });
}

/** In words where it is neither a number nor a text. */
export function asText(value: unknown): string {
  return typeof value === 'string' ? value : isArray(value) ? `${value.dtype} ${formatShape(value.shape)}` : JSON.stringify(value) ?? '';
}

/** The rows in the order of one column; what has no number there comes last either way. Equal ones stay in their order. */
export function rowOrder({ values }: Column, rows: number, falling: boolean): number[] {
  const missing = (value: number | string | undefined) => value === undefined || value !== value;
  return Array.from({ length: rows }, (_, row) => row).sort((i, j) => {
    const [a, b] = [values[i], values[j]];
    if (missing(a) || missing(b)) return Number(missing(a)) - Number(missing(b)) || i - j;
    const sign = typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'en', { numeric: true });
    return (falling ? -sign : sign) || i - j;
  });
}

export const cellText = (value: number | string | undefined, digits: number): string => (typeof value === 'number' ? formatNumber(value, digits) : (value ?? '–'));

const MOST_LINES = 200;

/** A table as lines of text, its first rows; numbers on the right of their columns. */
export function tableLines(columns: readonly Column[], order: readonly number[] | undefined, digits: number): string[] {
  const rows = Math.max(0, ...columns.map(({ values }) => values.length));
  const shown = Math.min(rows, MOST_LINES);
  const cells = columns.map(({ name, values }) => [name, ...Array.from({ length: shown }, (_, row) => cellText(values[order?.[row] ?? row], digits))]);
  const widths = cells.map((column) => Math.max(...column.map((text) => text.length)));
  const lines = Array.from({ length: shown + 1 }, (_, row) => cells.map((column, k) => (columns[k].numeric ? column[row].padStart(widths[k]) : column[row].padEnd(widths[k]))).join('  '));
  return rows > shown ? [...lines, `and ${rows - shown} more`] : lines;
}
