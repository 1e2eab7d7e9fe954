import { YardError, From, Param, View, definePlugin, group, keep, parameters, slider, view } from '@trainyard/core';

/** A user's file and a pack's module at once, for the tests of loading. */
export const p = parameters({ sigma: slider(5, 0.5, 20, 'px'), det: 'A', bins: 3 });
export const dark = keep<number>();
export const scaled = view.scalar({ x: 'karabo#{det}/X/1.energy' }, ({ x }) => x * p.sigma, { title: 'Scaled', unit: 'uJ' });
const inner = view.scalar({ x: 'karabo#A/X/1.energy' }, ({ x }) => x);
export const outer = view.scalar({ inner }, ({ inner: value }) => value, { every: 2, timeoutMs: 50 });

export class Tool {
  gain = 2;
  value(x: number): number {
    return x * this.gain;
  }
}
// Applied by hand: packages are compiled without decorators.
Param({ min: 0, max: 9 })(Tool.prototype, 'gain');
(From('karabo#A/X/1.energy') as (target: object, key: string, index: number) => void)(Tool.prototype, 'value', 0);
View.Scalar(Tool.prototype, 'value', Object.getOwnPropertyDescriptor(Tool.prototype, 'value') as TypedPropertyDescriptor<(x: number) => number>);
export const left = group(Tool, { prefix: 'l', gain: 7 });

export const plugins = [
  definePlugin({
    id: 'test/scale', version: '1.0.0', title: 'Scale', does: 'scales', parameters: { factor: { type: 'number', default: 2, min: 0, max: 10 }, name: { type: 'string' } }, inputs: { x: { does: 'x' } },
    outputs: { main: { kind: 'scalar', does: 'scaled' } },
    load: () => Promise.resolve({ build: ({ inputs, params }) => ({ main: view.scalar({ x: inputs['x']! }, ({ x }) => x * (params['factor'] as number)) }) }),
  }),
  definePlugin({ id: 'test/refuses', version: '1.0.0', title: 'R', does: 'r', parameters: {}, inputs: {}, outputs: { value: { kind: 'scalar', does: 'x' } }, load: () => Promise.resolve({ build: () => { throw new YardError('REDUCER_BINS', 'Bins ascend.'); } }) }),
  definePlugin({ id: 'test/broken', version: '1.0.0', title: 'B', does: 'b', parameters: {}, inputs: {}, outputs: { promised: { kind: 'scalar', does: 'x' } }, load: () => Promise.resolve({ build: () => ({}) }) }),
];
