import { useMemo, useRef, useState } from 'react';
import type { PanelValue } from '@trainyard/control';
import { csv } from '../../plot/chart-csv.ts';
import { plotPng, plotSvg, textDrawing } from '../../plot/plot-file.ts';
import { say } from '../../ui/notices.ts';
import { useSize } from '../use-yard.ts';
import type { PanelBodyProps } from '../panel-kind.ts';
import { useExports } from '../panel-exports.ts';
import { numberIn } from '../settings/read-settings.ts';
import { useDraw, useValue, WHOLE } from '../use-value.ts';
import { cellText, columnsOf, rowOrder, tableLines, type Column } from './table-columns.ts';
import './table.css';

const ROW_PX = 21;
/** Rows above and below the ones in sight that are there already. */
const MORE_ROWS = 10;

/** Columns by name: sorted by a click on one, and however long, as only the rows in sight are made. */
export function TableBody({ sources: [{ id }], title, settings, change, visible }: PanelBodyProps) {
  const channel = useValue(id, WHOLE, visible);
  const [value, setValue] = useState<PanelValue>();
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(400);
  const box = useRef<HTMLDivElement>(null);
  useDraw(channel, setValue);
  useSize(box, (_, tall) => setHeight(tall));
  const columns = useMemo(() => (value ? columnsOf(value.value) : []), [value]);
  const by = typeof settings['by'] === 'string' ? settings['by'] : undefined;
  const falling = settings['falling'] === true;
  const sortedBy = columns.find(({ name }) => name === by);
  const rows = Math.max(0, ...columns.map(({ values }) => values.length));
  const order = useMemo(() => (sortedBy ? rowOrder(sortedBy, rows, falling) : undefined), [sortedBy, rows, falling]);
  const digits = numberIn(settings, 'digits', 2, 15) ?? 6;
  const text = () => csv(columns.map(({ name }) => name), Array.from({ length: rows }, (_, row) => columns.map(({ values }) => values[order?.[row] ?? row] ?? '')));
  const copy = () => navigator.clipboard.writeText(text()).then(() => say(`${rows} rows are in the clipboard, as CSV.`, 'good'), () => say('The browser did not let the page write to the clipboard: save the table as CSV from the panel’s menu instead.'));
  const sort = (name: string) => change(name !== by ? { by: name, falling: undefined } : !falling ? { falling: true } : { by: undefined, falling: undefined });
  const drawing = () => textDrawing(title, tableLines(columns, order, digits));
  useExports({ png: () => plotPng(drawing()), svg: () => plotSvg(drawing()), csv: text });

  const first = Math.max(0, Math.floor(top / ROW_PX) - MORE_ROWS);
  const shown = Math.min(rows - first, Math.ceil(height / ROW_PX) + 2 * MORE_ROWS);
  return (
    <div className="body table-body">
      <div className="tools">
        <span>{rows} {rows === 1 ? 'row' : 'rows'}</span>
        <button type="button" onClick={() => void copy()} disabled={rows === 0}>copy as CSV</button>
      </div>
      <div className="body scroll" tabIndex={0} role="region" aria-label={`Table of ${title}`} ref={box} onScroll={({ currentTarget }) => setTop(currentTarget.scrollTop)}>
        <table aria-rowcount={rows}>
          <thead><tr><th scope="col" className="number" title="Row, counted from 0">#</th>{columns.map((column) => <Head key={column.name} column={column} sort={column.name === by ? (falling ? 'descending' : 'ascending') : undefined} onSort={() => sort(column.name)} />)}</tr></thead>
          <tbody>
            {first > 0 && <tr aria-hidden="true" style={{ height: first * ROW_PX }} />}
            {Array.from({ length: Math.max(0, shown) }, (_, k) => {
              const row = order?.[first + k] ?? first + k;
              return <tr key={first + k} className={(first + k) % 2 === 1 ? 'odd' : ''}><td className="number">{row}</td>{columns.map(({ name, values, numeric }) => <td key={name} className={numeric ? '' : 'words'}>{cellText(values[row], digits)}</td>)}</tr>;
            })}
            {first + shown < rows && <tr aria-hidden="true" style={{ height: (rows - first - shown) * ROW_PX }} />}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Head({ column: { name, numeric }, sort, onSort }: { readonly column: Column; readonly sort: 'ascending' | 'descending' | undefined; readonly onSort: () => void }) {
  return <th scope="col" className={numeric ? '' : 'words'} aria-sort={sort ?? 'none'}><button type="button" title={`Sort by ${name}`} onClick={onSort}>{name}{sort && <span aria-hidden="true">{sort === 'ascending' ? ' ▲' : ' ▼'}</span>}</button></th>;
}
