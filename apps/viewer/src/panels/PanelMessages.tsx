import { CodeLink } from '../editor/CodeLink.tsx';
import { sentencesOf, type SourceFacts } from './source-facts.ts';

/** Why there is no value, and where in the user's file, of each thing that the panel shows; also a failure that is over but happened. */
export function PanelMessages({ facts }: { readonly facts: readonly SourceFacts[] }) {
  const several = facts.length > 1;
  return (
    <>
      {sentencesOf(facts).map(({ titles, facts: { source: { id, view }, status, channel } }) => (
        <p key={id} className={`message ${status.tone}`} role={status.tone === 'bad' ? 'alert' : 'status'}>
          {several && <b>{titles.join(', ')}: </b>}{status.message} {status.where && <CodeLink place={view?.newest?.where ?? view?.where} />}
          {view?.since && view.newest?.outcome !== 'value' && <span className="hint"> So since train {view.since.trainId}.</span>}
          {channel?.newest && status.word !== 'earlier' && <span className="hint"> Below: the last value, of train {channel.newest.trainId}.</span>}
        </p>
      ))}
      {facts.map(({ source: { id, view, title }, status }) => {
        if (status.message !== '' || !view?.lastFailure || view.counts.failed === 0) return null;
        const { lastFailure, counts } = view;
        return (
          <p key={id} className="message past">
            {several && <b>{title}: </b>}failed on {counts.failed} {counts.failed === 1 ? 'train' : 'trains'}, last {lastFailure.trainId}: {lastFailure.message} <CodeLink place={lastFailure.where ?? view.where} />
          </p>
        );
      })}
    </>
  );
}
