import type { Action } from './action.ts';
import type { Constant } from './constant.ts';
import type { Input } from './inputs.ts';
import type { ViewKind } from './kinds.ts';
import { readParameter, type Parameter, type ParamValue } from './parameters.ts';
import { YardError } from './problem.ts';
import type { View } from './view-spec.ts';

/** A parameter of a plugin: as a view's, and with what a list needs. `path` values start at the list's folder; `on` of a region is the name of an input. */
export interface PluginParameter extends Omit<Parameter, 'type' | 'default'> {
  readonly type: Parameter['type'] | 'path';
  /** Without a default the list must give it. */
  readonly default?: ParamValue;
  readonly does?: string;
}

export interface PluginInput {
  readonly does: string;
  /** Ranks that it takes; any when absent. */
  readonly rank?: readonly number[];
  readonly optional?: boolean;
}

export interface PluginOutput {
  readonly kind: ViewKind;
  readonly does: string;
  readonly unit?: string;
}

export interface Citation {
  readonly text: string;
  readonly doi?: string;
}

/** What `build` gets: where each input comes from, and the parameters' values, read anew on every train. */
export interface PluginContext<P = Readonly<Record<string, ParamValue>>> {
  readonly inputs: Readonly<Record<string, Input>>;
  readonly params: P;
}

/** The heavy part of a plugin, loaded only where it runs: its views, actions and constants by name. The first view is its main output. */
export type PluginBuild = (context: PluginContext) => Readonly<Record<string, View | Action | Constant>>;

/** Everything a list, a form, the check and the reference need to know of a plugin, without its heavy code. */
export interface PluginSpec {
  /** `pack/plugin`, for instance `integration/azimuthal`. */
  readonly id: string;
  readonly version: string;
  readonly title: string;
  readonly does: string;
  readonly parameters: Readonly<Record<string, PluginParameter>>;
  readonly inputs: Readonly<Record<string, PluginInput>>;
  /** It takes inputs under any other name, too: what these are. */
  readonly moreInputs?: PluginInput;
  /** By name; the first is the main one, which `view#<step>` means. */
  readonly outputs: Readonly<Record<string, PluginOutput>>;
  readonly citations?: readonly Citation[];
  readonly load: () => Promise<{ readonly build: PluginBuild }>;
}

/** Checks a spec's own form and gives it back; throws `PLUGIN_*`, or `PARAM_*` for a default that the parameter itself does not allow. */
export function definePlugin(spec: PluginSpec): PluginSpec {
  const { id, version, parameters, inputs, outputs } = spec;
  if (!/^[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*$/.test(id)) throw new YardError('PLUGIN_ID', `"${id}" must read pack/plugin, in lower case.`);
  if (!/^\d+\.\d+\.\d+/.test(version)) throw new YardError('PLUGIN_VERSION', `${id} has version "${version}", which is not major.minor.patch.`);
  for (const [name, part] of Object.entries({ parameters, inputs, outputs })) {
    if (typeof part !== 'object' || part === null) throw new YardError('PLUGIN_FORM', `${id} needs "${name}: {}", an object by name.`);
  }
  if (Object.keys(outputs).length === 0) throw new YardError('PLUGIN_OUTPUTS', `${id} names no output.`);
  for (const [name, parameter] of Object.entries(parameters)) {
    if (parameter.default !== undefined) readParameter(`${id}: ${name}`, asViewParameter(parameter), parameter.default);
  }
  return spec;
}

/** A plugin's parameter as a view's: a path is a text. */
export function asViewParameter(parameter: PluginParameter): Parameter {
  return { ...parameter, type: parameter.type === 'path' ? 'string' : parameter.type, default: parameter.default ?? '' };
}

/** The main output of a plugin: the first. */
export function mainOutput(spec: Pick<PluginSpec, 'outputs'>): string {
  return Object.keys(spec.outputs)[0]!;
}
