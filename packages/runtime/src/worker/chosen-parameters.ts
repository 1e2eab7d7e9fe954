import { readParameter, type Group, type ParamValue, type Parameter } from '@trainyard/core';
import type { KeptParameter } from './generation.ts';

/**
 * Puts in what earlier generations kept, then what was chosen by hand (`--set`). Gives back in words what came out otherwise:
 * a default that the edit changed wins over the kept value, another type has its default, out of range is clamped.
 */
export function applyChosen(groups: readonly Group[], kept: Readonly<Record<string, KeptParameter>>, sets: Readonly<Record<string, unknown>>): string[] {
  const notes: string[] = [];
  for (const [key, value] of Object.entries(kept)) {
    for (const { group, name, spec } of named(groups, key)) notes.push(...keep(group, name, spec, value));
  }
  for (const [key, value] of Object.entries(sets)) {
    for (const { group, name, spec } of named(groups, key)) notes.push(...put(group, name, spec, value));
  }
  return notes;
}

function named(groups: readonly Group[], key: string): { readonly group: Group; readonly name: string; readonly spec: Parameter }[] {
  const [wanted, name] = splitKey(key);
  return groups.flatMap((group) => {
    const spec = Object.hasOwn(group.params.specs, name) ? group.params.specs[name] : undefined;
    return spec && (wanted === '' || wanted === group.name) ? [{ group, name, spec }] : [];
  });
}

function keep(group: Group, name: string, spec: Parameter, kept: KeptParameter): string[] {
  const key = `${group.name}.${name}`;
  const [value, now] = [JSON.stringify(kept.value), JSON.stringify(spec.default)];
  if (spec.type !== kept.type) return [`${key} is of type ${spec.type} now, no longer ${kept.type}: its default ${now} takes the place of ${value}.`];
  if (JSON.stringify(kept.default) !== now) return value === now ? [] : [`${key}: the file's new default ${now} takes the place of ${value}.`];
  return put(group, name, spec, kept.value);
}

function put(group: Group, name: string, spec: Parameter, wanted: unknown): string[] {
  const key = `${group.name}.${name}`;
  try {
    group.params.values[name] = readParameter(key, spec, wanted);
    return [];
  } catch (error) {
    const clamped = clamp(spec, wanted);
    if (clamped !== undefined) group.params.values[name] = clamped;
    return [`${(error as Error).message} ${clamped === undefined ? `The default ${JSON.stringify(spec.default)} is used.` : `Clamped to ${JSON.stringify(clamped)}.`}`];
  }
}

/** The nearest value in range; undefined for what is no number, or no list of them. */
function clamp(spec: Parameter, value: unknown): ParamValue | undefined {
  if (spec.type === 'numbers') return Array.isArray(value) && value.every((item) => typeof item === 'number') ? value.map((item) => nearest(spec, item)) : undefined;
  const number = Number(value);
  if ((spec.type !== 'number' && spec.type !== 'integer') || Number.isNaN(number)) return undefined;
  return nearest(spec, number);
}

function nearest({ type, min = -Infinity, max = Infinity }: Parameter, number: number): number {
  const [low, high] = type === 'integer' ? [Math.ceil(min), Math.floor(max)] : [min, max];
  return Math.min(high, Math.max(low, type === 'integer' ? Math.round(number) : number));
}

/** `group.name`, or `name` alone: then the group is empty and means every group. */
export function splitKey(key: string): [group: string, name: string] {
  const dot = key.lastIndexOf('.');
  return [key.slice(0, Math.max(dot, 0)), key.slice(dot + 1)];
}
