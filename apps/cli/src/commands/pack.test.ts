import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeSimRun } from '@trainyard/sim';
import { temporary, yard } from '../run-yard.test.support.ts';

const place = temporary();
const { folder: cwd, at } = place;
const env = { TRAINYARD_PACKS: at('store') };
afterAll(place.remove);

/** A pack as somebody else writes it: a manifest and compiled code, without a dependency but ours. */
function writePack(folder: string, name: string, plugins: string, more: object = {}): void {
  mkdirSync(`${folder}/dist`, { recursive: true });
  writeFileSync(`${folder}/package.json`, JSON.stringify({ name, version: '1.2.3', type: 'module', files: ['dist'], trainyard: { plugins: './dist/plugins.js' }, peerDependencies: { '@trainyard/core': '^0.1.0' }, dependencies: { '@trainyard/core': '^0.1.0' }, ...more }));
  writeFileSync(`${folder}/dist/plugins.js`, plugins);
}

function twice(pack: string): string {
  return `import { definePlugin } from '@trainyard/core';
export const plugins = [definePlugin({
  id: '${pack}/twice', version: '1.2.3', title: 'Twice', does: 'Twice the sum.', parameters: { factor: { type: 'number', default: 2 } },
  inputs: { value: { does: 'An array.' } }, outputs: { twice: { kind: 'scalar', does: 'The sum times the factor.' } },
  load: () => import('./twice.plugin.js'),
})];
`;
}

const BUILD = `import { view } from '@trainyard/core';
export const build = ({ inputs, params }) => ({ twice: view.scalar({ value: inputs.value }, ({ value }) => value.sum() * params.factor) });
`;

beforeAll(async () => {
  await writeSimRun(at('r0001'), { trains: 3, small: true, detector: false });
});

test('a tarball of npm pack, installed without a network, is listed, runs, and is removed', async () => {
  writePack(at('source'), '@beamline/demo-pack', twice('demo'));
  writeFileSync(at('source/dist/twice.plugin.js'), BUILD);
  execFileSync('npm', ['pack', '--silent', '--pack-destination', cwd], { cwd: at('source'), stdio: 'ignore' });
  expect(existsSync(at('beamline-demo-pack-1.2.3.tgz'))).toBe(true);

  const added = await yard(['pack', 'add', 'beamline-demo-pack-1.2.3.tgz'], { cwd, env: { ...env, npm_config_registry: 'http://127.0.0.1:9' } });
  expect(added).toMatchObject({ code: 0, err: expect.stringContaining('Its plugins: demo/twice.') as string });
  const listed = await yard(['pack', 'ls', '--json'], { cwd, env });
  expect(listed.out.split('\n').filter((line) => line.includes('demo-pack')).map((line) => JSON.parse(line) as object)).toMatchObject([{ name: '@beamline/demo-pack', version: '1.2.3', own: false, plugins: ['demo/twice'] }]);

  writeFileSync(at('list.yaml'), 'trainyard: 1\nsteps:\n  - plugin: demo/twice\n    in: { value: "karabo#SA3_XGM/XGM/DOOCS:output[data.intensityTD]" }\n    as: double\n');
  expect(await yard(['check', 'list.yaml'], { cwd, env })).toMatchObject({ code: 0 });
  const run = await yard(['run', 'list.yaml', '--run', 'r0001', '--json'], { cwd, env });
  expect(JSON.parse(run.out.trim().split('\n').at(-1)!)).toMatchObject({ type: 'summary', trains: 3, views: { 'double/twice': { value: 3, failed: 0 } } });

  expect(await yard(['pack', 'remove', '@beamline/demo-pck'], { cwd, env })).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean "@beamline/demo-pack"?') as string });
  expect(await yard(['pack', 'remove', '@beamline/demo-pack'], { cwd, env })).toMatchObject({ code: 0 });
  expect((await yard(['check', 'list.yaml'], { cwd, env })).out).toContain('LIST_UNKNOWN_PLUGIN');
}, 90_000);

test.each([
  ['throws at load', 'broken-throws', 'throw new Error("no licence today");\n', /no licence today/],
  ['exports no plugins', 'broken-empty', 'export const other = 1;\n', /exports no list called "plugins"/],
  ['has a bad spec', 'broken-spec', twice('Bad Name'), /must read pack\/plugin/],
])('a pack that %s is listed with its error and hurts no other', async (_, name, code, error) => {
  writePack(at(name), name, code);
  const added = await yard(['pack', 'add', name], { cwd, env });
  expect(added.code).toBe(1);
  expect(added.err).toMatch(error);
  const { out } = await yard(['pack', 'ls'], { cwd, env });
  expect(out).toMatch(new RegExp(`${name} 1\\.2\\.3[^\\n]*\\n  does not load: .*${error.source}`));
  expect(out).toContain('smoothing/gaussian');
  expect((await yard(['pack', 'remove', name], { cwd, env })).code).toBe(0);
});

test('a pack linked beside the list is found', async () => {
  writePack(at('linked'), 'linked-pack', twice('linked'));
  writeFileSync(at('linked/dist/twice.plugin.js'), BUILD);
  mkdirSync(at('project/node_modules'), { recursive: true });
  symlinkSync(at('linked'), at('project/node_modules/linked-pack'));
  writeFileSync(at('project/list.yaml'), 'trainyard: 1\nsteps:\n  - plugin: linked/twice\n    in: { value: "karabo#SA3_XGM/XGM/DOOCS:output[data.intensityTD]" }\n');
  const run = await yard(['run', 'project/list.yaml', '--run', 'r0001', '--json'], { cwd, env });
  expect(JSON.parse(run.out.trim().split('\n').at(-1)!)).toMatchObject({ views: { 'twice/twice': { value: 3 } } });
});

test('a folder that is linked stays where it is; removing it takes the link away', async () => {
  writePack(at('mine'), 'my-pack', twice('mine'));
  writeFileSync(at('mine/dist/twice.plugin.js'), BUILD);
  expect(await yard(['pack', 'add', 'mine', '--link'], { cwd, env })).toMatchObject({ code: 0, err: expect.stringMatching(/Linked my-pack 1\.2\.3 from .*mine: what is saved there is what runs\.\nIts plugins: mine\/twice\./) as string });
  writeFileSync(at('mine/dist/plugins.js'), twice('mine').replace('mine/twice', 'mine/thrice'));
  expect((await yard(['pack', 'ls'], { cwd, env })).out).toMatch(new RegExp(`my-pack 1\\.2\\.3 +\\(${at('mine')}\\)\n +mine/thrice`));
  expect((await yard(['pack', 'remove', 'my-pack'], { cwd, env })).code).toBe(0);
  expect(existsSync(at('mine/dist/plugins.js'))).toBe(true);
  expect((await yard(['pack', 'ls'], { cwd, env })).out).not.toContain('my-pack');
  expect(await yard(['pack', 'add', 'absent', '--link'], { cwd, env })).toMatchObject({ code: 2, err: expect.stringContaining('--link takes the folder of a pack') as string });
});

test('what is no pack, or needs what it does not bring, is refused with the reason', async () => {
  writePack(at('needy'), 'needy-pack', twice('needy'), { dependencies: { lodash: '^4' } });
  expect(await yard(['pack', 'add', 'needy'], { cwd, env })).toMatchObject({ code: 2, err: expect.stringMatching(/needs lodash, which it does not bring along.*bundleDependencies/) as string });
  writeFileSync(at('needy/package.json'), JSON.stringify({ name: 'plain', version: '1.0.0' }));
  expect((await yard(['pack', 'add', 'needy'], { cwd, env })).err).toContain('plain is no pack');
  writeFileSync(at('needy/package.json'), JSON.stringify({ name: '../evil', trainyard: { plugins: './dist/plugins.js' } }));
  expect((await yard(['pack', 'add', 'needy'], { cwd, env })).err).toContain('no proper "name"');
  expect(await yard(['pack', 'add', 'absent.tgz'], { cwd, env })).toMatchObject({ code: 2, err: expect.stringContaining('There is no absent.tgz') as string });
  expect(await yard(['pack', 'remove', '@trainyard/roi'], { cwd, env })).toMatchObject({ code: 2, err: expect.stringContaining('part of this installation') as string });
});
