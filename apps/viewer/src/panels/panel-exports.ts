import { createContext, useContext, useEffect } from 'react';

/** What a panel can be saved as, each made when it is asked for. */
export interface PanelExports {
  readonly png?: () => Promise<Blob>;
  readonly svg?: () => string;
  readonly csv?: () => string | Promise<string>;
}

export const ExportsContext = createContext<{ current: PanelExports } | undefined>(undefined);

/** A panel's body says what it can be saved as; the panel's menu offers it. */
export function useExports(exports: PanelExports): void {
  const place = useContext(ExportsContext);
  useEffect(() => {
    if (place) place.current = exports;
  });
}
