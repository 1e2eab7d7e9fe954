import { routes } from '@trainyard/control';
import { askYard } from '../connection/ask-yard.ts';
import { MaskCanvas } from './mask-canvas.ts';
import { Mask, type Box } from './mask.ts';
import { readNpy, writeNpy } from './npy.ts';

/** One of those that the yard keeps. */
export interface KeptMask {
  readonly name: string;
  readonly path?: string;
}

/** The mask of one panel. What was drawn is neither replaced by what comes from the yard later, nor taken for saved. */
export class HeldMask {
  #mask: Mask | undefined;
  #shown: MaskCanvas | undefined;
  #name: string | undefined;
  #path: string | undefined;
  #version = 0;
  #edits = 0;
  /** The edit that was saved or loaded last. */
  #savedEdits = 0;
  /** What was asked of the yard before is of no use any more when this has changed. */
  #turn = 0;
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  /** Changes with everything that is shown of it. */
  readonly version = (): number => this.#version;

  get mask(): Mask | undefined {
    return this.#mask;
  }
  /** Made when it is first looked at. */
  get canvas(): HTMLCanvasElement | undefined {
    if (this.#mask) this.#shown ??= new MaskCanvas(this.#mask);
    return this.#shown?.canvas;
  }
  get isChanged(): boolean {
    return this.#edits !== this.#savedEdits;
  }
  /** Where a view finds the one that was saved last. */
  get path(): string | undefined {
    return this.#path;
  }

  /** A picture of another size gets another mask. */
  edit(rows: number, columns: number, change: (mask: Mask) => Box | undefined): void {
    if (rows * columns === 0) return;
    const mask = this.#mask?.rows === rows && this.#mask.columns === columns ? this.#mask : new Mask(rows, columns);
    const box = change(mask);
    if (!box) return;
    if (mask === this.#mask) this.#shown?.update(box);
    else this.#put(mask);
    this.#edits++;
    this.#tell();
  }

  /** False where something was drawn, saved or asked for since: then it is not taken. */
  async load(name: string): Promise<boolean> {
    const turn = ++this.#turn;
    const edits = this.#edits;
    const mask = readNpy(new Uint8Array(await (await askYard(at(name))).arrayBuffer()));
    if (turn !== this.#turn || edits !== this.#edits) return false;
    // The same pixels are the same mask, with what can be undone of it.
    if (!this.#mask || !areSame(mask, this.#mask)) this.#put(mask);
    if (name !== this.#name) this.#path = undefined;
    this.#name = name;
    this.#savedEdits = edits;
    this.#tell();
    return true;
  }

  /** False where it was taken off the picture meanwhile. */
  async save(name: string): Promise<boolean> {
    const mask = this.#mask;
    if (!mask) return false;
    this.#turn++;
    const edits = this.#edits;
    const response = await askYard(at(name), { method: 'PUT', body: writeNpy(mask), headers: { 'content-type': 'application/octet-stream' } });
    const { path } = (await response.json()) as KeptMask;
    if (mask !== this.#mask) return false;
    this.#turn++;
    this.#savedEdits = edits;
    this.#name = name;
    this.#path = path;
    this.#tell();
    return true;
  }

  drop(): void {
    this.#turn++;
    this.#put(undefined);
    this.#savedEdits = this.#edits;
    this.#name = undefined;
    this.#path = undefined;
    this.#tell();
  }

  #put(mask: Mask | undefined): void {
    this.#mask = mask;
    this.#shown = undefined;
  }

  #tell(): void {
    this.#version++;
    for (const listener of this.#listeners) listener();
  }
}

const at = (name: string): string => `${routes.masks}/${encodeURIComponent(name)}`;
const areSame = (a: Mask, b: Mask): boolean => a.rows === b.rows && a.columns === b.columns && a.data.every((value, i) => value === b.data[i]);

/** By panel: they outlive a change of tabs, pages and colours. */
const held = new Map<string, HeldMask>();

export function heldMask(panel: string): HeldMask {
  if (held.size === 0) addEventListener('beforeunload', (event) => [...held.values()].some(({ isChanged }) => isChanged) && event.preventDefault());
  let mask = held.get(panel);
  if (!mask) held.set(panel, (mask = new HeldMask()));
  return mask;
}
