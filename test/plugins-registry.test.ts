import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Registry, asViewParameter, groupOfRecord, isAction, isView, mainOutput, readParameter, viewKinds, type Input, type ParamValue, type PluginSpec } from '@trainyard/core';
import { describe, expect, it } from 'vitest';

// Every plugin of every pack in plugins/: what a list, a form, the check and the reference rely on.
const folder = fileURLToPath(new URL('../plugins/', import.meta.url));
interface Pack { readonly name: string; readonly version: string; readonly specs: readonly PluginSpec[]; readonly source: string }

const packs: Pack[] = [];
for (const name of readdirSync(folder)) {
  const manifest = `${folder}${name}/package.json`;
  const file = `${folder}${name}/src/plugins.ts`;
  if (!existsSync(manifest) || !existsSync(file)) continue;
  const { version, trainyard } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string; trainyard?: { plugins?: string } };
  expect(trainyard?.plugins, `${name}/package.json says where its plugins are`).toBe('./dist/plugins.js');
  const { plugins } = (await import(pathToFileURL(file).href)) as { plugins: PluginSpec[] };
  packs.push({ name, version, specs: plugins, source: readFileSync(file, 'utf8') });
}

const sentence = /^[\p{L}\p{N}[(-].*[^\s]\.$/u;

describe('the packs', () => {
  it('are all there, and fit one registry', () => {
    expect(packs.map((pack) => pack.name)).toEqual(expect.arrayContaining(['correction', 'integration', 'roi', 'smoothing', 'statistics']));
    const registry = new Registry();
    for (const { name, version, specs } of packs) registry.addPack({ name: `@trainyard/${name}`, version, folder: `${folder}${name}`, plugins: specs.map((spec) => spec.id) }, specs);
    expect(registry.plugins().length).toBe(packs.flatMap((pack) => pack.specs).length);
  });

  for (const { name, source } of packs) {
    it(`${name}: its specs load without its heavy code`, () => {
      const loadedAtOnce = [...source.matchAll(/^(?:import|export)\b(?!\s+type)[^;]*?from\s+'([^']+)'/gms)].map((match) => match[1]);
      expect(loadedAtOnce).toEqual(['@trainyard/core']);
    });
  }
});

for (const { name, version, specs } of packs) {
  for (const spec of specs) {
    describe(spec.id, () => {
      it('is named after its pack and describes itself', () => {
        expect(spec.id).toMatch(new RegExp(`^${name}/[a-z][a-z0-9-]*$`));
        expect(spec.version).toBe(version);
        expect(spec.title).toMatch(/^\p{Lu}.*[^.\s]$/u);
        expect(spec.does).toMatch(sentence);
        for (const [kind, parts] of [['input', spec.inputs], ['output', spec.outputs], ['parameter', spec.parameters]] as const) {
          for (const [key, part] of Object.entries(parts)) {
            expect(key, `${kind} ${key}`).toMatch(/^[a-z][A-Za-z0-9]*$/);
            expect(part.does, `${kind} ${key}`).toMatch(sentence);
          }
        }
      });

      it('has parameters whose defaults fit their own limits, and outputs of known kinds', () => {
        for (const [key, parameter] of Object.entries(spec.parameters)) {
          if (parameter.type === 'choice') expect(parameter.choices?.length, key).toBeGreaterThan(1);
          if (parameter.min !== undefined && parameter.max !== undefined) expect(parameter.min).toBeLessThan(parameter.max);
          if (parameter.default !== undefined) expect(readParameter(key, asViewParameter(parameter), parameter.default), key).toEqual(parameter.default);
          // A value must survive its way through YAML and JSON.
          expect(JSON.parse(JSON.stringify(parameter))).toEqual(parameter);
        }
        for (const output of Object.values(spec.outputs)) expect(viewKinds).toContain(output.kind);
        for (const input of Object.values(spec.inputs)) for (const rank of input.rank ?? []) expect(Number.isInteger(rank) && rank >= 0).toBe(true);
      });

      it('cites with a DOI in its own form', () => {
        for (const { text, doi } of spec.citations ?? []) {
          expect(text).toMatch(sentence);
          if (doi !== undefined) expect(doi).toMatch(/^10\.\d{4,9}\/\S+[^.\s]$/);
        }
      });

      for (const which of ['needed', 'all'] as const) {
        it(`builds from its defaults with ${which} inputs, and gives the outputs that it names`, async () => {
          const { build } = await spec.load();
          const inputs: Record<string, Input> = Object.fromEntries(
            Object.entries(spec.inputs).filter(([, input]) => which === 'all' || !input.optional).map(([key]) => [key, `karabo#A/B/C:output[data.${key}]`]),
          );
          const params: Record<string, ParamValue> = Object.fromEntries(Object.entries(spec.parameters).map(([key, parameter]) => [key, parameter.type === 'path' ? `./${key}` : asViewParameter(parameter).default]));
          const record = build({ inputs, params });
          const shown = Object.entries(record).filter(([, value]) => isView(value) && !value.options.hidden);
          expect(shown.map(([key]) => key)).toEqual(Object.keys(spec.outputs));
          expect(shown[0][0]).toBe(mainOutput(spec));
          for (const [key, value] of shown) expect((value as { kind: string }).kind, key).toBe(spec.outputs[key].kind);
          const group = groupOfRecord('step', record);
          expect([...group.constants.keys()].every((key) => key !== '')).toBe(true);
          // Every input that a view names is one that was given, another view of the plugin, or what every train has.
          for (const view of group.views.values()) for (const { from } of view.inputs) expect(Object.values(inputs).includes(from) || [...group.views.values()].includes(from as never) || from === 'internal#train_id').toBe(true);
          for (const value of Object.values(record)) if (isAction(value)) expect([...Object.values(inputs), ...group.views.values()]).toContain(value.of);
        });
      }
    });
  }
}
