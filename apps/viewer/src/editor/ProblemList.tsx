import { useEffect, useState } from 'react';
import { formatWhere } from '../ui/format.ts';
import type { EditorSession, EditorShown } from './editor-session.ts';
import { monaco } from './monaco.ts';

interface Row {
  readonly file: string;
  readonly line: number;
  readonly column: number | undefined;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly view?: string | undefined;
  readonly fix?: string | undefined;
}

/** What TypeScript finds in the files of the list as they are here. */
export function useTypeErrors(session: EditorSession): readonly Row[] {
  const [rows, setRows] = useState<readonly Row[]>([]);
  useEffect(() => {
    const read = () => setRows(session.shown().files.flatMap(({ path }) => {
      const model = session.model(path);
      return model ? monaco.editor.getModelMarkers({ resource: model.uri, owner: 'typescript' }).filter(({ severity }) => severity >= monaco.MarkerSeverity.Warning).map((marker): Row => ({
        file: path, line: marker.startLineNumber, column: marker.startColumn, severity: marker.severity === monaco.MarkerSeverity.Error ? 'error' : 'warning', message: marker.message,
      })) : [];
    }));
    read();
    const heard = monaco.editor.onDidChangeMarkers(read);
    return () => heard.dispose();
  }, [session]);
  return rows;
}

/** Everything that is wrong, the yard's findings first. A click goes there; a train that made a view fail can be frozen. */
export function ProblemList({ session, shown, typeErrors }: { readonly session: EditorSession; readonly shown: EditorShown; readonly typeErrors: readonly Row[] }) {
  const rows: readonly Row[] = [...shown.problems.map((problem) => ({ ...problem, column: problem.column })), ...typeErrors];
  if (rows.length === 0) return <p className="hint">No problems.</p>;
  return (
    <ul className="problem-list" aria-label="Problems">
      {rows.map((row, k) => (
        <li key={k} className={row.severity}>
          <button type="button" className="link" onClick={() => session.open({ file: row.file, line: row.line, column: row.column })}><code>{formatWhere(row.column === undefined ? { file: row.file, line: row.line } : { file: row.file, line: row.line, column: row.column })}</code></button>
          <span className="problem-text">{row.message}{row.fix !== undefined && <><br />Write: <code className="fix">{row.fix}</code></>}</span>
          {row.view !== undefined && <button type="button" className="link" onClick={() => void session.ask({ verb: 'freeze', name: row.view! })}>freeze its train</button>}
        </li>
      ))}
    </ul>
  );
}
