import { outcomeCode, type Constant } from '@trainyard/core';
import type { Graph, LinkedAction, LinkedInput } from './link.ts';
import type { ActionProgress, ConstantValue, Outcome } from './messages.ts';
import { WireWriter } from './wire.ts';

const VALUE = outcomeCode('value');

/** What an action has so far. Plain data. */
export interface RunningAction {
  state: unknown;
  done: number;
}

/** The actions that collect trains, each by itself: several may do so side by side. */
export class RunningActions {
  readonly #graph: Graph;
  readonly #running = new Map<LinkedAction, RunningAction>();

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  start(group: string, name: string): void {
    const action = this.#find(group, name);
    if (action) this.#running.set(action, { state: action.action.reduce.initial(), done: 0 });
  }

  cancel(group: string, name: string): void {
    const action = this.#find(group, name);
    if (action) this.#running.delete(action);
  }

  get all(): Iterable<readonly [LinkedAction, RunningAction]> {
    return this.#running;
  }

  restore(action: LinkedAction, saved: RunningAction): void {
    this.#running.set(action, saved);
  }

  /** One train: folds in what each takes; gives back how far those are that took it, and the constants of those that have all of theirs. `said` puts an error into words; `isTurn` is asked before one takes the train. */
  train(trainId: number, take: (input: LinkedInput) => Outcome, said: (error: unknown) => string, isTurn: (action: LinkedAction) => boolean): { readonly progress: ActionProgress[]; readonly constants: ConstantValue[] } {
    const progress: ActionProgress[] = [];
    const constants: ConstantValue[] = [];
    for (const [linked, running] of this.#running) {
      if (!isTurn(linked)) continue;
      const { action, group, name } = linked;
      const of = action.trains;
      const found = take(linked.of);
      if (found.code !== VALUE || found.value === undefined) continue;
      try {
        running.state = action.reduce.add(running.state, found.value, trainId);
        running.done += 1;
        if (running.done === of) {
          this.#running.delete(linked);
          constants.push(constantOf(this.#keyOf(action.into), action.reduce.result(running.state)));
        }
        progress.push({ group: group.name, name, done: running.done, of });
      } catch (error) {
        // The constant stays what it was, and the views go on.
        this.#running.delete(linked);
        progress.push({ group: group.name, name, done: of, of, message: said(error) });
      }
    }
    return { progress, constants };
  }

  #find(group: string, name: string): LinkedAction | undefined {
    return this.#graph.actions.find((one) => one.group.name === group && one.name === name);
  }

  #keyOf(constant: Constant): string {
    return [...this.#graph.constants].find(([, one]) => one === constant)![0];
  }
}

function constantOf(key: string, result: unknown): ConstantValue {
  const writer = new WireWriter();
  const value = writer.put(result);
  const memory = new SharedArrayBuffer(writer.bytes);
  writer.copyTo(memory);
  return { key, value, memory };
}
