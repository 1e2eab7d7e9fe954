import { useCallback, useEffect, useMemo, useState } from 'react';
import { routes } from '@trainyard/control';
import { askYard } from '../connection/ask-yard.ts';
import { useYard } from '../panels/use-yard.ts';
import { say } from '../ui/notices.ts';
import type { Extent } from '../image/turn.ts';
import { MaskCanvas } from './mask-canvas.ts';
import { Mask, type Box } from './mask.ts';
import { readNpy, writeNpy } from './npy.ts';

export interface KeptMask {
  readonly name: string;
  readonly path?: string;
}

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

interface Held {
  readonly mask: Mask;
  readonly shown: MaskCanvas;
}

/** `name`: the mask that the panel's settings name; `onName` keeps another one there. */
export function useMask(extent: Extent | undefined, isWanted: boolean, name: string | undefined, onName: (name: string | undefined) => void): MaskInHand {
  const changes = useYard(({ changed }) => changed['masks'] ?? 0);
  const [held, setHeld] = useState<Held>();
  const [version, setVersion] = useState(0);
  const [isChanged, setChanged] = useState(false);
  const [kept, setKept] = useState<readonly KeptMask[]>([]);
  const [path, setPath] = useState<string>();
  const [rows, columns] = [extent?.rows ?? 0, extent?.columns ?? 0];
  const fits = held?.mask.rows === rows && held.mask.columns === columns;

  useEffect(() => {
    if (!isWanted && name === undefined) return;
    askYard(routes.masks).then(async (response) => setKept((await response.json()) as KeptMask[])).catch(() => setKept([]));
  }, [isWanted, name, changes]);

  const load = useCallback((wanted: string) => {
    askYard(`${routes.masks}/${encodeURIComponent(wanted)}`).then(async (response) => {
      const mask = readNpy(new Uint8Array(await response.arrayBuffer()));
      setHeld({ mask, shown: new MaskCanvas(mask) });
      setChanged(false);
      setPath(undefined);
      setVersion((n) => n + 1);
    }).catch((error: Error) => say(`The mask ${wanted} could not be loaded: ${error.message}`));
  }, []);
  // What somebody else saved under this name is shown, unless something is being drawn here.
  useEffect(() => {
    if (name !== undefined && !isChanged) load(name);
  }, [name, changes, load]);

  const edit = (change: (mask: Mask) => Box | undefined) => {
    if (rows * columns === 0) return;
    const begun = fits ? held : newOne(rows, columns);
    if (begun !== held) setHeld(begun);
    const box = change(begun.mask);
    if (!box) return;
    begun.shown.update(box);
    setChanged(true);
    setVersion((n) => n + 1);
  };
  const save = (wanted: string) => {
    if (!held) return;
    askYard(`${routes.masks}/${encodeURIComponent(wanted)}`, { method: 'PUT', body: writeNpy(held.mask), headers: { 'content-type': 'application/octet-stream' } }).then(async (response) => {
      const reply = (await response.json()) as KeptMask;
      setChanged(false);
      setPath(reply.path);
      onName(wanted);
    }).catch((error: Error) => say(`The mask was not saved: ${error.message}`));
  };
  const drop = () => {
    setHeld(undefined);
    setChanged(false);
    setPath(undefined);
    setVersion((n) => n + 1);
    onName(undefined);
  };
  const canvas = useMemo(() => (fits ? held.shown.canvas : undefined), [fits, held]);
  return { mask: fits ? held.mask : undefined, canvas, version, isChanged, kept, path: path ?? kept.find((one) => one.name === name)?.path, edit, save, drop, load: (wanted) => (wanted === name ? load(wanted) : onName(wanted)) };
}

function newOne(rows: number, columns: number): Held {
  const mask = new Mask(rows, columns);
  return { mask, shown: new MaskCanvas(mask) };
}
