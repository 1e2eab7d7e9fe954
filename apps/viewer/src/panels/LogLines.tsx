import { useEffect, useRef } from 'react';
import type { LogLine } from '@trainyard/control';

const shown = 100;

/** What a view wrote with `console.log`, newest at the bottom; open until it is closed. */
export function LogLines({ lines, open = true, names = false }: { readonly lines: readonly LogLine[]; readonly open?: boolean; readonly names?: boolean }) {
  const box = useRef<HTMLDivElement>(null);
  const follow = useRef(true);
  useEffect(() => {
    if (box.current && follow.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines]);
  return (
    <details className="log" open={open}>
      <summary>console.log <span className="hint">{lines.length} {lines.length === 1 ? 'line' : 'lines'}</span></summary>
      <div ref={box} role="log" aria-live="off" tabIndex={0} onScroll={({ currentTarget: b }) => (follow.current = b.scrollTop + b.clientHeight > b.scrollHeight - 8)}>
        {lines.slice(-shown).map((line, k) => (
          <div key={`${line.trainId} ${line.at} ${k}`} className={`line ${line.level === 'log' ? '' : line.level}`}>
            <span className="train">{line.trainId}</span> {names && <b>{line.view} </b>}{line.text}
            {line.swallowed ? <span className="hint"> (+{line.swallowed} more not shown)</span> : null}
          </div>
        ))}
      </div>
    </details>
  );
}
