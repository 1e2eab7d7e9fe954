import { YardError, optional, type InputRef, type NdArray, type ParamValue, type PluginContext } from '@trainyard/core';

/** `[]` or two numbers of a parameter. */
export function pairOf(name: string, value: ParamValue | undefined): readonly [number, number] | undefined {
  const list = (value ?? []) as readonly number[];
  if (list.length === 0) return undefined;
  if (list.length !== 2) throw new YardError('PEAKS_PARAMETER', `${name} is two numbers, or none; not ${list.length}.`);
  return list as readonly [number, number];
}

/** The input `image` and those optional ones that were given. */
export function withOptional(inputs: PluginContext['inputs'], ...names: readonly string[]): { readonly image: InputRef<NdArray> } & Readonly<Record<string, InputRef<NdArray | undefined>>> {
  const given = names.filter((name) => inputs[name] !== undefined).map((name) => [name, optional(inputs[name]!)] as const);
  return { image: inputs.image as InputRef<NdArray>, ...Object.fromEntries(given) } as never;
}
