import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { YardStore } from './data/yard-store.ts';
import { YardProvider } from './panels/use-yard.ts';

const store = new YardStore(location);
createRoot(document.getElementById('root')!).render(
  <YardProvider value={store}>
    <App />
  </YardProvider>,
);
