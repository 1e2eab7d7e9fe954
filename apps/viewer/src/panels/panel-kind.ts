import type { ComponentType } from 'react';
import type { PanelSpec, Setting, SourceKey, ViewState } from '@trainyard/control';

/** One of the views or raw keys that a panel shows. */
export interface PanelSource {
  /** The view's id, or the data path of a raw key. */
  readonly id: string;
  /** Absent for raw keys, and for views that the code no longer has. */
  readonly view?: ViewState | undefined;
  /** Of raw keys that the stream has shown. */
  readonly key?: SourceKey | undefined;
  readonly title: string;
}

export interface PanelBodyProps {
  readonly spec: PanelSpec;
  readonly sources: readonly PanelSource[];
  readonly title: string;
  readonly settings: NonNullable<PanelSpec['settings']>;
  /** Keeps settings in the layout, and so in the page's address; undefined takes one back to its default. */
  readonly change: (part: { readonly [name: string]: Setting | undefined }) => void;
  /** On the screen, or nearly: what is not is not asked for. */
  readonly visible: boolean;
  readonly large: boolean;
}

/** One way to show values. A folder of `panels/` each. */
export interface PanelKindInfo {
  readonly title: string;
  /** Views and keys it can show at once. */
  readonly sources: { readonly least: number; readonly most: number };
  readonly Body: ComponentType<PanelBodyProps>;
}
