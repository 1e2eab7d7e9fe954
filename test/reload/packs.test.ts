import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { YardState } from '@trainyard/control';
import { Control, Workshop, type RunningYard } from '../support/yard.ts';

/** A pack that is linked beside the list, as whoever writes it does: a save of its specs or its code is seen like one of the views. */
const shop = new Workshop();
const LIST = `trainyard: 1
steps:
  - plugin: linked/say
    in: { id: internal#train_id }
    as: said
`;
const SPECS = (word: string): string => `import { definePlugin } from '@trainyard/core';
export const plugins = [definePlugin({
  id: 'linked/say', version: '1.0.0', title: 'Say', does: 'Says a word.', parameters: { word: { type: 'string', default: '${word}' } },
  inputs: { id: { does: 'Any number.' } }, outputs: { main: { kind: 'scalar', does: 'Nothing, with a word.' } },
  load: () => import('./say.js'),
})];
`;
const CODE = (mark: string): string => `import { skip, view } from '@trainyard/core';
import { end } from './end.js';
export const build = ({ inputs, params }) => ({
  main: view.scalar({ id: inputs.id }, () => skip(params.word + '${mark}' + end)),
});
`;
let endpoint: string;
let yard: RunningYard;
let control: Control;

beforeAll(async () => {
  const sim = shop.start(['sim', '--endpoint', 'tcp://127.0.0.1:*', '--small', '--no-detector', '--rate', '50', '--json']);
  endpoint = (await sim.line(/"endpoint":"(tcp:[^"]+)"/))[1]!;
  shop.write('pack/package.json', JSON.stringify({ name: 'linked-pack', version: '1.0.0', type: 'module', trainyard: { plugins: './plugins.js' } }));
  shop.write('pack/plugins.js', SPECS('hello'));
  shop.write('pack/say.js', CODE('!'));
  shop.write('pack/end.js', "export const end = '.';\n");
  mkdirSync(shop.path('project/node_modules'), { recursive: true });
  symlinkSync(shop.path('pack'), shop.path('project/node_modules/linked-pack'));
  yard = shop.start(['live', shop.write('project/list.yaml', LIST), '--stream', endpoint, '--workers', '1']);
  control = new Control((await yard.line(/http:\/\/127\.0\.0\.1:\d+\/\S+/))[0]);
  await says('hello!.');
}, 60_000);
afterAll(() => shop.close());

/** Waits until the plugin's view says so. */
function says(word: string): Promise<YardState> {
  return control.until(`it says ${word}`, ({ views, generation }) => views[0]?.newest?.message === word && generation.error === undefined);
}
const save = (name: string, text: string): void => writeFileSync(shop.path('pack', name), text);

it('a save of its code, of what that imports, and of its specs is seen; nothing is lost', async () => {
  save('say.js', CODE('?'));
  await says('hello?.');
  save('end.js', "export const end = '..';\n");
  await says('hello?..');
  save('plugins.js', SPECS('good day'));
  const state = await says('good day?..');
  expect(state.parameters.find(({ name }) => name === 'word')).toMatchObject({ default: 'good day' });
  expect(state.generation.number).toBe(4);
  const [view] = state.views;
  const booked = Object.values(view!.counts).reduce((sum, n) => sum + n, 0);
  expect([booked >= state.trains.done, booked <= view!.seen, view!.seen - state.trains.done < 16]).toEqual([true, true, true]);
  expect(state.trains.dropped).toEqual({});
});

async function mend(): Promise<void> {
  save('plugins.js', SPECS('good day'));
  save('say.js', CODE('?'));
  save('end.js', "export const end = '..';\n");
  await says('good day?..');
}

it.each<[what: string, file: string, text: string, says: RegExp, line: number, column: number]>([
  ['a syntax error in its specs', 'plugins.js', SPECS('good day').replace("version: '1.0.0'", 'version: ;'), /Unexpected token/, 3, 30],
  ['a throw in its specs', 'plugins.js', `${SPECS('good day')}throw new Error('no licence');\n`, /no licence/, 7, 7],
  ['specs that are none', 'plugins.js', SPECS('good day').replace("inputs: { id: { does: 'Any number.' } }, ", ''), /linked\/say/, 2, 25],
  ['a syntax error in its code', 'say.js', CODE('?').replace('({', '({;'), /Unexpected token/, 3, 24],
  ['a throw in its code', 'say.js', `${CODE('?')}\nthrow new Error('no detector');\n`, /no detector/, 7, 7],
  ['an import that is not there', 'say.js', CODE('?').replace('./end.js', './ende.js'), /ende\.js/, 2, 21],
  ['a name that is not exported', 'end.js', "export const fin = '..';\n", /export named 'end'/, 2, 10],
])('%s: the old generation runs on, and it is said at the place in the pack', async (_, file, text, message, line, column) => {
  await mend();
  const before = await control.state();
  save(file, text);
  const broken = await control.until('the error shows', (state) => state.generation.error !== undefined);
  expect(broken.generation.error).toMatchObject({ message: expect.stringMatching(message) as string, file: shop.path('pack', file === 'end.js' ? 'say.js' : file), line, column });
  expect(broken.generation.number).toBe(before.generation.number);
  const on = await control.until('trains go on', (state) => state.trains.done > broken.trains.done + 3);
  expect(on.views[0]!.newest!.message).toBe('good day?..');
  await mend();
  expect((await control.state()).generation.number).toBeGreaterThan(before.generation.number);
});

it('an error of its view is said at the line of the pack', async () => {
  await mend();
  save('say.js', CODE('?').replace('skip(', '(undefined).nothing('));
  const { views } = await control.until('it fails', (state) => state.views[0]!.newest?.outcome === 'failed');
  expect(views[0]!.newest!.where).toMatchObject({ file: shop.path('pack/say.js'), line: 4 });
  save('say.js', CODE('?'));
  await says('good day?..');
});

it('a pack that is added while it runs is found by a reload by hand', async () => {
  await mend();
  shop.write('more/package.json', JSON.stringify({ name: 'more-pack', version: '1.0.0', type: 'module', trainyard: { plugins: './plugins.js' } }));
  shop.write('more/plugins.js', SPECS('moin').replace('linked/say', 'more/say'));
  shop.write('more/say.js', CODE('!'));
  shop.write('more/end.js', "export const end = '';\n");
  writeFileSync(shop.path('project/list.yaml'), `${LIST}  - plugin: more/say\n    in: { id: internal#train_id }\n    as: more\n`);
  const wrong = await control.until('it is not there', (state) => state.generation.error !== undefined);
  expect(wrong.generation.error).toMatchObject({ code: 'LIST_UNKNOWN_PLUGIN', file: shop.path('project/list.yaml'), line: 6 });
  symlinkSync(shop.path('more'), shop.path('project/node_modules/more-pack'));
  expect(await control.request({ verb: 'reload' })).toMatchObject({ ok: true });
  await control.until('both say it', ({ views }) => views.map((view) => view.newest?.message).join() === 'good day?..,moin!');
  writeFileSync(shop.path('more/end.js'), "export const end = ' moin';\n");
  await control.until('its save, too', ({ views }) => views[1]?.newest?.message === 'moin! moin');
});

it('a plugin of a linked pack, written in TypeScript, and imported by views as a package', async () => {
  shop.write('typed/package.json', JSON.stringify({ name: 'typed-pack', version: '1.0.0', type: 'module', exports: './index.ts', trainyard: { plugins: './index.ts' } }));
  shop.write('typed/index.ts', "export const plugins: readonly unknown[] = [];\nexport const word: string = 'one';\n");
  mkdirSync(shop.path('views/node_modules'), { recursive: true });
  symlinkSync(shop.path('typed'), shop.path('views/node_modules/typed-pack'));
  const file = shop.write('views/views.ts', "import { skip, view } from '@trainyard/core';\nimport { word } from 'typed-pack';\nexport const said = view.scalar({ id: 'internal#train_id' }, () => skip(word));\n");
  const other = shop.start(['live', file, '--stream', endpoint, '--workers', '1']);
  const its = new Control((await other.line(/http:\/\/127\.0\.0\.1:\d+\/\S+/))[0]);
  await its.until('one', ({ views }) => views[0]?.newest?.message === 'one');
  shop.write('typed/index.ts', "export const plugins: readonly unknown[] = [];\nexport const word: string = 'two';\n");
  await its.until('two', ({ views }) => views[0]?.newest?.message === 'two');
});
