import { useEffect } from 'react';
import type { ViewState } from '@trainyard/control';
import { LoginForm } from './connection/LoginForm.tsx';
import { Controls } from './controls/Controls.tsx';
import { Shortcuts } from './keys/Shortcuts.tsx';
import { Grid } from './layout/Grid.tsx';
import { TabBar } from './layout/TabBar.tsx';
import { UndoBar } from './layout/UndoBar.tsx';
import { useFirst } from './layout/use-first.ts';
import { useShown } from './layout/use-layout.ts';
import { pages } from './pages/pages.ts';
import { ErrorBoundary } from './panels/ErrorBoundary.tsx';
import { Unshown } from './panels/Unshown.tsx';
import { useStored, useYard } from './panels/use-yard.ts';
import { WatchAlarms } from './panels/value/WatchAlarms.tsx';
import { SourceDrawer } from './sources/SourceDrawer.tsx';
import { CodeBanner } from './status/CodeBanner.tsx';
import { PlayerBar } from './status/PlayerBar.tsx';
import { StatusBar } from './status/StatusBar.tsx';
import { Notices } from './ui/Notices.tsx';

/** The page: status line, banners, sources, panels or another page, controls. */
export function App() {
  const name = useYard(({ state }) => state?.name);
  const link = useYard(({ link }) => link);
  useEffect(() => {
    document.title = name ? `${name} · Trainyard` : 'Trainyard';
  }, [name]);
  if (name !== undefined) return <Yard key={name} name={name} />;
  return link === 'login' ? <LoginForm /> : <><StatusBar /><p className="empty">Waiting for the yard …</p></>;
}

const noViews: readonly ViewState[] = [];

function Yard({ name }: { readonly name: string }) {
  const views = useYard(({ state }) => state?.views ?? noViews);
  const hasControls = useYard(({ state }) => state !== undefined && state.parameters.length + state.actions.length + state.constants.length > 0);
  const isAlone = useFirst().length === 0;
  const isBare = useShown(({ layout }) => layout.tabs.length === 1 && layout.tabs[0].panels.length === 0);
  const hello = useYard(({ hello }) => hello);
  const page = useShown(({ page }) => pages.find(({ key, isThere }) => key === page && hello && isThere(hello)));
  const [asked, setAsked] = useStored<boolean | null>(`drawer:${name}`, null);
  const [controls, setControls] = useStored(`controls:${name}`, true);
  // Without views the tree of sources is what there is to see.
  const drawer = asked ?? isAlone;
  return (
    <>
      <StatusBar drawer={drawer} controls={controls} {...(!page?.isWide && { onDrawer: () => setAsked(!drawer), ...(hasControls && { onControls: () => setControls(!controls) }) })} />
      <CodeBanner />
      <PlayerBar />
      <div className="work">
        {drawer && !page?.isWide && <ErrorBoundary what="The list of sources"><SourceDrawer /></ErrorBoundary>}
        {page ? <ErrorBoundary what={page.title} key={page.key}><page.Body /></ErrorBoundary> : (
          <div className="middle">
            <TabBar />
            {isAlone && isBare
              ? <p className="empty">No views are running here. Pick a signal on the left to plot it, or start with a views file: <code>yard new views</code> writes one.</p>
              : <><Grid /><Unshown views={views.filter(({ hidden, kind }) => hidden || kind === 'compute')} /></>}
          </div>
        )}
        {controls && !page?.isWide && <ErrorBoundary what="The parameters"><Controls /></ErrorBoundary>}
      </div>
      <div className="corner"><UndoBar /><WatchAlarms /><Notices /></div>
      <Shortcuts onSources={() => setAsked(!drawer)} onControls={() => setControls(!controls)} />
    </>
  );
}
