import { useEffect } from 'react';
import type { SourceKey, ViewState } from '@trainyard/control';
import { Controls } from './controls/Controls.tsx';
import { kindOfKey } from './layout/first-layout.ts';
import { Grid } from './layout/Grid.tsx';
import { useLayoutStore, useShown } from './layout/use-layout.ts';
import { pages } from './pages/pages.ts';
import { ErrorBoundary } from './panels/ErrorBoundary.tsx';
import { Unshown } from './panels/Unshown.tsx';
import { useStored, useYard } from './panels/use-yard.ts';
import { SourceDrawer } from './sources/SourceDrawer.tsx';
import { CodeBanner } from './status/CodeBanner.tsx';
import { StatusBar } from './status/StatusBar.tsx';

/** The page: status line, banners, sources, panels or another page, controls. */
export function App() {
  const name = useYard(({ state }) => state?.name);
  useEffect(() => {
    document.title = name ? `${name} · Trainyard` : 'Trainyard';
  }, [name]);
  return name === undefined ? <><StatusBar drawer={false} onDrawer={() => {}} /><p className="empty">Waiting for the yard …</p></> : <Yard key={name} name={name} />;
}

const noViews: readonly ViewState[] = [];

function Yard({ name }: { readonly name: string }) {
  const layout = useLayoutStore();
  const views = useYard(({ state }) => state?.views ?? noViews);
  const empty = views.every(({ hidden, kind }) => hidden || kind === 'compute');
  const panels = useShown(({ layout, tab }) => layout.tabs[tab]?.panels);
  const page = useShown(({ page }) => pages.find(({ key }) => key === page));
  const [asked, setAsked] = useStored<boolean | null>(`drawer:${name}`, null);
  // Without views the tree of sources is what there is to see.
  const drawer = asked ?? empty;
  const plotted = panels?.flatMap(({ of }) => of) ?? [];
  const toggle = (key: SourceKey) => {
    const there = panels?.find(({ of }) => of.length === 1 && of[0] === key.path);
    if (there) layout.remove(there.key);
    else layout.add(kindOfKey(key), [key.path]);
  };
  return (
    <>
      <StatusBar drawer={drawer} onDrawer={() => setAsked(!drawer)} />
      <CodeBanner />
      <div className="work">
        {drawer && <ErrorBoundary what="The list of sources"><SourceDrawer keys={plotted} onToggle={toggle} /></ErrorBoundary>}
        {page ? <ErrorBoundary what={page.title}><page.Body /></ErrorBoundary> : empty && plotted.length === 0
          ? <p className="empty">No views are running here. Pick a signal on the left to plot it, or start with a views file: <code>yard new views</code> writes one.</p>
          : <div className="middle"><Grid /><Unshown views={views.filter(({ hidden, kind }) => hidden || kind === 'compute')} /></div>}
        <ErrorBoundary what="The parameters"><Controls /></ErrorBoundary>
      </div>
    </>
  );
}
