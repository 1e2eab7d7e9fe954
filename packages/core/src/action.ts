import type { Input } from './inputs.ts';
import { Constant } from './constant.ts';
import { YardError } from './problem.ts';
import { reduceInputs } from './reduce-inputs.ts';
import type { Reducer } from './reducer.ts';

/** A button: reduces the next trains of an input and keeps the result in a constant. */
export interface Action {
  readonly '~action': true;
  readonly title: string;
  /** What is collected: a path or a view. */
  readonly of: Input;
  /** Takes one input. */
  readonly reduce: Reducer;
  /** How many trains with a value are collected. */
  readonly trains: number;
  readonly into: Constant;
}

/**
 * Declares an action: `export const recordDark = action('Record dark', { of: raw, reduce: mean(), trains: 100, into: dark })`.
 * In a class a constant that is a field (`@Const() dark`) is given by its name: `into: 'dark'`.
 */
export function action(title: string, { into, ...what }: Omit<Action, '~action' | 'title' | 'into'> & { readonly into: Constant | string }): Action {
  if (!(Number.isInteger(what.trains) && what.trains > 0)) throw new YardError('ACTION_TRAINS', `The action "${title}" collects a whole number of trains, at least 1, not ${what.trains}.`);
  reduceInputs(what.of, what.reduce);
  return { '~action': true, title, ...what, into: typeof into === 'string' ? new Constant(into) : into };
}

export function isAction(value: unknown): value is Action {
  return typeof value === 'object' && value !== null && '~action' in value;
}
