import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { YardStore } from './data/yard-store.ts';
import { LayoutStore } from './layout/layout-store.ts';
import { LayoutProvider } from './layout/use-layout.ts';
import { YardProvider } from './panels/use-yard.ts';
import { beginTheme } from './ui/theme.ts';

beginTheme();
const store = new YardStore(location);
const layout = new LayoutStore();
createRoot(document.getElementById('root')!).render(
  <YardProvider value={store}>
    <LayoutProvider value={layout}>
      <App />
    </LayoutProvider>
  </YardProvider>,
);
