import type { LoadedGeneration } from './load-generation.ts';
import type { LinkedView } from './link.ts';
import { valueDigest } from './value-digest.ts';

/**
 * A generation whose views are watched, for `yard check --purity`: every value leaves the worker, also of hidden views, and after each call the
 * inputs are compared with what they were before. `onChanged` is told a view that wrote to one of them, and the name of the input.
 */
export function audited(generation: LoadedGeneration, onChanged: (view: string, input: string) => void): LoadedGeneration {
  const views = generation.graph.views.map((view): LinkedView => ({ ...view, hidden: false, spec: watched(view, onChanged) }));
  return { ...generation, graph: { ...generation.graph, views } };
}

function watched({ id, spec, inputs }: LinkedView, onChanged: (view: string, input: string) => void): LinkedView['spec'] {
  const { call } = spec;
  if (!call) return spec;
  return {
    ...spec,
    call: (values) => {
      const before = values.map(valueDigest);
      const look = (): void => {
        for (const [i, value] of values.entries()) if (valueDigest(value) !== before[i]) onChanged(id, inputs[i]?.name ?? String(i));
      };
      let returned: unknown;
      try {
        returned = call(values);
      } catch (error) {
        look();
        throw error;
      }
      if (returned instanceof Promise) return returned.finally(look);
      look();
      return returned;
    },
  };
}
