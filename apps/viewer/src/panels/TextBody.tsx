import { useState } from 'react';
import type { PanelData } from '@trainyard/control';
import { isArray, type Channel } from '../data/channel.ts';
import { numbersOf } from '../plot/series.ts';
import { formatNumber, formatShape } from '../ui/format.ts';
import { useDraw } from './use-yard.ts';

const rowLimit = 200;

/** A text as it was written, in a fixed pitch; anything else in words. */
export function TextBody({ channel }: { readonly channel: Channel }) {
  const [text, setText] = useState('');
  useDraw(channel, ({ value }) => setText(textOf(value)));
  return <div className="body scroll"><pre className="text">{text}</pre></div>;
}

/** Columns by name; the first 200 rows. */
export function TableBody({ channel, label }: { readonly channel: Channel; readonly label: string }) {
  const [columns, setColumns] = useState<readonly (readonly [string, readonly (number | string | null)[]])[]>([]);
  useDraw(channel, ({ value }) => setColumns(columnsOf(value)));
  const rows = Math.max(0, ...columns.map(([, values]) => values.length));
  return (
    <div className="body scroll" tabIndex={0} role="region" aria-label={`Table of ${label}`}>
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

function textOf(value: PanelData): string {
  if (typeof value === 'number') return formatNumber(value, 7);
  if (typeof value !== 'object') return String(value);
  if (isArray(value)) return `${value.dtype} ${formatShape(value.shape)}`;
  return Object.entries(value).map(([name, column]) => `${name}: ${isArray(column) ? `${column.dtype} ${formatShape(column.shape)}` : column.join(', ')}`).join('\n');
}
