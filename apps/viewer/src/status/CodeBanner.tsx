import { useState } from 'react';
import type { CodeError } from '@trainyard/control';
import { CodeLink } from '../editor/CodeLink.tsx';
import { useShown } from '../layout/use-layout.ts';
import { useYard } from '../panels/use-yard.ts';
import { formatClock } from '../ui/format.ts';

/** Why the newest save is not what runs: the user's line, where in it, and the line as it should be. */
export function CodeBanner() {
  const generation = useYard(({ state }) => state?.generation);
  const [hidden, setHidden] = useState('');
  // The editor shows each at its line.
  const inEditor = useShown(({ page }) => page === 'editor');
  if (!generation || inEditor) return null;
  const { error, warnings, number, loadedAt } = generation;
  const key = JSON.stringify(warnings);
  return (
    <>
      {error && (
        <section className="banner bad code-error" role="alert" aria-label="Code error">
          <p><b>Your last save did not load.</b> The code of {formatClock(loadedAt)} (generation {number}) runs on.</p>
          <Finding finding={error} />
        </section>
      )}
      {warnings.length > 0 && hidden !== key && (
        <details className="banner warn code-warnings">
          <summary>{warnings.length} {warnings.length === 1 ? 'warning' : 'warnings'} in your code: <CodeLink place={warnings[0]} /> {firstLine(warnings[0].message)}
            <button type="button" className="link" onClick={() => setHidden(key)}>hide</button></summary>
          {warnings.map((warning, k) => <Finding key={k} finding={warning} />)}
        </details>
      )}
    </>
  );
}

function Finding({ finding }: { readonly finding: CodeError }) {
  const { code, message, line, column, text, fix } = finding;
  return (
    <div className="finding">
      <p><CodeLink place={finding} /> {message} <span className="hint">{code}</span></p>
      {text && <pre><span className="line-number">{line ?? ''} </span>{text}{column !== undefined && `\n${' '.repeat(`${line ?? ''} `.length + Math.max(0, column - 1))}^`}</pre>}
      {fix && <p>Write: <code className="fix">{fix}</code></p>}
    </div>
  );
}

const firstLine = (text: string): string => text.split('\n')[0];
