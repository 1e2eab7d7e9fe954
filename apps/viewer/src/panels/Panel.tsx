import { useEffect, useMemo, useRef, useState } from 'react';
import type { PanelSpec, ViewState } from '@trainyard/control';
import type { Channel } from '../data/channel.ts';
import { useLayoutStore } from '../layout/use-layout.ts';
import { useTheme } from '../ui/theme.ts';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { LogLines } from './LogLines.tsx';
import { ExportsContext, offerExports, type PanelExports } from './panel-exports.ts';
import { PanelFacts } from './PanelFacts.tsx';
import { PanelInfo } from './PanelInfo.tsx';
import { panelKindInfos } from './panel-kinds.ts';
import { PanelMenu } from './PanelMenu.tsx';
import { PanelMessages } from './PanelMessages.tsx';
import { panelSources, panelTitle, sourceTitle } from './panel-sources.ts';
import { useLines, useSourceFacts } from './source-facts.ts';
import { useDraw } from './use-value.ts';
import { useYard } from './use-yard.ts';

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
  const facts = useSourceFacts(sources, visible);
  const lines = useLines(spec.of);
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
          <PanelFacts facts={facts} title={title} onWhy={() => setInfo(!info)} />
          <button type="button" className="icon" aria-expanded={info} aria-label={`About ${title}`} title="Where it comes from, and how it does" onClick={() => setInfo(!info)}>i</button>
          <button type="button" className="icon" aria-pressed={large} aria-label={large ? `Show ${title} with the others` : `Show ${title} large`} title={large ? 'Back (Esc)' : 'Large'} onClick={() => layout.go({ large: large ? undefined : spec.key })}>{large ? '⤡' : '⤢'}</button>
          <PanelMenu spec={spec} title={title} sources={sources} root={root} exports={exports} />
          <button type="button" className="icon" aria-label={`Close ${title}`} title="Close" onClick={() => layout.remove(spec.key, title)}>×</button>
        </span>
      </header>
      <PanelMessages facts={facts} />
      {info && <PanelInfo facts={facts} />}
      {facts.map(({ source: { id, title: name }, channel }) => <Counts key={id} channel={channel} of={facts.length > 1 ? name : ''} />)}
      <ErrorBoundary what={title} retry={generation} key={`${sources[0]?.view?.kind} ${theme}`}>
        <ExportsContext.Provider value={exports}>
          {sources.length > 0 && <kind.Body spec={spec} sources={sources} title={title} settings={spec.settings ?? noSettings} change={change} visible={visible} large={large} />}
        </ExportsContext.Provider>
      </ErrorBoundary>
      {lines.length > 0 && <LogLines lines={lines} names={spec.of.length > 1} />}
    </section>
  );
}

/** What a reducer counted beside its result: pairs that were incomplete, values that were outside; what is 0 is not worth a word. */
function Counts({ channel, of }: { readonly channel: Channel | undefined; readonly of: string }) {
  const [text, setText] = useState('');
  useDraw(channel, ({ labels }) => setText(Object.entries(labels?.counts ?? {}).filter(([, count]) => count > 0).map(([name, count]) => `${count} ${name}`).join(' · ')));
  return text === '' ? null : <p className="hint counts">{of && `${of}: `}{text}</p>;
}
