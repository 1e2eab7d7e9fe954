import type { ChartLine } from './draw-line.ts';

/** The lines of a chart as a table: one row for each x that occurs, empty where a line has no number there. Every digit is written. */
export function chartCsv(lines: readonly ChartLine[], xName: string): string {
  const columns = lines.flatMap(({ name, x, y, low, high, as }) => [
    { name, x, values: y, edges: as === 'bins' }, ...(low && high ? [{ name: `${name} low`, x, values: low, edges: as === 'bins' }, { name: `${name} high`, x, values: high, edges: as === 'bins' }] : [])]);
  const header = [xName, ...columns.map(({ name }) => name)];
  const [first] = columns;
  if (!first) return '';
  const rows: (string | number)[][] = [];
  const same = lines.some(({ as }) => as === 'dots') ? columns.every(({ x }) => x === first.x) : columns.every(({ x }) => x === first.x || (x.length === first.x.length && equal(x, first.x)));
  if (same) {
    const length = Math.max(...columns.map(({ values }) => values.length));
    for (let i = 0; i < length; i++) rows.push([first.x[i], ...columns.map(({ values }) => cell(values[i]))]);
  } else {
    const at = new Map<number, (string | number)[]>();
    columns.forEach(({ x, values }, column) => {
      for (let i = 0; i < values.length; i++) {
        let row = at.get(x[i]);
        if (!row) at.set(x[i], (row = [x[i], ...columns.map(() => '')]));
        row[column + 1] = cell(values[i]);
      }
    });
    rows.push(...[...at.values()].sort((a, b) => (a[0] as number) - (b[0] as number)));
  }
  return csv(header, rows);
}

/** A table of texts and numbers; texts with commas, quotes or line ends in quotes. */
export function csv(header: readonly string[], rows: Iterable<readonly (string | number)[]>): string {
  const line = (cells: readonly (string | number)[]) => cells.map((one) => (typeof one === 'string' && /[",\r\n]/.test(one) ? `"${one.replaceAll('"', '""')}"` : String(one))).join(',');
  return `${[header, ...rows].map(line).join('\n')}\n`;
}

const cell = (value: number | undefined): string | number => (value === undefined || Number.isNaN(value) ? '' : value);

function equal(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
