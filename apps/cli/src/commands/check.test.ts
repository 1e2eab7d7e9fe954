import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSim, writeSimRun } from '@trainyard/sim';
import { temporary, yard } from '../run-yard.test.support.ts';

const place = temporary();
const { folder: cwd, at } = place;
afterAll(place.remove);

const XGM = 'karabo#SA3_XGM/XGM/DOOCS:output[data.intensityTD]';

beforeAll(async () => {
  await writeSimRun(at('r0001'), { trains: 4, small: true, detector: false });
  writeFileSync(at('good.ts'), `import { view } from '@trainyard/core';\nexport const total = view.scalar({ xgm: '${XGM}' }, ({ xgm }) => xgm.sum());\n`);
});

test('a list with five mistakes reports five, each at its place', async () => {
  writeFileSync(at('five.yaml'), `trainyard: 1
steps:
  - plugin: integration/azimutal
    in: { image: "${XGM}" }
    as: iq
  - plugin: smoothing/gaussian
    in: { image: "view#iqq" }
    params: { sigmma: 3 }
  - views: ./god.ts
  - plugin: statistics/histogram
    in: { value: "${XGM}" }
    params: { bins: -3 }
`);
  const { code, out } = await yard(['check', 'five.yaml'], { cwd });
  const errors = out.split('\n').filter((line) => line.includes(': error: '));
  expect(errors.map((line) => /^(\S+): error:.*\((\w+)\)$/.exec(line)?.slice(1))).toEqual([
    ['five.yaml:3:5', 'LIST_UNKNOWN_PLUGIN'], ['five.yaml:7:11', 'LIST_INPUT_NOT_PRODUCED'], ['five.yaml:8:15', 'LIST_UNKNOWN_PARAMETER'],
    ['five.yaml:9:5', 'VIEWS_NOT_FOUND'], ['five.yaml:12:15', 'PARAM_RANGE'],
  ]);
  expect(errors[0]).toContain('Did you mean "integration/azimuthal"?');
  expect(errors[1]).toContain('Did you mean "iq"?');
  expect(errors[2]).toContain('Did you mean "sigma"?');
  expect(errors[3]).toContain('Did you mean "good.ts"?');
  expect(code).toBe(2);
});

test('mistakes of a list and of its views file are said together', async () => {
  writeFileSync(at('impure.ts'), `import { view } from '@trainyard/core';\nlet last = 0;\nexport const total = view.scalar({ xgm: '${XGM}' }, ({ xgm }) => { last = xgm.sum(); return last; });\n`);
  writeFileSync(at('both.yaml'), 'trainyard: 1\nsteps:\n  - views: ./impure.ts\n  - plugin: statistics/average\n    in: { value: "view#totl" }\n    params: { trains: many }\n');
  const { code, out } = await yard(['check', 'both.yaml', '--json'], { cwd });
  const lines = out.trim().split('\n').map((line) => JSON.parse(line) as { type: string; code?: string; fix?: string; where?: { line: number } });
  expect(lines.map((line) => line.code ?? line.type)).toEqual(['LIST_INPUT_NOT_PRODUCED', 'PARAM_TYPE', 'VIEW_KEEPS_STATE', 'summary']);
  expect(lines[2]).toMatchObject({ where: { line: 3 } });
  expect(lines[2]!.fix).toContain('const last = xgm.sum();');
  expect(lines.at(-1)).toEqual({ type: 'summary', errors: 3, warnings: 0 });
  expect(code).toBe(2);
});

test('a views file of a list takes results of other steps by name', async () => {
  writeFileSync(at('takes.ts'), `import { view } from '@trainyard/core';\nexport const sum = view.scalar({ curve: 'view#mean' }, ({ curve }) => curve.sum());\n`);
  writeFileSync(at('takes.yaml'), `trainyard: 1\nsteps:\n  - plugin: statistics/average\n    in: { value: "${XGM}" }\n    as: mean\n  - views: ./takes.ts\n  - plugin: statistics/histogram\n    in: { value: "view#sum" }\n`);
  expect(await yard(['check', 'takes.yaml', '--json'], { cwd })).toMatchObject({ code: 0, out: '{"type":"summary","errors":0,"warnings":0}\n' });
  writeFileSync(at('takes.ts'), `import { view } from '@trainyard/core';\nexport const sum = view.scalar({ curve: 'view#meen' }, ({ curve }) => curve.sum());\n`);
  expect((await yard(['check', 'takes.yaml'], { cwd })).out).toMatch(/^takes\.ts:2:42: error: takes\/sum takes view#meen.*Did you mean "mean"\? \(VIEW_UNKNOWN\)\n1 error/);
});

test.each([
  ['does not compile', 'export const a = ;\n', 'VIEWS_COMPILE', 1],
  ['throws at load', `const a: any = undefined;\nexport const b = a.c;\n`, 'VIEWS_LOAD', 2],
  ['takes views that are not there', `import { view } from '@trainyard/core';\nexport const total = view.scalar({ x: '${XGM}' }, ({ x }) => x.sum());\nexport const a = view.scalar({ v: 'view#totl' }, ({ v }) => v);\nexport const b = view.scalar({ v: 'view#tota' }, ({ v }) => v);\n`, 'VIEW_UNKNOWN', 3],
])('a views file that %s is refused at its line', async (_, text, code, line) => {
  writeFileSync(at('bad.ts'), text);
  const said = await yard(['check', 'bad.ts'], { cwd });
  expect(said.out).toMatch(new RegExp(`^bad.ts:${line}:\\d+: error: .*\\(${code}\\)`));
  if (code === 'VIEW_UNKNOWN') expect(said.out.match(/Did you mean "total"/g)).toHaveLength(2);
  expect(`${said.out}${said.err}`).not.toMatch(/node_modules|at .*\.ts:\d+:\d+\)/);
  expect(said.code).toBe(2);
});

test('a source or key that the run lacks is a warning, and the exit code stays 0', async () => {
  writeFileSync(at('absent.ts'), `import { view } from '@trainyard/core';\nexport const a = view.scalar({ x: '${XGM.replace('TD]', 'DT]')}' }, ({ x }) => x.sum());\nexport const b = view.scalar({ x: 'karabo#SQS_SHUTER/DEV/1.isOpen' }, ({ x }) => x);\n`);
  const { code, out } = await yard(['check', 'absent.ts', '--run', 'r0001'], { cwd });
  expect(out).toMatch(/^absent.ts:2:36: warning: .*has no key data.intensityDT.*Did you mean "data.intensityTD"\?/m);
  expect(out).toMatch(/^absent.ts:3:36: warning: This run has no source SQS_SHUTER\/DEV\/1.*Did you mean "SQS_SHUTTER\/DEV\/1"\?/m);
  expect(code).toBe(0);
  expect(await yard(['check', 'good.ts', '--run', 'r0001', '--json'], { cwd })).toEqual({ code: 0, out: '{"type":"summary","errors":0,"warnings":0}\n', err: '' });
});

test('--purity: views that hang on their train alone give the same bits; one that remembers is named with its line, and --json has all of it', async () => {
  const pure = await yard(['check', 'good.ts', '--purity', '--run', 'r0001'], { cwd });
  expect(pure.out).toMatch(/4 trains of r0001 \(10000 to 10003\): 1 view in order once more, .*shuffled, on three workers, and 0 views in train order twice, gave the same bits\./);
  expect(pure.code).toBe(0);
  writeFileSync(at('counts.ts'), `import { view } from '@trainyard/core';\nconst next = (() => { let n = 0; return () => n++; })();\nexport const n = view.scalar({ xgm: '${XGM}' }, () => next());\nexport const twice = view.scalar({ n }, ({ n }) => 2 * n);\n`);
  const impure = await yard(['check', 'counts.ts', '--purity', '--run', 'r0001', '--trains', '1:4', '--json'], { cwd });
  const lines = impure.out.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
  const [problem, ...more] = lines.filter((line) => line['view'] !== undefined);
  expect(more).toEqual([]);
  expect(problem).toMatchObject({ type: 'problem', code: 'PURITY_ORDER', kind: 'order', view: 'counts/n', trainId: 10_001, followers: ['counts/twice'], where: { line: 3, column: 14 }, suspects: [{ name: 'next', where: { line: 2 } }] });
  expect(problem!['message']).toMatch(/counts\/n gives something else when the trains come backwards, on two workers: in \d trains of 3, first in train 10001: 0, then 1\. It remembers/);
  expect(lines.at(-1)).toMatchObject({ type: 'summary', errors: 1 });
  expect(impure.code).toBe(2);
}, 60_000);

test.each([
  ['data that nobody has', `export const a = view.scalar({ x: 'karabo#NO/SUCH/DEVICE.x' }, ({ x }) => x);`, ['--purity'], /--purity needs trains to run on: --run DIR or --stack FILE with karabo#NO\/SUCH\/DEVICE\.x\. /],
  ['a stream', `export const a = view.scalar({ x: '${XGM}' }, ({ x }) => x.sum());`, ['--purity', '--stream', 'tcp://127.0.0.1:9'], /runs trains several times, which a stream does not give/],
  ['--trains without it', `export const a = view.scalar({ x: '${XGM}' }, ({ x }) => x.sum());`, ['--trains', '0:3'], /give --purity, too/],
])('--purity refuses %s', async (_, text, args, says) => {
  writeFileSync(at('refused.ts'), `import { view } from '@trainyard/core';\n${text}\n`);
  const { code, err } = await yard(['check', 'refused.ts', ...args], { cwd });
  expect(err).toMatch(says);
  expect(code).toBe(2);
});

test('a run: whole, and with a file cut short', async () => {
  const whole = await yard(['check', 'r0001'], { cwd });
  expect(whole.out).toContain('4 trains (10000 to 10003).\nNo problems.');
  expect(whole.code).toBe(0);
  await writeSimRun(at('r0002'), { trains: 4, small: true, detector: false });
  truncateSync(at('r0002/RAW-R0002-DA02-S00000.h5'), 3000);
  const broken = await yard(['check', 'r0002'], { cwd });
  expect(broken.out).toMatch(/warning: RAW-R0002-DA02-S00000.h5 is not used: /);
  expect(broken.code).toBe(1);
  rmSync(at('r0002'), { recursive: true });
});

test('an endpoint: its rate, format and sources, whatever its socket', async () => {
  const facility = await startSim({ endpoint: 'tcp://127.0.0.1:*', socket: 'PUB', version: '1.0', detector: false, small: true, rate: 20 });
  try {
    const { code, out } = await yard(['check', facility.endpoint]);
    expect(out).toMatch(/ \d+\.\d trains\/s, .*format 1\.0, --socket SUB, 5 sources/);
    expect(out).toContain('SQS_SHUTTER/DEV/1');
    expect(code).toBe(0);
    const against = await yard(['check', at('good.ts'), '--stream', facility.endpoint]);
    expect(against).toMatchObject({ code: 0, err: '' });
    expect(against.out).toContain('No problems.');
  } finally {
    await facility.stop();
  }
});

test('nothing listens: exit 3, and what to look at', async () => {
  const { code, err } = await yard(['check', 'tcp://127.0.0.1:9']);
  expect(err).toMatch(/Nothing answers at tcp:\/\/127.0.0.1:9 \(is the server running, are host and port right\?\)/);
  expect(code).toBe(3);
});
