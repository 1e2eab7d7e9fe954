import { useEffect, useState, useSyncExternalStore } from 'react';
import { routes } from '@trainyard/control';
import { askYard } from '../connection/ask-yard.ts';
import { useYard } from '../panels/use-yard.ts';
import { say } from '../ui/notices.ts';
import type { Extent } from '../image/turn.ts';
import { heldMask, type KeptMask } from './held-mask.ts';
import type { Box, Mask } from './mask.ts';

/** The mask that lies over a picture: drawn here, or one of those that the yard keeps. */
export interface MaskInHand {
  readonly mask: Mask | undefined;
  readonly canvas: HTMLCanvasElement | undefined;
  /** Changes with every edit. */
  readonly version: number;
  /** Not saved yet. */
  readonly isChanged: boolean;
  readonly kept: readonly KeptMask[];
  /** Where a view finds the one that was saved or loaded last. */
  readonly path: string | undefined;
  edit(change: (mask: Mask) => Box | undefined): void;
  load(name: string): void;
  save(name: string): void;
  drop(): void;
}

/** `panel` says whose it is. `name`: the mask that the panel's settings name; `onName` keeps another one there. */
export function useMask(panel: string, extent: Extent | undefined, isWanted: boolean, name: string | undefined, onName: (name: string | undefined) => void): MaskInHand {
  const held = heldMask(panel);
  const version = useSyncExternalStore(held.subscribe, held.version);
  const changes = useYard(({ changed }) => changed['masks'] ?? 0);
  const [kept, setKept] = useState<readonly KeptMask[]>([]);
  const [rows, columns] = [extent?.rows ?? 0, extent?.columns ?? 0];
  const fits = held.mask?.rows === rows && held.mask.columns === columns;

  useEffect(() => {
    if (!isWanted && name === undefined) return;
    askYard(routes.masks).then(async (response) => setKept((await response.json()) as KeptMask[])).catch(() => setKept([]));
  }, [isWanted, name, changes]);

  const load = (wanted: string, done: () => void) => void held.load(wanted).then((is) => is && done(), (error: Error) => say(`The mask ${wanted} could not be loaded: ${error.message}`));
  // What somebody else saved under this name is shown, unless something is being drawn here.
  useEffect(() => {
    if (name !== undefined && !held.isChanged) load(name, () => {});
  }, [held, name, changes]);

  return {
    mask: fits ? held.mask : undefined,
    canvas: fits ? held.canvas : undefined,
    version,
    isChanged: held.isChanged,
    kept,
    path: held.path ?? kept.find((one) => one.name === name)?.path,
    edit: (change) => held.edit(rows, columns, change),
    load: (wanted) => load(wanted, () => onName(wanted)),
    save: (wanted) => void held.save(wanted).then((is) => is && onName(wanted), (error: Error) => say(`The mask was not saved: ${error.message}`)),
    drop: () => {
      held.drop();
      onName(undefined);
    },
  };
}
