import { expect, test } from 'vitest';
import { definePlugin, mainOutput, type PluginSpec } from './plugin-spec.ts';
import { Registry } from './registry.ts';

const spec = (id: string, more: Partial<PluginSpec> = {}): PluginSpec => ({
  id, version: '1.2.3', title: 'T', does: 'd', parameters: {}, inputs: {}, outputs: { main: { kind: 'image', does: 'x' }, other: { kind: 'scalar', does: 'y' } },
  load: () => Promise.resolve({ build: () => ({}) }), ...more,
});
const pack = (name: string, plugins: string[], error?: string) => ({ name, version: '1.0.0', folder: '/p', plugins, ...(error !== undefined && { error }) });

test('knows packs and plugins in the order in which they came', () => {
  const registry = new Registry();
  expect([registry.packs(), registry.plugins(), registry.find('a/b')]).toEqual([[], [], undefined]);
  registry.addPack(pack('a', ['a/b', 'a/c']), [spec('a/b'), spec('a/c')]);
  registry.addPack(pack('broken', [], 'does not load'));
  expect(registry.plugins().map((plugin) => plugin.id)).toEqual(['a/b', 'a/c']);
  expect(registry.packs()).toEqual([pack('a', ['a/b', 'a/c']), pack('broken', [], 'does not load')]);
  expect(registry.get('a/c').id).toBe('a/c');
});

test('says the nearest name, and refuses the same plugin twice', () => {
  const registry = new Registry();
  registry.addPack(pack('a', ['smoothing/gaussian']), [spec('smoothing/gaussian')]);
  expect(() => registry.get('smoothing/gausian')).toThrow(expect.objectContaining({ code: 'PLUGIN_UNKNOWN', message: expect.stringContaining('Did you mean "smoothing/gaussian"?') }));
  expect(() => registry.addPack(pack('b', ['smoothing/gaussian']), [spec('smoothing/gaussian')])).toThrow(expect.objectContaining({ code: 'PLUGIN_TWICE' }));
});

test('two registries share nothing', () => {
  const one = new Registry();
  one.addPack(pack('a', ['a/b']), [spec('a/b')]);
  expect(new Registry().find('a/b')).toBeUndefined();
});

test.each<[string, Partial<PluginSpec>, string]>([
  ['an id without a pack', { id: 'gaussian' }, 'PLUGIN_ID'],
  ['capital letters', { id: 'Smoothing/gaussian' }, 'PLUGIN_ID'],
  ['no output', { outputs: {} }, 'PLUGIN_OUTPUTS'],
  ['half a version', { version: '1.2' }, 'PLUGIN_VERSION'],
  ['a parameter with a default out of its bounds', { parameters: { n: { type: 'integer', default: 12, max: 10 } } }, 'PARAM_RANGE'],
])('definePlugin refuses %s', (_, more, code) => {
  expect(() => definePlugin(spec('a/b', more))).toThrow(expect.objectContaining({ code }));
});

test('definePlugin gives a good spec back', () => {
  const good = spec('integration/azimuthal');
  expect(definePlugin(good)).toBe(good);
  expect(mainOutput(good)).toBe('main');
});
