import { lazy, Suspense, type ComponentType } from 'react';

/** A page whose code comes when it is opened: the first load of the panels does not carry it. */
export function lazyPage(load: () => Promise<{ readonly default: ComponentType }>): ComponentType {
  const Body = lazy(load);
  return () => <Suspense fallback={<p className="empty" role="status">Loading …</p>}><Body /></Suspense>;
}
