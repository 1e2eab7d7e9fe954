import { useState } from 'react';
import type { PanelData } from '@trainyard/control';
import { isArray } from '../../data/channel.ts';
import { numbersOf } from '../../plot/series.ts';
import { formatNumber } from '../../ui/format.ts';
import type { PanelBodyProps } from '../panel-kind.ts';
import { useDraw, useValue, WHOLE } from '../use-value.ts';

const rowLimit = 200;

/** Columns by name; the first 200 rows. */
export function TableBody({ sources: [{ id }], title, visible }: PanelBodyProps) {
  const channel = useValue(id, WHOLE, visible);
  const [columns, setColumns] = useState<readonly (readonly [string, readonly (number | string | null)[]])[]>([]);
  useDraw(channel, ({ value }) => setColumns(columnsOf(value)));
  const rows = Math.max(0, ...columns.map(([, values]) => values.length));
  return (
    <div className="body scroll" tabIndex={0} role="region" aria-label={`Table of ${title}`}>
      <table>
        <thead><tr>{columns.map(([name]) => <th key={name} scope="col">{name}</th>)}</tr></thead>
        <tbody>
          {Array.from({ length: Math.min(rows, rowLimit) }, (_, row) => (
            <tr key={row}>{columns.map(([name, values]) => <td key={name}>{cell(values[row])}</td>)}</tr>
          ))}
        </tbody>
      </table>
      {rows > rowLimit && <p className="hint">… and {rows - rowLimit} more rows</p>}
    </div>
  );
}

const cell = (value: number | string | null | undefined): string => (typeof value === 'number' ? formatNumber(value, 6) : (value ?? '–'));

function columnsOf(value: PanelData): [string, (number | string | null)[]][] {
  if (isArray(value)) return [['value', numbersOf(value) ?? []]];
  if (typeof value !== 'object') return [['value', [typeof value === 'boolean' ? String(value) : value]]];
  return Object.entries(value).map(([name, column]) => [name, isArray(column) ? (numbersOf(column) ?? []) : [...column]]);
}
