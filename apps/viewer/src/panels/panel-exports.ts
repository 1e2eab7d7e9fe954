import { createContext, useContext, useEffect } from 'react';

/** What a panel can be saved as, each made when it is asked for. */
export interface PanelExports {
  readonly png?: () => Promise<Blob>;
  readonly svg?: () => string;
  readonly csv?: () => string | Promise<string>;
}

const byPanel = new WeakMap<Element, { current: PanelExports }>();

/** A panel's frame says where it is, so that a picture of the whole page can be made. */
export function offerExports(panel: Element, exports: { current: PanelExports }): void {
  byPanel.set(panel, exports);
}

export const exportsOf = (panel: Element): PanelExports | undefined => byPanel.get(panel)?.current;

export const ExportsContext = createContext<{ current: PanelExports } | undefined>(undefined);

/** A panel's body says what it can be saved as; the panel's menu offers it. */
export function useExports(exports: PanelExports): void {
  const place = useContext(ExportsContext);
  useEffect(() => {
    if (place) place.current = exports;
  });
}
