import type { ParamValue } from '../parameters.ts';
import type { Where } from '../problem.ts';

/** A process list: data, never code. */
export interface ProcessList {
  /** The file it came from; relative paths start at its folder. */
  readonly file: string;
  readonly parameters: Readonly<Record<string, ParamValue>>;
  readonly steps: readonly Step[];
}

export type Step = PluginStep | ViewsStep;

/** `plugin: integration/azimuthal`, with its inputs, parameters and the name of its results. */
export interface PluginStep {
  readonly kind: 'plugin';
  /** `pack/plugin`. */
  readonly plugin: string;
  readonly major?: number;
  readonly as: string;
  /** Input name -> data path. */
  readonly in: Readonly<Record<string, string>>;
  /** Values as written; `{name}` takes a list parameter. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Its place among all items of `steps:`, those that are off included. */
  readonly index: number;
  readonly where: Where;
}

/** `views: ./views.ts`: a user's file is a step too. */
export interface ViewsStep {
  readonly kind: 'views';
  readonly file: string;
  /** Its place among all items of `steps:`, those that are off included. */
  readonly index: number;
  readonly where: Where;
}

/** The list parameter that a value `"{name}"` takes, or undefined. */
export function listParameterOf(value: unknown): string | undefined {
  return typeof value === 'string' ? /^\{(\w+)\}$/.exec(value)?.[1] : undefined;
}
