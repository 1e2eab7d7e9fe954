import { RAW } from '../worker/messages.ts';
import type { GenerationDescriptor, ViewDescriptor } from '../worker/generation.ts';

/**
 * Views and actions of the reduce stage that take each other's results, or earlier values of the same input: they go through each train together,
 * and without waiting for others.
 */
export interface Strand {
  /** Views, and actions as `action#group/name`. */
  readonly ids: ReadonlySet<string>;
  /** Views of the pool, and `RAW`, whose outcomes they take. */
  readonly needs: ReadonlySet<string>;
}

/** Who takes whose results in one generation. */
export class ViewGraph {
  readonly descriptor: GenerationDescriptor;
  /** Views whose functions run in the pool, in the order of a worker's status cell; those of the reduce worker likewise. */
  readonly inPool: readonly ViewDescriptor[];
  readonly inReduce: readonly ViewDescriptor[];
  /** All that the pool gives for one train: its views, and `RAW`. */
  readonly ofPool: ReadonlySet<string>;
  readonly strands: readonly Strand[];
  readonly #takers = new Map<string, ReadonlySet<string>>();

  constructor(descriptor: GenerationDescriptor) {
    this.descriptor = descriptor;
    this.inPool = descriptor.views.filter((view) => view.inPool);
    this.inReduce = descriptor.views.filter((view) => view.stage === 'reduce');
    this.ofPool = new Set([...this.inPool.map((view) => view.id), RAW]);
    this.strands = descriptor.reduces ? strandsOf(descriptor) : [];
  }

  /** A view of the pool and those of the pool that take it, directly or by others. */
  takersOf(id: string): ReadonlySet<string> {
    let takers = this.#takers.get(id);
    if (!takers) {
      const found = new Set([id]);
      for (const view of this.inPool) if (view.inputs.some(({ from }) => found.has(viewIn(from) ?? ''))) found.add(view.id);
      this.#takers.set(id, (takers = found));
    }
    return takers;
  }
}

/** The view that an input names; undefined for a path. */
function viewIn(from: string): string | undefined {
  return from.startsWith('view#') ? from.slice('view#'.length) : undefined;
}

function strandsOf({ views, actions }: GenerationDescriptor): Strand[] {
  const strandOf = new Map<string, { readonly ids: Set<string>; readonly needs: Set<string> }>();
  const inReduce = new Set(views.filter((view) => view.stage === 'reduce').map((view) => view.id));
  const join = (...names: string[]): void => {
    const joined = { ids: new Set<string>(), needs: new Set<string>() };
    for (const name of names) {
      const { ids, needs } = strandOf.get(name) ?? { ids: [name], needs: [] };
      for (const id of ids) joined.ids.add(id);
      for (const need of needs) joined.needs.add(need);
    }
    for (const id of joined.ids) strandOf.set(id, joined);
  };
  const take = (id: string, from: string): void => {
    const view = viewIn(from);
    if (view !== undefined && inReduce.has(view)) join(id, view);
    // A view of the reduce stage may have its function in the pool: an average.
    if (view === undefined || views.some((one) => one.id === view && one.inPool)) strandOf.get(id)!.needs.add(view ?? RAW);
  };
  for (const { id, inPool, inputs } of views.filter((view) => inReduce.has(view.id))) {
    join(id);
    if (inPool) strandOf.get(id)!.needs.add(id);
    else {
      for (const { from, earlier } of inputs) {
        take(id, from);
        if (earlier) join(id, `earlier#${from}`);
      }
    }
  }
  for (const { group, name, from } of actions) {
    const id = actionId(group, name);
    join(id);
    take(id, from);
  }
  return [...new Set(strandOf.values())];
}

/** How an action is called among the views of a strand; no view has such an ID. */
export function actionId(group: string, name: string): string {
  return `action#${group}/${name}`;
}
