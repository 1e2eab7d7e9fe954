import type { GenerationDescriptor, ViewDescriptor } from '../worker/generation.ts';
import type { Crew } from './crew.ts';
import { Train } from '../pool/train.ts';
import { ViewGraph } from './view-graph.ts';

/** A view by what it takes; `reduce` puts it into train order, `average` into both stages, `!` before an input asks for earlier trains, `?` makes it optional. */
export type Written = readonly [name: string, inputs: readonly string[], where?: 'pool' | 'reduce' | 'average'];

export function graphOf(views: readonly Written[], actions: readonly (readonly [name: string, from: string])[] = [], number = 1): ViewGraph {
  const described = views.map(([name, inputs, where = 'pool'], rank): ViewDescriptor => ({
    id: name, group: 'views', name, kind: 'scalar', hidden: false, rank, stage: where === 'pool' ? 'pool' : 'reduce', inPool: where !== 'reduce', cumulative: false, hash: name,
    inputs: inputs.map((input) => {
      const from = input.replace(/^[!?]/, '');
      return { name: from, from: from.includes('.') ? from : `view#${from}`, optional: input.startsWith('?'), ...(input.startsWith('!') && { earlier: true as const }) };
    }),
  }));
  const descriptor = {
    number, views: described, params: [], constants: [], paths: [], scans: [], reach: 0, reduces: actions.length > 0 || described.some((view) => view.stage === 'reduce'), notes: [],
    actions: actions.map(([name, from]) => ({ group: 'views', name, title: name, trains: 1, into: 'x', from: from.includes('.') ? from : `view#${from}` })),
  } as unknown as GenerationDescriptor;
  return new ViewGraph(descriptor);
}

export function crewOf(graph: ViewGraph): Crew {
  return { graph, descriptor: graph.descriptor } as Crew;
}

export function trainOf(crew: Crew, seq: number): Train {
  return new Train(seq, crew, { trainId: 1000 + seq, release: () => undefined });
}
