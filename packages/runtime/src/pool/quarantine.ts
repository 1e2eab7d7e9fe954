import type { Verdict } from '../worker/messages.ts';
import { SET_ASIDE, isTooMuch, setAside, type Fall } from './set-aside.ts';
import type { ViewGraph } from '../crew/view-graph.ts';

/** A view goes back to the pool after so many trains in a row on which it came back. */
const GOOD_TRAINS = 50;
/** More suspects than this are too many workers: the next one is set aside at once. */
const MOST_CELLS = 8;

/** Views that are kept apart from all others: the suspects, and those that take them. */
export interface Cell {
  readonly suspects: ReadonlySet<string>;
  readonly views: ReadonlySet<string>;
  /** It is in quarantine. Until then its view was only slow: it still has the worker that it keeps waiting, and may come back. */
  readonly hasFallen: boolean;
}

class MutableCell implements Cell {
  readonly suspects = new Set<string>();
  /** Those that hung or ended a worker, or are tried again after they did. */
  readonly fallen = new Set<string>();
  views: ReadonlySet<string> = new Set();
  good = 0;

  get hasFallen(): boolean {
    return this.fallen.size > 0;
  }
}

/**
 * Which views of one generation are kept apart, and which are not run any more. A suspect is a view that keeps others waiting; after its first
 * time-out or death it is in quarantine until it behaves, or until there are too many of these.
 */
export class Quarantine {
  /** The views of one cell have to do with those of another: the first is no more, the second has them all. */
  onJoin: (from: Cell, into: Cell) => void = () => undefined;
  readonly #graph: ViewGraph;
  #cells: MutableCell[] = [];
  readonly #falls = new Map<string, Fall[]>();
  #aside: Readonly<Record<string, Verdict>> = {};

  constructor(graph: ViewGraph) {
    this.#graph = graph;
  }

  get cells(): readonly Cell[] {
    return this.#cells;
  }

  /** Views that are set aside, with their outcome. */
  get aside(): Readonly<Record<string, Verdict>> {
    return this.#aside;
  }

  /** The views that fell in this generation and are not forgiven: those in quarantine, and those set aside. */
  get marked(): readonly string[] {
    return [...this.#cells.flatMap((cell) => [...cell.fallen]), ...Object.keys(this.#aside)];
  }

  /** The view keeps others waiting: from now on it is kept apart, with what takes it and with suspects that it has to do with. */
  suspect(view: string): Cell {
    return this.#cellWith(view);
  }

  #cellWith(view: string): MutableCell {
    const known = this.#cells.find((cell) => cell.suspects.has(view));
    if (known) return known;
    const views = this.#graph.takersOf(view);
    const [first, ...others] = this.#cells.filter((cell) => !views.isDisjointFrom(cell.views));
    const cell = first ?? new MutableCell();
    if (!first) this.#cells.push(cell);
    cell.suspects.add(view);
    cell.views = cell.views.union(views);
    for (const other of others) {
      for (const one of other.suspects) cell.suspects.add(one);
      cell.views = cell.views.union(other.views);
      for (const one of other.fallen) cell.fallen.add(one);
      this.#cells = this.#cells.filter((one) => one !== other);
      this.onJoin(other, cell);
    }
    return cell;
  }

  /** The view was only slow: unless it fell meanwhile it is not kept apart any more. */
  clear(view: string): void {
    const cell = this.#cells.find((one) => one.suspects.has(view));
    if (cell && !cell.fallen.has(view)) this.#release(cell, view);
  }

  /** The view hung or ended its worker. Gives back its cell, or undefined when it is set aside now. */
  fall(view: string, fall: Fall): Cell | undefined {
    const before = this.#falls.get(view) ?? [];
    const last = before.at(-1);
    // It hung in several workers at once: that is one fall.
    const falls = last && fall.from < last.at ? before : [...before, fall].slice(-SET_ASIDE.times);
    this.#falls.set(view, falls);
    const cell = this.#cellWith(view);
    cell.good = 0;
    cell.fallen.add(view);
    if (isTooMuch(falls)) this.#setAside(cell, view, setAside(view, falls));
    else if (this.#cells.length > MOST_CELLS) this.#setAside(cell, view, { outcome: 'failed', message: `set aside: it ${fall.reason} on train ${fall.trainId}, and ${MOST_CELLS} other views are in quarantine already. Save the file, or yard ctl resume ${view}, to try it again` });
    return view in this.#aside ? undefined : cell;
  }

  /** One more train on which its views came back; gives back whether it is over with this one. */
  good(cell: Cell): boolean {
    const own = this.#cells.find((one) => one === cell);
    if (!own) return false;
    own.good += 1;
    if (own.good < GOOD_TRAINS) return false;
    this.#cells = this.#cells.filter((one) => one !== own);
    return true;
  }

  /** Puts a view in quarantine with nothing held against it: it is tried again, or was bad in the generation before. */
  retry(view: string): void {
    this.#aside = Object.fromEntries(Object.entries(this.#aside).filter(([id]) => id !== view));
    this.#falls.delete(view);
    this.#cellWith(view).fallen.add(view);
  }

  #setAside(cell: MutableCell, view: string, verdict: Verdict): void {
    this.#aside = { ...this.#aside, [view]: verdict };
    this.#release(cell, view);
  }

  #release(cell: MutableCell, view: string): void {
    cell.suspects.delete(view);
    cell.fallen.delete(view);
    cell.views = new Set([...cell.suspects].flatMap((suspect) => [...this.#graph.takersOf(suspect)]));
    if (cell.suspects.size === 0) this.#cells = this.#cells.filter((one) => one !== cell);
  }
}
