import { readFileSync } from 'node:fs';
import { checkProcessList, ndarray, parseProcessList, workspace, type NdArray, type ParamValue, type PluginStep, type PluginSpec } from '@trainyard/core';
import { lab6, makeTrain, type SimArray } from '@trainyard/sim';
import { afterAll, expect, it } from 'vitest';
import { plugins as integration } from '../plugins/integration/src/plugins.ts';
import { plugins as statistics } from '../plugins/statistics/src/plugins.ts';

const folder = new URL('../examples/azimuthal/', import.meta.url);
const parsed = parseProcessList(readFileSync(new URL('list.yaml', folder), 'utf8'), 'list.yaml');
const specs = new Map<string, PluginSpec>([...integration, ...statistics].map((spec) => [spec.id, spec]));
const before = { ...workspace };
afterAll(() => { Object.assign(workspace, before); });

it('examples/azimuthal: the list has no problem', () => {
  expect(checkProcessList(parsed, specs)).toEqual([]);
});

it('examples/azimuthal: the rings of LaB6 come out sharp and in place on the simulated detector', async () => {
  workspace.readText = (path) => readFileSync(new URL(path, folder), 'utf8');
  const step = parsed.list!.steps[0] as PluginStep;
  const spec = specs.get(step.plugin)!;
  const params = Object.fromEntries(Object.entries(spec.parameters).map(([key, { default: value, type }]) => [key, value ?? (type === 'numbers' ? [] : '')])) as Record<string, ParamValue>;
  Object.assign(params, step.params, { bins: 300 });
  const { build } = await spec.load();
  const views = build({ inputs: step.in, params }) as Record<string, { call: (values: unknown[]) => { array: NdArray; radial: Float64Array; together: () => unknown } }>;
  // Sixteen trains: the rings then stand well above the photon noise.
  const sum = new Float64Array(300);
  let radial = new Float64Array(0);
  for (let id = 1; id <= 16; id++) {
    const { data, shape } = makeTrain(1, id).sources.get('SPB_DET_AGIPD1M-1/CAL/APPEND_CORRECTED')!.get('image.data') as SimArray;
    const profile = views.intensity.call([views.profile.call([ndarray(data as Float32Array, shape).transpose(3, 0, 2, 1)])]);
    radial = profile.radial as Float64Array<ArrayBuffer>;
    (profile.array.flatten().data as Float64Array).forEach((value, i) => (sum[i] += value));
  }
  const width = radial[1] - radial[0];
  for (const { n } of lab6.reflections.slice(0, 4)) {
    const q = (2 * Math.PI * Math.sqrt(n)) / (lab6.cell * 1e9);
    const at = Math.round((q - radial[0]) / width);
    const near = Array.from({ length: 13 }, (_, k) => at - 6 + k);
    const top = near.reduce((best, k) => (sum[k] > sum[best] ? k : best));
    expect(Math.abs(radial[top] - q), `ring at ${q}`).toBeLessThan(2 * width);
    // Sharp: down to less than half of its height within 6 bins.
    expect(Math.min(sum[at - 6], sum[at + 6])).toBeLessThan(sum[top] / 2);
  }
});
