import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { hideToken } from './connection/page-token.ts';
import { YardStore } from './data/yard-store.ts';
import { stateHistory } from './health/state-history.ts';
import { LayoutStore } from './layout/layout-store.ts';
import { beginUrlSync } from './layout/url-sync.ts';
import { LayoutProvider } from './layout/use-layout.ts';
import { YardProvider } from './panels/use-yard.ts';
import { beginTheme } from './ui/theme.ts';

beginTheme();
hideToken(location, history);
const store = new YardStore(location);
const layout = new LayoutStore();
store.subscribe(() => {
  const { state } = store.snapshot();
  if (state) stateHistory.add(state, Date.now());
});
void beginUrlSync(layout, store);
createRoot(document.getElementById('root')!).render(
  <YardProvider value={store}>
    <LayoutProvider value={layout}>
      <App />
    </LayoutProvider>
  </YardProvider>,
);
