import { afterAll, expect, test } from 'vitest';
import { Workshop } from '../support/yard.ts';

/** Everything that is wrong with a list and its views files is said at once, with line and column. */
const shop = new Workshop();
afterAll(() => shop.close());
const said = (stdout: string): string[] => stdout.split('\n').flatMap((row) => /^(\S+:\d+):\d+: error: .*\((\w+)\)$/.exec(row)?.slice(1).join(' ') ?? []);

test('a list with eight mistakes, and a views file with two more', async () => {
  shop.write('list.yaml', `trainyard: 1
parameters: { sigma: 5 }
steps:
  - plugin: smoothing/gausian
    in: { image: "karabo#A/B/C:out[x]" }
    as: sm
  - plugin: roi/rectangle
    in: { image: "karabo SQS" }
    params: { y0: 450, y1: 650, x0: 1150, xl: 1350 }
    as: spot
  - plugin: smoothing/gaussian
    in: { image: "view#spt" }
    params: { sigma: "{sigm}" }
    as: smooth
  - plugin: smoothing/gaussian
    in: { image: "view#spot" }
    params: { sigma: -5 }
    as: smooth
  - views: ./nope.ts
  - views: ./bad.ts
`);
  shop.write('bad.ts', `import { view } from '@trainyard/core';
export const a = view.scalar({ x: 'karabo nope' }, () => 1);
export const b = view.scalar({ x: 'karabo#A/B/C:out[x]' }, () => 1, { every: 0 });
`);
  const { code, stdout } = await shop.run('check', 'list.yaml');
  expect(code).toBe(2);
  expect(said(stdout)).toEqual([
    'list.yaml:4 LIST_UNKNOWN_PLUGIN', 'list.yaml:8 PATH_SYNTAX', 'list.yaml:9 LIST_UNKNOWN_PARAMETER', 'list.yaml:12 LIST_INPUT_NOT_PRODUCED', 'list.yaml:13 LIST_PARAMETER_UNDEFINED',
    'list.yaml:15 LIST_NAME_TWICE', 'list.yaml:17 PARAM_RANGE', 'list.yaml:19 VIEWS_NOT_FOUND', 'bad.ts:2 PATH_SYNTAX', 'bad.ts:3 VIEW_OPTION',
  ]);
});

test.each([
  ['', /begins with "trainyard: 1"/], ['trainyard: 2\nsteps: []\n', /this one says 2/], ['a: [\n', /Flow sequence/], ['trainyard: 1\n', /has "steps:"/],
  ['trainyard: 1\nsteps: [\n', /LIST_SYNTAX/], ['trainyard: 1\nsteps:\n  - views: /dev/null\n', /error/], ['- 1\n- 2\n', /LIST_FORM/], ['\u0000\u0001', /error/],
])('%j is no list', async (text, says) => {
  shop.write('no.yaml', text);
  const { code, stdout } = await shop.run('check', 'no.yaml');
  expect(code).toBe(2);
  expect(stdout).toMatch(says);
  expect(stdout).not.toMatch(/\n\s+at /);
});
