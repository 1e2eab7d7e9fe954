import { useEffect, useState } from 'react';
import { Controls } from './controls/Controls.tsx';
import { ErrorBoundary } from './panels/ErrorBoundary.tsx';
import { Panels } from './panels/Panels.tsx';
import { useStored, useYard } from './panels/use-yard.ts';
import { SourceDrawer } from './sources/SourceDrawer.tsx';
import { CodeBanner } from './status/CodeBanner.tsx';
import { StatusBar } from './status/StatusBar.tsx';

/** The page: status line, banners, sources, panels, controls. */
export function App() {
  const name = useYard(({ state }) => state?.name);
  useEffect(() => {
    document.title = name ? `${name} · Trainyard` : 'Trainyard';
  }, [name]);
  return name === undefined ? <><StatusBar drawer={false} onDrawer={() => {}} /><p className="empty">Waiting for the yard …</p></> : <Yard key={name} name={name} />;
}

function Yard({ name }: { readonly name: string }) {
  const empty = useYard(({ state }) => state?.views.every(({ hidden, kind }) => hidden || kind === 'compute') ?? true);
  const [keys, setKeys] = useStored<readonly string[]>(`keys:${name}`, []);
  const [asked, setAsked] = useState<boolean>();
  // Without views the tree of sources is what there is to see.
  const drawer = asked ?? empty;
  const toggle = (path: string) => setKeys(keys.includes(path) ? keys.filter((key) => key !== path) : [...keys, path]);
  return (
    <>
      <StatusBar drawer={drawer} onDrawer={() => setAsked(!drawer)} />
      <CodeBanner />
      <div className="work">
        {drawer && <ErrorBoundary what="The list of sources"><SourceDrawer keys={keys} onToggle={toggle} /></ErrorBoundary>}
        {empty && keys.length === 0 && <p className="empty">No views are running here. Pick a signal on the left to plot it, or start with a views file: <code>yard new views</code> writes one.</p>}
        {(!empty || keys.length > 0) && <Panels keys={keys} onClose={toggle} />}
        <ErrorBoundary what="The parameters"><Controls /></ErrorBoundary>
      </div>
    </>
  );
}
