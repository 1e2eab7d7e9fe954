import { view, type PluginBuild, type ViewHandle, type ViewOptions } from '@trainyard/core';
import { pythonFunction } from './python-function.ts';

type Make = (inputs: object, compute: (values: Readonly<Record<string, unknown>>) => unknown, options: ViewOptions) => ViewHandle;

export const build: PluginBuild = ({ inputs, params }) => {
  const name = String(params.function);
  const limit = Number(params.timeoutMs);
  const call = pythonFunction(String(params.file), name, { python: String(params.python), inputs: Object.keys(inputs) });
  const make = view[params.output as 'image'] as unknown as Make;
  return { result: make(inputs, call, { title: `${name}()`, ...(limit > 0 && { timeoutMs: limit }) }) };
};
