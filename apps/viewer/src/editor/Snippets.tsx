import { useState } from 'react';
import type { EditorSession, EditorShown } from './editor-session.ts';
import { knownPaths } from './data-paths.ts';
import { pathsIn } from './insert-snippet.ts';
import { useYard } from '../panels/use-yard.ts';

/** Examples to begin from: chosen, given the sources of this stream, and put where the caret is. */
export function Snippets({ session, shown, onInsert }: { readonly session: EditorSession; readonly shown: EditorShown; readonly onInsert: (text: string, chosen: ReadonlyMap<string, string>) => void }) {
  const [name, setName] = useState<string>();
  const [chosen, setChosen] = useState<ReadonlyMap<string, string>>(new Map());
  const tree = useYard(({ tree }) => tree);
  const keys = knownPaths(tree, []).filter(({ path }) => path.startsWith('karabo#'));
  const snippet = shown.snippets.find((one) => one.name === name) ?? shown.snippets[0];
  if (!snippet) return <p className="hint">This installation has no examples.</p>;
  return (
    <div className="snippets">
      <ul aria-label="Snippets">
        {shown.snippets.map((one) => <li key={one.name}><button type="button" aria-pressed={one === snippet} onClick={() => setName(one.name)}>{one.title}</button></li>)}
      </ul>
      <div className="snippet">
        {pathsIn(snippet.text).map((path) => (
          <label key={path}><code>{path}</code> → <select value={chosen.get(path) ?? path} onChange={(event) => setChosen(new Map(chosen).set(path, event.target.value))}>
            {keys.every((key) => key.path !== path) && <option value={path}>as in the example (not in this stream)</option>}
            {keys.map((key) => <option key={key.path} value={key.path}>{key.path} · {key.what}</option>)}
          </select></label>
        ))}
        <button type="button" disabled={shown.open === undefined || session.model(shown.open)?.getLanguageId() !== 'typescript'} onClick={() => onInsert(snippet.text, chosen)}>Insert at the caret</button>
        <pre>{snippet.text}</pre>
      </div>
    </div>
  );
}
