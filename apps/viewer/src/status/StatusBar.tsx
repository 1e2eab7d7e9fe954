import { useState } from 'react';
import { FreezeBar } from '../freeze/FreezeBar.tsx';
import { useLayoutStore, useShown } from '../layout/use-layout.ts';
import { MakeNote } from '../notes/MakeNote.tsx';
import { pages } from '../pages/pages.ts';
import { useLookOnly } from '../panels/use-role.ts';
import { useNow, useStore, useYard } from '../panels/use-yard.ts';
import { formatAge, formatCount, formatRate } from '../ui/format.ts';
import { toggleTheme, useTheme } from '../ui/theme.ts';

/** One line on how the yard does: source, trains, code. And the way to the other pages. */
export function StatusBar({ drawer, onDrawer, controls, onControls }: { readonly drawer?: boolean; readonly onDrawer?: () => void; readonly controls?: boolean | undefined; readonly onControls?: () => void }) {
  const state = useYard(({ state }) => state);
  const link = useYard(({ link }) => link);
  const broken = useYard(({ broken }) => broken);
  const lookOnly = useLookOnly();
  const store = useStore();
  const theme = useTheme();
  const page = useShown(({ page }) => page);
  const [noting, setNoting] = useState(false);
  useNow(1000);
  const dropped = Object.entries(state?.trains.dropped ?? {}).filter(([, count]) => count > 0);
  const tone = link !== 'open' ? 'bad' : state?.source.status === 'streaming' ? 'good' : state?.source.status === 'gone' ? 'bad' : 'wait';
  return (
    <div className="status" role="banner">
      {onDrawer && <button type="button" className="drawer-button" aria-expanded={drawer} aria-controls="drawer" onClick={onDrawer}>Sources</button>}
      <strong className="name">{state?.name ?? 'Trainyard'}</strong>
      {lookOnly !== undefined && <span className="chip" title={lookOnly}>looking only</span>}
      <span className={`source ${tone}`} role="status" title={state?.source.message}><span className={`dot ${tone}`} aria-hidden="true" />{link === 'open' || !state ? (state?.source.message ?? 'Connecting …') : 'Not connected.'}</span>
      {state && (
        <span className="numbers">
          <span className="lead">{formatRate(state.trains.rate).replace('Hz', 'trains/s')}</span>
          {state.trains.lastTrainId !== undefined && <span>train <b>{state.trains.lastTrainId}</b></span>}
          <span className="less">seen <b>{formatCount(state.trains.seen)}{state.source.total ? ` of ${formatCount(state.source.total)}` : ''}</b></span>
          <span className={dropped.length > 0 ? 'warn' : ''}>dropped <b>{dropped.length === 0 ? '0' : dropped.map(([rule, count]) => `${formatCount(count)} (${rule})`).join(', ')}</b></span>
          <span className="less" title={`Loaded ${formatAge(Date.now() - state.generation.loadedAt)} ago`}>generation <b>{state.generation.number}</b></span>
          <span className="less">workers <b>{state.workers.busy}/{state.workers.pool}</b></span>
        </span>
      )}
      {state && <FreezeBar />}
      {state && lookOnly === undefined && page === undefined && <button type="button" title="Keep what is seen now, with words" onClick={() => setNoting(true)}>Note</button>}
      {noting && <MakeNote onClose={() => setNoting(false)} />}
      <PageLinks />
      {onControls && <button type="button" aria-expanded={controls} aria-controls="controls" onClick={onControls}>Parameters</button>}
      <button type="button" className="icon" aria-label={theme === 'dark' ? 'Light colours' : 'Dark colours'} title={theme === 'dark' ? 'Light colours' : 'Dark colours'} onClick={toggleTheme}>{theme === 'dark' ? '☀' : '☾'}</button>
      {(link === 'lost' || link === 'refused' || link === 'login') && (
        <p className="banner bad" role="alert">
          {link === 'lost' ? 'Connection to the yard lost: what you see is not live. Trying again by itself; if the yard was stopped, start it again and open the address that it prints.'
            : link === 'login' ? 'The yard asks for its password again. Reload the page to log in.'
            : 'The yard does not know this page: its token is missing, or the yard was started again. Open the address that it prints now (yard ps shows it again).'}
          {' '}<button type="button" onClick={() => store.retry()}>Try now</button>
        </p>
      )}
      {broken && <p className="banner warn" role="status">A value could not be read: {broken}</p>}
    </div>
  );
}

function PageLinks() {
  const layout = useLayoutStore();
  const page = useShown(({ page }) => page);
  const hello = useYard(({ hello }) => hello);
  const there = pages.filter(({ isThere }) => hello && isThere(hello));
  if (there.length === 0) return null;
  return (
    <nav className="pages" aria-label="Pages">
      {[{ key: undefined, title: 'Panels' }, ...there].map(({ key, title }) => (
        <button key={title} type="button" aria-current={page === key ? 'page' : undefined} onClick={() => layout.go({ page: key, about: undefined })}>{title}</button>
      ))}
    </nav>
  );
}
