import { asNdArray, view, type Input, type InputRef, type NdArray, type ParamValue, type ViewHandle } from '@trainyard/core';
import type { SpectrumOptions } from './absorption.ts';
import { signalNames, type Signal } from './pulses.ts';

type Params = Readonly<Record<string, ParamValue>>;
type Inputs = Readonly<Record<string, Input>>;

/** The signals that have an input, and what the parameters say of the bins. */
export function optionsOf(inputs: Inputs, params: Params): { readonly signals: readonly Signal[]; readonly options: SpectrumOptions } {
  const signals = signalNames.filter((name) => inputs[name] !== undefined);
  const trains = Number(params.trains);
  return { signals, options: { signals, threshold: Number(params.threshold), bins: Number(params.bins), range: [Number(params.low), Number(params.high)], ...(trains > 0 && { trains }) } };
}

/** The inputs pulse by pulse: of a signal every `apdStride`th value, then of all the pulses that `pulses` names. Parameters are read on every train. */
export function sliced(inputs: Inputs, names: readonly string[], params: Params): { readonly pulses: Record<string, InputRef>; readonly hidden: Record<string, ViewHandle> } {
  const [pulses, hidden]: [Record<string, InputRef>, Record<string, ViewHandle>] = [{}, {}];
  for (const name of names) {
    const cut = view.compute({ value: inputs[name] as InputRef<NdArray | number> }, ({ value }) => pulsesOf(value, name.startsWith('mcp') ? Number(params.apdStride) : 1, String(params.pulses)), { hidden: true });
    hidden[`${name}Pulses`] = cut;
    pulses[name] = { from: cut };
  }
  return { pulses, hidden };
}

/** A single number has no pulses to choose from. */
export function pulsesOf(value: NdArray | number, stride: number, pulses: string): NdArray | number {
  if (typeof value === 'number') return value;
  const array = asNdArray(value);
  if (array.shape.length === 0) return array;
  const every = stride > 1 ? array.slice(`::${stride}`) : array;
  return pulses.trim() === '' ? every : every.slice(pulses);
}
