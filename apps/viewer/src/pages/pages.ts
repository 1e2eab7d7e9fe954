import type { ComponentType } from 'react';
import type { Hello } from '@trainyard/control';

/** A page beside the panels, such as the editor. */
export interface PageInfo {
  /** As the address says it: `#page=health`. */
  readonly key: string;
  readonly title: string;
  /** Whether this yard offers it. */
  readonly isThere: (hello: Hello) => boolean;
  readonly Body: ComponentType;
}

export const pages: readonly PageInfo[] = [];
