import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { startSim } from '@trainyard/sim';
import { temporary, yard } from '../run-yard.test.support.ts';

const { at, remove } = temporary();
const facility = await startSim({ endpoint: 'tcp://127.0.0.1:*', detector: false, small: true });
afterAll(async () => {
  await facility.stop();
  remove();
});
const cwd = at('shift 100%');
mkdirSync(cwd);
mkdirSync(at('runtime'), { mode: 0o700 });
const env = { XDG_RUNTIME_DIR: at('runtime') };
writeFileSync(at('shift 100%/views.ts'), "import { view } from '@trainyard/core';\nexport const id = view.scalar({ id: 'internal#train_id' }, ({ id }) => id);\n");

/** The words of a line of systemd's, as it reads them. */
const words = (line: string): string[] => [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, inQuotes, plain]) => (inQuotes ?? plain!).replaceAll('%%', '%').replaceAll('$$', '$').replace(/\\(.)/g, '$1'));
const field = (unit: string, name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(unit)![1]!;

test('the unit is one for systemd, and its command runs, ends in order and says so as the unit expects it', async () => {
  const { code, out: unit, err } = await yard(['new', 'service', 'live', 'views.ts', '--stream', facility.endpoint, '--out', 'the "night" $1', '--workers', '1'], { cwd, env });
  expect([code, err]).toEqual([0, '']);
  const file = at('yard-night.service');
  writeFileSync(file, unit);
  const systemd = spawnSync('systemd-analyze', ['--user', 'verify', file], { env: { ...process.env, ...env }, encoding: 'utf8' });
  if (systemd.error) console.log('skipped: systemd-analyze is not there');
  else expect([systemd.status, systemd.stderr, systemd.stdout]).toEqual([0, '', '']);

  const [program, ...args] = words(field(unit, 'ExecStart'));
  expect(args.slice(-6)).toEqual(['--stream', facility.endpoint, '--out', 'the "night" $1', '--workers', '1']);
  const child = spawn(program!, args, { cwd: field(unit, 'WorkingDirectory').replaceAll('%%', '%'), env: { ...process.env, ...env, NODE_OPTIONS: '' }, stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const address = await new Promise<string>((resolve) => child.stdout.once('data', (data: Buffer) => resolve(data.toString().trim())));
  // What the unit's limit of memory is for, and what it costs beside the yard: the pages of the program are shared.
  const own = Number(/^RssAnon:\s+(\d+) kB/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))![1]) / 1024;
  expect(own).toBeLessThan(50);
  for (let done = 0; done < 3;) done = ((await (await fetch(address.replace('/?', '/api/state?'))).json()) as { trains: { done: number } }).trains.done;
  child.kill('SIGTERM');
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(Number(field(unit, 'SuccessExitStatus')));
}, 60_000);

test('what cannot be started again and again is refused', async () => {
  expect(await yard(['new', 'service', 'run', 'views.ts'], { cwd, env })).toMatchObject({ code: 2, out: '', err: expect.stringContaining('A service runs yard live') });
  expect(await yard(['new', 'service', 'live', 'views.ts', '--stream', facility.endpoint, '--out', 'night.h5'], { cwd, env })).toMatchObject({ code: 2, out: '', err: expect.stringContaining('give --out a folder') });
});
