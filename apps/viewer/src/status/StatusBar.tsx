import { formatAge, formatCount, formatRate } from '../ui/format.ts';
import { toggleTheme, useTheme } from '../ui/theme.ts';
import { useNow, useStore, useYard } from '../panels/use-yard.ts';

/** One line on how the yard does: source, trains, code, workers. */
export function StatusBar({ drawer, onDrawer }: { readonly drawer: boolean; readonly onDrawer: () => void }) {
  const state = useYard(({ state }) => state);
  const link = useYard(({ link }) => link);
  const broken = useYard(({ broken }) => broken);
  const store = useStore();
  const theme = useTheme();
  useNow(1000);
  const dropped = Object.entries(state?.trains.dropped ?? {}).filter(([, count]) => count > 0);
  const tone = link !== 'open' ? 'bad' : state?.source.status === 'streaming' ? 'good' : state?.source.status === 'gone' ? 'bad' : 'wait';
  return (
    <div className="status" role="banner">
      <button type="button" className="drawer-button" aria-expanded={drawer} aria-controls="drawer" onClick={onDrawer}>Sources</button>
      <strong className="name">{state?.name ?? 'Trainyard'}</strong>
      <span className="source" role="status"><span className={`dot ${tone}`} aria-hidden="true" />{link === 'open' || !state ? (state?.source.message ?? 'Connecting …') : 'Not connected.'}</span>
      {state && (
        <span className="numbers">
          <span className="lead">{formatRate(state.trains.rate).replace('Hz', 'trains/s')}</span>
          {state.trains.lastTrainId !== undefined && <span>train <b>{state.trains.lastTrainId}</b></span>}
          <span>seen <b>{formatCount(state.trains.seen)}{state.source.total ? ` of ${formatCount(state.source.total)}` : ''}</b></span>
          <span className={dropped.length > 0 ? 'warn' : ''}>dropped <b>{dropped.length === 0 ? '0' : dropped.map(([rule, count]) => `${formatCount(count)} (${rule})`).join(', ')}</b></span>
          <span title={`Loaded ${formatAge(Date.now() - state.generation.loadedAt)} ago`}>generation <b>{state.generation.number}</b></span>
          <span>workers <b>{state.workers.busy}/{state.workers.pool}</b></span>
        </span>
      )}
      <button type="button" className="icon" aria-label={theme === 'dark' ? 'Light colours' : 'Dark colours'} title={theme === 'dark' ? 'Light colours' : 'Dark colours'} onClick={toggleTheme}>{theme === 'dark' ? '☀' : '☾'}</button>
      {(link === 'lost' || link === 'refused') && (
        <p className="banner bad" role="alert">
          {link === 'refused' ? 'The yard was started again and no longer knows this page. Open the address that it prints now.' : 'Connection to the yard lost: what you see is not live. Trying again by itself; if the yard was stopped, start it again and open the address that it prints.'}
          {' '}<button type="button" onClick={() => store.retry()}>Try now</button>
        </p>
      )}
      {broken && <p className="banner warn" role="status">A value could not be read: {broken}</p>}
    </div>
  );
}
