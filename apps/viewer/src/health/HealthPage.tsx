import { useEffect, useRef, useState } from 'react';
import type { SourceStatus, YardState } from '@trainyard/control';
import { CodeLink } from '../editor/CodeLink.tsx';
import { useShown } from '../layout/use-layout.ts';
import { useNow, useYard } from '../panels/use-yard.ts';
import { formatAge, formatBytes, formatCount, formatDay, formatRate } from '../ui/format.ts';
import './health.css';
import { Journal } from './Journal.tsx';
import { Logs } from './Logs.tsx';
import { Sparkline } from './Sparkline.tsx';
import { stateHistory } from './state-history.ts';
import { formatTiming, rareSources, seenShare, worstFirst } from './view-facts.ts';

/** How the yard does: sources, trains, the process, each view and why it has no data, and who changed what. */
export default function HealthPage() {
  const state = useYard(({ state }) => state);
  if (!state) return null;
  return (
    <main className="health" aria-label="Health">
      <Views state={state} />
      <Sources source={state.source} state={state} />
      <Process state={state} />
      <Journal />
      <Logs />
    </main>
  );
}

function Views({ state: { views, source } }: { readonly state: YardState }) {
  const link = useYard(({ link }) => link);
  const about = useShown(({ about }) => about);
  const asked = useRef<HTMLTableRowElement>(null);
  useEffect(() => asked.current?.scrollIntoView({ block: 'center' }), [about]);
  const rows = worstFirst(views, source, link === 'open');
  return (
    <section aria-label="Views">
      <h2>Views</h2>
      {views.length === 0 ? <p className="hint">No views are running.</p> : (
        <div className="wide">
          <table>
            <thead><tr><th>view</th><th>now</th><th>rate</th><th>values</th><th>none</th><th>missing</th><th>failed</th><th>late</th><th>dropped</th>
              <th title="Its own time per train: half, 95 % and 99 % are not above">time, ms</th><th title="From the train's timestamp to the value: half, 95 % and 99 % are not above">age, ms</th><th title="From the train's timestamp to the screen, over all who look: half, 95 % and 99 % are not above">to the screen, ms</th></tr></thead>
            <tbody>
              {rows.map(({ view, status }) => [
                <tr key={view.id} ref={view.id === about ? asked : undefined} className={view.id === about ? 'asked' : ''}>
                  <th scope="row">{view.title ?? view.name} <span className="hint">{view.id}</span></th>
                  <td><span className={`chip ${status.tone}`}>{status.word}</span></td><td>{formatRate(view.rate)}</td>
                  {(['value', 'none', 'missing', 'failed', 'late', 'dropped'] as const).map((name) => <td key={name} className={name === 'value' || view.counts[name] === 0 ? 'hint' : name === 'failed' ? 'failed' : ''}>{formatCount(view.counts[name])}</td>)}
                  <td>{formatTiming(view.time)}</td><td>{formatTiming(view.age)}</td><td>{formatTiming(view.pixel)}</td>
                </tr>,
                status.message && (
                  <tr key={`${view.id} why`} className={`why${view.id === about ? ' asked' : ''}`}>
                    <td colSpan={12}>{status.message} {status.where && <CodeLink place={view.newest?.where ?? view.where} />}{view.since && <span className="hint"> since train {view.since.trainId}, {formatDay(view.since.at)}</span>}</td>
                  </tr>
                ),
              ])}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Sources({ source, state }: { readonly source: SourceStatus; readonly state: YardState }) {
  const tree = useYard(({ tree }) => tree);
  const share = seenShare(state.trains);
  const rates = useYard(({ rates }) => rates);
  const rare = rareSources(tree, rates);
  const [all, setAll] = useState(false);
  return (
    <section aria-label="Sources and trains">
      <h2>Sources and trains</h2>
      <p>{source.message}</p>
      {source.streams && (
        <div className="wide">
          <table>
            <thead><tr><th>stream</th><th>now</th><th>rate</th><th>policy</th><th>received</th><th>not computed</th><th>newest train</th></tr></thead>
            <tbody>
              {source.streams.map((stream) => [
                <tr key={stream.what}>
                  <th scope="row">{stream.what}</th><td><span className={`chip ${stream.status === 'streaming' ? 'good' : stream.status === 'gone' ? 'bad' : 'wait'}`}>{stream.status}</span></td>
                  <td>{formatRate(stream.rate)}</td><td>{stream.policy}</td><td>{formatCount(stream.received)}</td><td>{byRule(stream.dropped)}</td><td>{stream.lastTrainId ?? '–'}</td>
                </tr>,
                (stream.hint ?? (stream.status !== 'streaming' ? stream.message : '')) !== '' && <tr key={`${stream.what} hint`} className="why"><td colSpan={7}>{stream.hint ?? stream.message}</td></tr>,
              ])}
            </tbody>
          </table>
        </div>
      )}
      <dl>
        <dt>trains</dt><dd>{formatCount(state.trains.seen)} seen{source.total === undefined ? '' : ` of ${formatCount(source.total)}`}, {formatCount(state.trains.done)} done, {formatRate(state.trains.rate)}</dd>
        <dt>dropped</dt><dd>{byRule(state.trains.dropped)}{share !== undefined && share < 1 && `: views saw ${percent(share)} of what came`}</dd>
        <dt>matching</dt><dd>{tree === undefined ? 'not known yet' : rare.length === 0 ? 'every source with data of each train is in (nearly) all trains' : `${rare.length} ${rare.length === 1 ? 'source is' : 'sources are'} in only a part of the trains`}</dd>
      </dl>
      {rare.length > 0 && (
        <ul className="plain">
          {(all ? rare : rare.slice(0, 8)).map(({ name, rate, share }) => <li key={name}><meter min={0} max={1} value={share} aria-label={`Trains with ${name}`} /> {percent(share)} <b>{name}</b> <span className="hint">{formatRate(rate)}</span></li>)}
          {rare.length > 8 && <li><button type="button" className="link" onClick={() => setAll(!all)}>{all ? 'fewer' : `all ${rare.length}`}</button></li>}
        </ul>
      )}
    </section>
  );
}

function Process({ state }: { readonly state: YardState }) {
  useNow(2000);
  const { workers, startedAt, crashed, version, pid } = state;
  const { residentBytes, loopLagMs: lag } = state.process;
  const { samples } = stateHistory;
  const deaths = Object.entries(workers.deaths).filter(([, count]) => count > 0);
  return (
    <section aria-label="Process">
      <h2>Process</h2>
      {crashed && <p className="message bad">The yard before this one crashed {formatDay(crashed.at)} by {crashed.by}; this one took its place.</p>}
      <dl>
        <dt>workers</dt><dd>{workers.busy} of {workers.pool} busy <meter min={0} max={Math.max(1, workers.pool)} value={workers.busy} aria-label="Workers busy" /></dd>
        <dt>ended</dt><dd className={deaths.length > 0 ? 'failed' : ''}>{deaths.length === 0 ? 'no worker had to be ended' : `workers ended: ${deaths.map(([why, count]) => `${count} by ${why}`).join(', ')}`}</dd>
        <dt>memory</dt><dd>{formatBytes(residentBytes)} <Sparkline label="Memory" times={samples.map(({ at }) => at)} values={samples.map(({ bytes }) => bytes)} format={formatBytes} /></dd>
        <dt>main thread</dt><dd>{lag ? `late by ${lag.p50.toFixed(1)} / ${lag.p95.toFixed(1)} / ${lag.p99.toFixed(1)} ms` : 'not measured yet'} <Sparkline label="Lag of the main thread" times={samples.map(({ at }) => at)} values={samples.map(({ lagMs }) => lagMs)} format={(ms) => `${ms.toFixed(1)} ms`} /></dd>
        <dt>trains</dt><dd>{formatRate(state.trains.rate)} <Sparkline label="Trains a second" times={samples.map(({ at }) => at)} values={samples.map(({ rate }) => rate)} format={formatRate} /></dd>
        <dt>running</dt><dd>{formatAge(Date.now() - startedAt)}, Trainyard {version}, process {pid}</dd>
      </dl>
    </section>
  );
}

const byRule = (dropped: Readonly<Record<string, number>>): string => Object.entries(dropped).filter(([, count]) => count > 0).map(([rule, count]) => `${formatCount(count)} ${rule}`).join(', ') || '0';
const percent = (share: number): string => `${(share * 100).toFixed(share > 0.995 && share < 1 ? 2 : 0)} %`;
