import { useMemo, useState } from 'react';
import type { LogLine } from '@trainyard/control';
import { LogLines } from '../panels/LogLines.tsx';
import { useYard } from '../panels/use-yard.ts';

/** What all views wrote, in the order of time. */
export function Logs() {
  const logs = useYard(({ logs }) => logs);
  const [filter, setFilter] = useState('');
  const [level, setLevel] = useState<LogLine['level'] | ''>('');
  const lines = useMemo(() => [...logs.values()].flat().sort((a, b) => a.at - b.at), [logs]);
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const found = lines.filter((line) => (level === '' || line.level === level || (level === 'warn' && line.level === 'error')) && words.every((word) => `${line.view} ${line.text} ${line.trainId}`.toLowerCase().includes(word)));
  return (
    <section aria-label="Logs">
      <h2>What views wrote</h2>
      {lines.length === 0 ? <p className="hint">No view has written anything.</p> : (
        <>
          <p className="line">
            <input type="search" placeholder="Find a view or text" aria-label="Find in the logs" value={filter} onChange={(event) => setFilter(event.target.value)} />
            <label>at least <select value={level} onChange={(event) => setLevel(event.target.value as typeof level)}><option value="">everything</option><option value="warn">warnings</option><option value="error">errors</option></select></label>
          </p>
          <LogLines lines={found} names />
        </>
      )}
    </section>
  );
}
