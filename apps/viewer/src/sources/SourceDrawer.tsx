import { useMemo, useState } from 'react';
import type { SourceKey, SourceTree } from '@trainyard/control';
import { useYard } from '../panels/use-yard.ts';
import { formatClock, formatShape } from '../ui/format.ts';
import { filterTree } from './filter-tree.ts';

const openAtMost = 40;

/** The raw signals of the stream or run: a click plots one. And below, who changed what. */
export function SourceDrawer({ keys, onToggle }: { readonly keys: readonly string[]; readonly onToggle: (key: SourceKey) => void }) {
  const tree = useYard(({ tree }) => tree);
  const source = useYard(({ state }) => state?.source);
  const [filter, setFilter] = useState('');
  const found = useMemo(() => filterTree(tree, filter), [tree, filter]);
  const count = found.reduce((sum, { keys }) => sum + keys.length, 0);
  return (
    <nav className="drawer" id="drawer" aria-label="Sources">
      <input type="search" placeholder="Find a source or key" aria-label="Find a source or key" value={filter} onChange={(event) => setFilter(event.target.value)} />
      <p className="hint">{tree ? `${found.length} sources, ${count} keys. A click plots a key.` : (source?.message ?? 'Waiting for the first train.')}</p>
      <div className="tree">
        {found.map((item) => <Source key={item.name} source={item} open={count <= openAtMost || found.length === 1} plotted={keys} onToggle={onToggle} />)}
        {tree && found.length === 0 && <p className="hint">{filter ? `Nothing matches “${filter}”.` : 'No source has delivered yet.'}</p>}
      </div>
      <Journal />
    </nav>
  );
}

function Source({ source, open, plotted, onToggle }: { readonly source: SourceTree['sources'][number]; readonly open: boolean; readonly plotted: readonly string[]; readonly onToggle: (key: SourceKey) => void }) {
  const [by, setBy] = useState<boolean>();
  const isOpen = by ?? open;
  return (
    <section>
      <button type="button" className="source-name" aria-expanded={isOpen} onClick={() => setBy(!isOpen)}><span aria-hidden="true">{isOpen ? '▾' : '▸'}</span> {source.name}</button>
      {isOpen && (
        <ul>
          {source.keys.map((key) => (
            <li key={key.key}>
              <button type="button" aria-pressed={plotted.includes(key.path)} title={key.path} onClick={() => onToggle(key)}>
                <span>{key.key}</span><span className="hint">{key.dtype} {formatShape(key.shape)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Journal() {
  const journal = useYard(({ journal }) => journal);
  if (journal.length === 0) return null;
  return (
    <details className="journal">
      <summary>Changes <span className="hint">{journal.length}</span></summary>
      <ol>
        {[...journal].reverse().slice(0, 100).map((entry, k) => (
          <li key={k}>
            <span className="hint">{formatClock(entry.at)} train {entry.trainId}</span> {entry.what === 'generation' ? 'new code' : entry.what} <b>{entry.name}</b>
            {entry.value !== undefined && ` ${entry.before === undefined ? '' : `${String(entry.before)} `}→ ${String(entry.value)}`} <span className="hint">by {entry.who}</span>
          </li>
        ))}
      </ol>
    </details>
  );
}
