import type { Action } from './action.ts';
import type { Constant } from './constant.ts';
import type { Input } from './inputs.ts';
import type { ViewKind } from './kinds.ts';
import type { Parameter, ParamValue } from './parameters.ts';
import type { View } from './view-spec.ts';

/** A parameter of a plugin: as a view's, and with what a list needs. `path` values start at the list's folder. */
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
  /** By name; the first is the main one, which `view#<step>` means. */
  readonly outputs: Readonly<Record<string, PluginOutput>>;
  readonly citations?: readonly Citation[];
  readonly load: () => Promise<{ readonly build: PluginBuild }>;
}

/** Checks a spec's own form and gives it back; throws with the plugin's id. */
export function definePlugin(spec: PluginSpec): PluginSpec {
  if (!/^[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*$/.test(spec.id)) throw new Error(`PLUGIN_ID: "${spec.id}" must read pack/plugin, in lower case.`);
  if (Object.keys(spec.outputs).length === 0) throw new Error(`PLUGIN_OUTPUTS: ${spec.id} names no output.`);
  if (!/^\d+\.\d+\.\d+/.test(spec.version)) throw new Error(`PLUGIN_VERSION: ${spec.id} has version "${spec.version}", which is not major.minor.patch.`);
  return spec;
}

/** The main output of a plugin: the first. */
export function mainOutput(spec: Pick<PluginSpec, 'outputs'>): string {
  return Object.keys(spec.outputs)[0]!;
}
