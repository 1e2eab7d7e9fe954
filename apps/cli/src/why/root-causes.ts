import type { ViewState } from '@trainyard/control';

/**
 * Where a lack of values begins: the views at the start of the chain of inputs, each once, in the order of the inputs. A view that itself is
 * the reason is its own root; one with a value has none.
 */
export function rootsOf(view: ViewState, views: ReadonlyMap<string, ViewState>): ViewState[] {
  const roots = new Map<string, ViewState>();
  const seen = new Set<string>();
  const follow = (at: ViewState): void => {
    if (seen.has(at.id)) return;
    seen.add(at.id);
    if (at.newest === undefined || at.newest.outcome === 'value') return;
    const causes = at.newest.outcome === 'missing' ? inputsWithout(at, views) : [];
    if (causes.length === 0) roots.set(at.id, at);
    for (const cause of causes) follow(cause);
  };
  follow(view);
  return [...roots.values()];
}

/** The views that it needs and that have no value now. */
function inputsWithout({ inputs }: ViewState, views: ReadonlyMap<string, ViewState>): ViewState[] {
  return inputs.flatMap(({ from, optional }) => {
    const input = optional || !from.startsWith('view#') ? undefined : views.get(from.slice('view#'.length));
    return input?.newest && input.newest.outcome !== 'value' ? [input] : [];
  });
}
