import { useState } from 'react';
import type { JournalEntry } from '@trainyard/control';
import { MyNameField } from '../controls/MyNameField.tsx';
import { useLookOnly } from '../panels/use-role.ts';
import { useYard } from '../panels/use-yard.ts';
import { formatDay } from '../ui/format.ts';

const mostShown = 300;

/** Who changed what, and from which train on; the newest first. */
export function Journal() {
  const journal = useYard(({ journal }) => journal);
  const lookOnly = useLookOnly();
  const [filter, setFilter] = useState('');
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const found = journal.filter((entry) => words.every((word) => `${entry.name} ${entry.who} ${what(entry)} ${entry.trainId}`.toLowerCase().includes(word)));
  return (
    <section aria-label="Journal">
      <h2>Journal</h2>
      {lookOnly === undefined && <MyNameField />}
      {journal.length === 0 ? <p className="hint">Nothing has been changed yet.</p> : (
        <>
          <input type="search" placeholder="Find a name, a person, a train" aria-label="Find in the journal" value={filter} onChange={(event) => setFilter(event.target.value)} />
          <div className="long">
            <table>
              <thead><tr><th>when</th><th>from train</th><th>what</th><th>by</th></tr></thead>
              <tbody>
                {[...found].reverse().slice(0, mostShown).map((entry, k) => (
                  <tr key={`${entry.at} ${k}`}><td className="hint">{formatDay(entry.at)}</td><td>{entry.trainId}</td>
                    <td className="change">{what(entry)} <b>{entry.name}</b>{entry.value !== undefined && ` ${entry.before === undefined ? '' : `${String(entry.before)} `}→ ${String(entry.value)}`}</td><td>{entry.who}</td></tr>
                ))}
              </tbody>
            </table>
          </div>
          {found.length === 0 && <p className="hint">Nothing matches “{filter}”.</p>}
        </>
      )}
    </section>
  );
}

const what = ({ what }: JournalEntry): string => (what === 'generation' ? 'new code' : what);
