import { useEffect, useSyncExternalStore } from 'react';
import type { ViewState } from '@trainyard/control';
import { useLayoutStore, useShown } from '../../layout/use-layout.ts';
import { useStore, useYard } from '../use-yard.ts';
import { alarmWatch, pageAlarms } from './page-alarms.ts';
import { watchedIn, type Watched } from './watched.ts';

const noViews: readonly ViewState[] = [];

/** Watches the values of all tabs that have limits, and shows the alarms of those whose panel is not to be seen now. */
export function WatchAlarms() {
  const store = useStore();
  const layout = useLayoutStore();
  const shown = useShown((shown) => shown);
  const views = useYard(({ state }) => state?.views ?? noViews);
  const tree = useYard(({ tree }) => tree);
  const alarms = useSyncExternalStore(pageAlarms.subscribe, pageAlarms.list);
  const watched = watchedIn(shown.layout.tabs, views, tree);
  const wish = JSON.stringify(watched);

  useEffect(() => alarmWatch.follow(store, JSON.parse(wish) as Watched[]), [store, wish]);
  // With everything that the yard says as well, as timers of a window that is not looked at run seldom.
  useEffect(() => {
    const judge = () => alarmWatch.judge();
    const timer = setInterval(judge, 1000);
    const end = store.subscribe(judge);
    return () => {
      clearInterval(timer);
      end();
      alarmWatch.follow(store, []);
    };
  }, [store]);

  const tab = shown.layout.tabs[shown.tab];
  const alone = tab?.panels.find(({ key }) => key === shown.large);
  const inSight = new Set(!tab || shown.page !== undefined ? [] : watchedIn([alone ? { ...tab, panels: [alone] } : tab], views, tree).map(({ key }) => key));
  return (
    <div className="notices">
      {alarms.filter(({ key, seen }) => !seen && !inSight.has(key)).map(({ key, title, text }) => (
        <p key={key} className="notice bad" role="alert">
          ALARM {title}: {text} <button type="button" onClick={() => layout.go({ page: undefined, large: undefined, tab: watched.find((one) => one.key === key)?.tab ?? shown.tab })}>show</button> <button type="button" className="danger" onClick={() => pageAlarms.acknowledge(key)}>acknowledge</button>
        </p>
      ))}
    </div>
  );
}
