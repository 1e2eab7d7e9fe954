import type { Input } from './inputs.ts';
import type { Constant } from './constant.ts';
import type { Reducer } from './reducer.ts';

/** A button: reduces the next trains of an input and keeps the result in a constant. */
export interface Action {
  readonly '~action': true;
  readonly title: string;
  /** What is collected: a path or a view. */
  readonly of: Input;
  readonly reduce: Reducer;
  /** How many trains with a value are collected. */
  readonly trains: number;
  readonly into: Constant;
}

/** Declares an action: `export const recordDark = action('Record dark', { of: raw, reduce: mean(), trains: 100, into: dark })`. */
export function action(title: string, what: Omit<Action, '~action' | 'title'>): Action {
  return { '~action': true, title, ...what };
}

export function isAction(value: unknown): value is Action {
  return typeof value === 'object' && value !== null && '~action' in value;
}
