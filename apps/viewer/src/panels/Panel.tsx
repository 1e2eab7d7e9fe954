import { useEffect, useMemo, useRef, useState } from 'react';
import type { LogLine, PanelSpec, ViewState } from '@trainyard/control';
import type { Channel } from '../data/channel.ts';
import { panelStatus, troubles } from '../data/panel-status.ts';
import { CodeLink } from '../editor/CodeLink.tsx';
import { useLayoutStore } from '../layout/use-layout.ts';
import { formatAge, formatRate } from '../ui/format.ts';
import { useTheme } from '../ui/theme.ts';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { LogLines } from './LogLines.tsx';
import { ExportsContext, offerExports, type PanelExports } from './panel-exports.ts';
import { panelKindInfos } from './panel-kinds.ts';
import { PanelMenu } from './PanelMenu.tsx';
import { panelSources, panelTitle, sourceTitle } from './panel-sources.ts';
import { useDraw } from './use-value.ts';
import { useNow, useStore, useYard } from './use-yard.ts';

const noLines: readonly LogLine[] = [];
const noViews: readonly ViewState[] = [];
const noSettings = {};

/** One or several views or raw keys in a fitting form, and around them everything that says how much to trust it. */
export function Panel({ spec, large }: { readonly spec: PanelSpec; readonly large: boolean }) {
  const layout = useLayoutStore();
  const theme = useTheme();
  const root = useRef<HTMLElement>(null);
  const exports = useRef<PanelExports>({});
  const [visible, setVisible] = useState(false);
  const [info, setInfo] = useState(false);
  const generation = useYard(({ state }) => state?.generation.number);
  const views = useYard(({ state }) => state?.views ?? noViews);
  const tree = useYard(({ tree }) => tree);
  const sources = panelSources(spec, views, tree);
  const [first] = sources;
  const view = first?.view;
  const channel = useNewest(spec.of[0] ?? '', visible);
  const lines = useYard(({ logs }) => logs.get(spec.of[0] ?? '') ?? noLines);
  const title = panelTitle(spec, sources);
  const { of } = sourceTitle(spec.of[0] ?? '');
  const kind = panelKindInfos[spec.kind];
  const change = useMemo(() => layout.settings.bind(layout, spec.key), [layout, spec.key]);

  useEffect(() => {
    // A little beyond the edges, so that a panel has its value when it is scrolled to.
    const observer = new IntersectionObserver(([entry]) => setVisible(entry.isIntersecting), { rootMargin: '400px' });
    observer.observe(root.current!);
    offerExports(root.current!, exports);
    return () => observer.disconnect();
  }, []);

  return (
    <section className={`panel${large ? ' large' : ''}`} ref={root} tabIndex={-1} aria-label={title} data-key={spec.key} data-view={spec.of[0]} data-kind={spec.kind}>
      <header>
        <h2 className="panel-title" title={spec.of.join('\n')}>{title}{of && <span className="group-name"> {of}</span>}</h2>
        <span className="right">
          <PanelFacts channel={channel} view={view} title={title} />
          {view && <button type="button" className="icon" aria-expanded={info} aria-label={`About ${title}`} title="Inputs, counts, time" onClick={() => setInfo(!info)}>i</button>}
          <button type="button" className="icon" aria-pressed={large} aria-label={large ? `Show ${title} with the others` : `Show ${title} large`} title={large ? 'Back (Esc)' : 'Large'} onClick={() => layout.go({ large: large ? undefined : spec.key })}>{large ? '⤡' : '⤢'}</button>
          <PanelMenu spec={spec} title={title} sources={sources} root={root} exports={exports} />
          <button type="button" className="icon" aria-label={`Close ${title}`} title="Close" onClick={() => layout.remove(spec.key, title)}>×</button>
        </span>
      </header>
      <PanelMessage channel={channel} view={view} id={spec.of[0] ?? ''} />
      {info && view && <PanelInfo view={view} />}
      <Counts channel={channel} />
      <ErrorBoundary what={title} retry={generation} key={`${view?.kind} ${theme}`}>
        <ExportsContext.Provider value={exports}>
          {sources.length > 0 && <kind.Body spec={spec} sources={sources} title={title} settings={spec.settings ?? noSettings} change={change} visible={visible} large={large} />}
        </ExportsContext.Provider>
      </ErrorBoundary>
      {lines.length > 0 && <LogLines lines={lines} />}
    </section>
  );
}

/** Whatever of this view or key arrived last, in any form: its train, its age. */
function useNewest(id: string, visible: boolean): Channel | undefined {
  const store = useStore();
  useNow(400);
  return visible ? store.newestOf(id) : undefined;
}

function useStatus(channel: Channel | undefined, view: ViewState | undefined) {
  const source = useYard(({ state }) => state?.source);
  const link = useYard(({ link }) => link);
  const age = channel?.newest ? performance.now() - channel.receivedAt : undefined;
  return { age, connected: link === 'open', status: panelStatus(view, age, source, link === 'open', channel?.shown?.trainId) };
}

/** Outcome, age, rate and train ID. */
function PanelFacts({ channel, view, title }: { readonly channel: Channel | undefined; readonly view: ViewState | undefined; readonly title: string }) {
  const layout = useLayoutStore();
  const { age, connected, status } = useStatus(channel, view);
  const trainId = channel?.shown?.trainId ?? view?.newest?.trainId;
  const frozen = useYard(({ frozen }) => frozen);
  // What stands still is not late.
  if (frozen !== undefined) return <span className="facts"><span className="chip warn" title="All panels stand still; space makes them live again">frozen</span>{channel?.shown && <span className="train" title="Train ID shown">{channel.shown.trainId}</span>}</span>;
  return (
    <span className="facts">
      {status.tone === 'good' ? <span className="dot good" role="img" aria-label={status.word} title={status.word} /> : view ? <button type="button" className={`chip ${status.tone}`} aria-label={`${status.word}: why ${title} shows this`} title="Why? Opens the health page" onClick={() => layout.go({ page: 'health', about: view.id })}>{status.word}</button> : <span className={`chip ${status.tone}`}>{status.word}</span>}
      {age !== undefined && status.stale && <span className="old">{formatAge(age)} old</span>}
      <span className="rate" title="Values a second">{connected ? formatRate(view ? view.rate : (channel?.rate(performance.now()) ?? 0)) : '–'}</span>
      {trainId !== undefined && <span className="train" title="Newest train ID shown">{trainId}</span>}
    </span>
  );
}

/** Why there is no value, and where in the user's file; also a failure that is over but happened. */
function PanelMessage({ channel, view, id }: { readonly channel: Channel | undefined; readonly view: ViewState | undefined; readonly id: string }) {
  const { status } = useStatus(channel, view);
  if (!view && id !== '' && !id.includes('#')) return <p className="message warn" role="status">The code has no view {id} now.</p>;
  if (status.message) {
    return (
      <p className={`message ${status.tone}`} role={status.tone === 'bad' ? 'alert' : 'status'}>
        {status.message} {status.where && <CodeLink place={view?.newest?.where ?? view?.where} />}
        {channel?.newest && status.word !== 'earlier' && <span className="hint"> Below: the last value, of train {channel.newest.trainId}.</span>}
      </p>
    );
  }
  if (view?.lastFailure && view.counts.failed > 0) {
    const { lastFailure } = view;
    return (
      <p className="message past">
        failed on {view.counts.failed} {view.counts.failed === 1 ? 'train' : 'trains'}, last {lastFailure.trainId}: {lastFailure.message} <CodeLink place={lastFailure.where ?? view.where} />
      </p>
    );
  }
  return null;
}

/** What a reducer counted beside its result: pairs that were incomplete, values that were outside; what is 0 is not worth a word. */
function Counts({ channel }: { readonly channel: Channel | undefined }) {
  const [text, setText] = useState('');
  useDraw(channel, ({ labels }) => setText(Object.entries(labels?.counts ?? {}).filter(([, count]) => count > 0).map(([name, count]) => `${count} ${name}`).join(' · ')));
  return text === '' ? null : <p className="hint counts">{text}</p>;
}

function PanelInfo({ view }: { readonly view: ViewState }) {
  return (
    <dl className="info">
      <dt>inputs</dt><dd>{view.inputs.length === 0 ? 'none' : view.inputs.map(({ name, from, optional }) => <div key={name}>{name}: <code>{from}</code>{optional && ' (optional)'}</div>)}</dd>
      <dt>trains</dt><dd>{view.counts.value} with a value{troubles(view) && ` · ${troubles(view)}`}</dd>
      <dt>time</dt><dd>{view.timeMs.toFixed(1)} ms for the newest train, {view.stage} stage</dd>
      {view.where && <><dt>code</dt><dd><CodeLink place={view.where} /></dd></>}
    </dl>
  );
}
