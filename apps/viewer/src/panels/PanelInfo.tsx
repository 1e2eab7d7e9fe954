import type { ViewState } from '@trainyard/control';
import { troubles } from '../data/panel-status.ts';
import { CodeLink } from '../editor/CodeLink.tsx';
import { formatRate, formatShape } from '../ui/format.ts';
import type { SourceFacts } from './source-facts.ts';

/** What is known of all that the panel shows: of views where they take their data and how long they need, of raw keys what they are. */
export function PanelInfo({ facts }: { readonly facts: readonly SourceFacts[] }) {
  return (
    <div className="info">
      {facts.map((one) => (
        <dl key={one.source.id} aria-label={one.source.title}>
          {facts.length > 1 && <><dt>of</dt><dd><b>{one.source.title}</b></dd></>}
          {one.source.view ? <ViewInfo view={one.source.view} /> : <KeyInfo facts={one} />}
        </dl>
      ))}
    </div>
  );
}

function ViewInfo({ view }: { readonly view: ViewState }) {
  return (
    <>
      <dt>inputs</dt><dd>{view.inputs.length === 0 ? 'none' : view.inputs.map(({ name, from, optional }) => <div key={name}>{name}: <code>{from}</code>{optional && ' (optional)'}</div>)}</dd>
      <dt>trains</dt><dd>{view.counts.value} with a value{troubles(view) && ` · ${troubles(view)}`}</dd>
      <dt>time</dt><dd>{view.timeMs.toFixed(1)} ms for the newest train, {view.stage} stage</dd>
      {view.where && <><dt>code</dt><dd><CodeLink place={view.where} /></dd></>}
    </>
  );
}

function KeyInfo({ facts: { source: { id, key }, status, rate, trainId } }: { readonly facts: SourceFacts }) {
  return (
    <>
      <dt>{id.includes('#') ? 'key' : 'view'}</dt><dd><code>{id}</code></dd>
      <dt>now</dt><dd>{status.message || status.word}</dd>
      {key && <><dt>data</dt><dd>{key.dtype} {key.shape.length === 0 ? 'a single value' : formatShape(key.shape)}</dd></>}
      <dt>rate</dt><dd>{rate === undefined ? 'not connected' : formatRate(rate)}</dd>
      <dt>last train</dt><dd>{trainId ?? 'none'}</dd>
    </>
  );
}
