import type { ViewState } from '@trainyard/control';
import { panelStatus, troubles } from '../data/panel-status.ts';
import { CodeLink } from '../editor/CodeLink.tsx';
import { LogLines } from './LogLines.tsx';
import { useYard } from './use-yard.ts';

/** Views without a panel (hidden, or `compute`) that have trouble, which nobody would see otherwise, and what they log. The others are on the health page. */
export function Unshown({ views }: { readonly views: readonly ViewState[] }) {
  const logs = useYard(({ logs }) => logs);
  const troubled = views.map((view) => ({ view, status: panelStatus(view, 0, undefined, true) })).filter(({ status: { tone } }) => tone === 'bad' || tone === 'warn');
  if (troubled.length === 0) return null;
  return (
    <section className="unshown" aria-label="Views without a panel">
      <h2>Not shown (hidden or compute)</h2>
      {troubled.map(({ view, status }) => {
        const lines = logs.get(view.id);
        return (
          <div key={view.id}>
            <p><span className={`chip ${status.tone}`}>{status.word}</span> <b>{view.id}</b> <span className={status.tone === 'bad' ? 'failed' : 'hint'}>{status.message} {status.where && <CodeLink place={view.newest?.where ?? view.where} />} {troubles(view)}</span></p>
            {lines && <LogLines lines={lines} open={false} />}
          </div>
        );
      })}
    </section>
  );
}
