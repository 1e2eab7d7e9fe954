import type { ComponentType } from 'react';
import type { Hello } from '@trainyard/control';
import { lazyPage } from './lazy-page.tsx';

/** A page beside the panels, such as the editor. */
export interface PageInfo {
  /** As the address says it: `#page=health`. */
  readonly key: string;
  readonly title: string;
  /** Whether this yard offers it. */
  readonly isThere: (hello: Hello) => boolean;
  /** Takes the whole width: sources and parameters are not beside it. */
  readonly isWide?: boolean;
  readonly Body: ComponentType;
}

export const pages: readonly PageInfo[] = [
  { key: 'health', title: 'Health', isThere: () => true, isWide: true, Body: lazyPage(() => import('../health/HealthPage.tsx')) },
  { key: 'notes', title: 'Notes', isThere: () => true, isWide: true, Body: lazyPage(() => import('../notes/NotesPage.tsx')) },
  { key: 'editor', title: 'Editor', isThere: ({ edit, role }) => edit && role === 'control', Body: lazyPage(() => import('../editor/EditorPage.tsx')) },
  { key: 'files', title: 'Files', isThere: ({ files }) => files.length > 0, isWide: true, Body: lazyPage(() => import('../files/FilesPage.tsx')) },
];
