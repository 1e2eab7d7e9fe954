import { useEffect, useRef, useState, type CSSProperties } from 'react';
import type { LogLine, ViewState } from '@trainyard/control';
import { isArray, type Channel } from '../data/channel.ts';
import { panelStatus, troubles } from '../data/panel-status.ts';
import { formatAge, formatRate, formatWhere } from '../ui/format.ts';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { ImageBody } from './ImageBody.tsx';
import { LineBody } from './LineBody.tsx';
import { LogLines } from './LogLines.tsx';
import { PointsBody } from './PointsBody.tsx';
import { TableBody, TextBody } from './TextBody.tsx';
import { useDraw, useNow, useStore, useYard } from './use-yard.ts';

export interface PanelProps {
  /** A view's id, or the data path of a raw key. */
  readonly id: string;
  readonly view?: ViewState | undefined;
  readonly style: CSSProperties;
  readonly large: boolean;
  readonly onLarge: (large: boolean) => void;
  /** Raw keys can be put away. */
  onClose?: (() => void) | undefined;
}

const noLines: readonly LogLine[] = [];

/** One view or raw key: its value in a fitting form, and around it everything that says how much to trust it. */
export function Panel({ id, view, style, large, onLarge, onClose }: PanelProps) {
  const store = useStore();
  const channel = store.channel(id);
  const root = useRef<HTMLElement>(null);
  const [info, setInfo] = useState(false);
  const generation = useYard(({ state }) => state?.generation.number);
  const [has, setHas] = useState(channel.newest !== undefined);
  useEffect(() => channel.onDraw(() => setHas(true)), [channel]);
  const lines = useYard(({ logs }) => logs.get(id) ?? noLines);
  const { title, of } = view ? { title: view.title ?? view.name, of: view.group === 'views' ? '' : view.group } : keyTitle(id);

  useEffect(() => {
    const kind = view ? 'view' : 'key';
    // A little beyond the edges, so that a panel has its value when it is scrolled to.
    const observer = new IntersectionObserver(([entry]) => store.show(id, kind, entry.isIntersecting), { rootMargin: '400px' });
    observer.observe(root.current!);
    return () => {
      observer.disconnect();
      store.show(id, kind, false);
    };
  }, [store, id, view === undefined]);

  return (
    <section className={`panel${large ? ' large' : ''}${has ? '' : ' no-value'}`} style={style} ref={root} aria-label={title} data-view={id}>
      <header>
        <h2 title={view ? `${view.id} (${view.kind}, ${view.stage} stage)` : id}>{title}{of && <span className="group-name"> {of}</span>}</h2>
        <span className="right">
        <PanelFacts channel={channel} view={view} />
        {view && <button type="button" className="icon" aria-expanded={info} aria-label={`About ${title}`} title="Inputs, counts, time" onClick={() => setInfo(!info)}>i</button>}
        <button type="button" className="icon" aria-pressed={large} aria-label={large ? `Show ${title} with the others` : `Show ${title} large`} title={large ? 'Back (Esc)' : 'Large'} onClick={() => onLarge(!large)}>{large ? '⤡' : '⤢'}</button>
        {onClose && <button type="button" className="icon" aria-label={`Close ${title}`} title="Close" onClick={onClose}>×</button>}
        </span>
      </header>
      <PanelMessage channel={channel} view={view} />
      {info && view && <PanelInfo view={view} />}
      <Counts channel={channel} />
      <ErrorBoundary what={title} retry={generation} key={view?.kind}>
        {view ? <ViewBody view={view} channel={channel} title={title} /> : <ShapedBody channel={channel} title={title} />}
      </ErrorBoundary>
      {lines.length > 0 && <LogLines lines={lines} />}
    </section>
  );
}

/** The key of a data path is what tells panels apart: it comes first. */
function keyTitle(path: string): { title: string; of: string } {
  const [, source, bracketed, property] = /^(?:\w+#)?(.*?)(?:\[([^\]]+)\]|\.([\w.]+))$/.exec(path) ?? [];
  const key = bracketed ?? property;
  return key === undefined ? { title: path, of: '' } : { title: key, of: source };
}

function ViewBody({ view, channel, title }: { readonly view: ViewState; readonly channel: Channel; readonly title: string }) {
  switch (view.kind) {
    case 'image': return <ImageBody channel={channel} matrix={false} label={title} />;
    case 'matrix': return <ShapedBody channel={channel} title={title} unit={view.unit} matrix />;
    case 'points': return <PointsBody channel={channel} label={title} />;
    case 'table': return <TableBody channel={channel} label={title} />;
    case 'text': return <TextBody channel={channel} />;
    case 'compute': return null;
    default: return <LineBody channel={channel} unit={view.unit} label={title} scalar={view.kind === 'scalar'} />;
  }
}

type Form = 'scalar' | 'vector' | 'image' | 'table' | 'text';

/** A raw key, or a view of any rank, says what it is only by its first value. */
function ShapedBody({ channel, title, unit, matrix = false }: { readonly channel: Channel; readonly title: string; readonly unit?: string | undefined; readonly matrix?: boolean }) {
  const [form, setForm] = useState<Form>();
  useEffect(() => channel.onDraw(({ value }) => setForm(
    typeof value === 'string' ? 'text' : typeof value !== 'object' ? 'scalar' : !isArray(value) ? 'table' : value.shape.length === 0 ? 'scalar' : value.shape.length === 1 ? 'vector' : 'image')), [channel]);
  if (!form) return <div className="body" />;
  if (form === 'image') return <ImageBody channel={channel} matrix={matrix} label={title} />;
  if (form === 'text') return <TextBody channel={channel} />;
  if (form === 'table') return <TableBody channel={channel} label={title} />;
  return <LineBody channel={channel} unit={unit} label={title} scalar={form === 'scalar'} />;
}

function useStatus(channel: Channel, view: ViewState | undefined) {
  useNow(400);
  const source = useYard(({ state }) => state?.source);
  const link = useYard(({ link }) => link);
  const age = channel.newest ? performance.now() - channel.receivedAt : undefined;
  return { age, connected: link === 'open', status: panelStatus(view, age, source, link === 'open') };
}

/** Outcome, age, rate and train ID. */
function PanelFacts({ channel, view }: { readonly channel: Channel; readonly view: ViewState | undefined }) {
  const { age, connected, status } = useStatus(channel, view);
  const trainId = channel.newest?.trainId ?? view?.newest?.trainId;
  return (
    <span className="facts">
      {status.tone === 'good' ? <span className="dot good" role="img" aria-label={status.word} title={status.word} /> : <span className={`chip ${status.tone}`}>{status.word}</span>}
      {age !== undefined && status.stale && <span className="old">{formatAge(age)} old</span>}
      <span className="rate" title="Values a second">{connected ? formatRate(view ? view.rate : channel.rate(performance.now())) : '–'}</span>
      {trainId !== undefined && <span className="train" title="Newest train ID shown">{trainId}</span>}
    </span>
  );
}

/** Why there is no value, and where in the user's file; also a failure that is over but happened. */
function PanelMessage({ channel, view }: { readonly channel: Channel; readonly view: ViewState | undefined }) {
  const { status } = useStatus(channel, view);
  if (status.message) {
    return (
      <p className={`message ${status.tone}`} role={status.tone === 'bad' ? 'alert' : 'status'}>
        {status.message} {status.where && <code title={status.file}>{status.where}</code>}
        {channel.newest && <span className="hint"> Below: the last value, of train {channel.newest.trainId}.</span>}
      </p>
    );
  }
  if (view?.lastFailure && view.counts.failed > 0) {
    const { lastFailure } = view;
    return (
      <p className="message past">
        failed on {view.counts.failed} {view.counts.failed === 1 ? 'train' : 'trains'}, last {lastFailure.trainId}: {lastFailure.message} <code title={lastFailure.where?.file}>{formatWhere(lastFailure.where ?? view.where)}</code>
      </p>
    );
  }
  return null;
}

/** What a reducer counted beside its result: pairs that were incomplete, values that were outside; what is 0 is not worth a word. */
function Counts({ channel }: { readonly channel: Channel }) {
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
      {view.where && <><dt>code</dt><dd><code title={view.where.file}>{formatWhere(view.where)}</code></dd></>}
    </dl>
  );
}
