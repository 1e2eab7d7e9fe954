import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

// Only in CI (TRAINYARD_CI=1), after `npm run bundle`: the archive as another user meets it.
const out = fileURLToPath(new URL('../../out/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'trainyard-bundle-'));
afterAll(() => {
  spawnSync('chmod', ['-R', 'u+w', folder]);
  rmSync(folder, { recursive: true, force: true });
});

it('the archive runs from a read-only folder, for another user, without a network and without another Node', () => {
  const archives = readdirSync(out).filter((name) => name.endsWith('.tar.gz'));
  expect(archives).toHaveLength(1);
  const shared = join(folder, 'shared soft ware');
  const work = join(folder, 'work');
  mkdirSync(shared);
  mkdirSync(work);
  chmodSync(folder, 0o755);
  execFileSync('tar', ['-C', shared, '-xzf', join(out, archives[0]!)]);
  execFileSync('chmod', ['-R', 'a-w', shared]);
  const bundle = join(shared, archives[0]!.replace(/\.tar\.gz$/, ''));

  const root = process.getuid?.() === 0;
  const scenario = join(folder, 'scenario.sh');
  execFileSync('install', ['-m', '755', fileURLToPath(new URL('scenario.sh', import.meta.url)), scenario]);
  let command = ['bash', scenario, bundle, work];
  if (root) {
    chownSync(work, 65534, 65534);
    command = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', ...command];
    const alone = spawnSync('unshare', ['--net', 'ip', 'link', 'set', 'lo', 'up']).status === 0;
    if (alone) command = ['unshare', '--net', 'bash', '-c', 'ip link set lo up; exec "$@"', 'alone', ...command];
    else console.log('not tested: without a network (unshare --net and ip are not allowed or not here)');
  } else console.log('not tested: as another user (only root can become one)');
  const { status, stdout, stderr } = spawnSync(command[0]!, command.slice(1), { encoding: 'utf8', timeout: 120_000, cwd: '/' });
  expect([...stdout.matchAll(/^ok (\S+)/gm)].map((match) => match[1]), `${stdout}\n${stderr}`).toEqual(['read-only', 'version', 'doctor', 'sim', 'run', 'own', 'page', 'end']);
  expect(status).toBe(0);
  const summaries = stdout.split('\n').filter((line) => line.startsWith('{"type":"summary"')).map((line) => JSON.parse(line) as { trains: number; views: Record<string, { value: number }> });
  expect(summaries.map(({ trains }) => trains)).toEqual([10, 10]);
  // The run has no detector.
  expect(Object.entries(summaries[0]!.views).filter(([, { value }]) => value === 0).map(([view]) => view)).toEqual(['views/detector']);
}, 180_000);
