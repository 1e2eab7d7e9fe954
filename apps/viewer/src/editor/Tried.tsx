import type { TriedView } from '@trainyard/control';
import { formatWhere } from '../ui/format.ts';
import type { EditorSession } from './editor-session.ts';

/** What each view gave for the frozen train, with the text as it is in the editor. */
export function Tried({ session, tried }: { readonly session: EditorSession; readonly tried: readonly TriedView[] | undefined }) {
  if (!tried) return <p className="hint">Freeze a train, then run the code on it: nothing is saved, and the stream goes on as it is.</p>;
  return (
    <table className="tried" aria-label="On the frozen train">
      <tbody>
        {tried.map(({ view, outcome, message, where, said }) => (
          <tr key={view} className={outcome}>
            <th scope="row">{view}</th>
            <td>{outcome}</td>
            <td>{said ?? message} {where && <button type="button" className="link" onClick={() => session.open(where)}><code>{formatWhere(where)}</code></button>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
