import type { Tool } from './use-picture-pointer.ts';

const paths: Readonly<Record<Tool, string>> = {
  move: 'M8 1v14M1 8h14M5.8 3.2 8 1l2.2 2.2M5.8 12.8 8 15l2.2-2.2M3.2 5.8 1 8l2.2 2.2M12.8 5.8 15 8l-2.2 2.2',
  zoom: 'M11 11l4 4M6.5 12a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM4 6.5h5M6.5 4v5',
  region: 'M3 4h10v8H3zM1.8 2.8h2.4v2.4H1.8zM11.8 2.8h2.4v2.4h-2.4zM1.8 10.8h2.4v2.4H1.8zM11.8 10.8h2.4v2.4h-2.4z',
  profile: 'M1 12l3-2 2 1 2.5-8L11 9l2-1.5 2 2M1 15h14',
  mask: 'M2 14l1-4 8-8 3 3-8 8zM9.5 3.5l3 3',
};

/** What a drag does, as a small drawing: fonts have no signs for it everywhere. */
export function ToolIcon({ tool }: { readonly tool: Tool }) {
  return <svg width="14" height="14" viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round" strokeLinecap="round" aria-hidden="true"><path d={paths[tool]} /></svg>;
}
