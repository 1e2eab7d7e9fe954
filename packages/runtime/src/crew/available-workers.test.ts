import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { availableWorkers, cgroupCpus } from './available-workers.ts';

const root = mkdtempSync(join(tmpdir(), 'yard-cgroup-'));
afterAll(() => rmSync(root, { recursive: true }));
let machines = 0;
function machine(files: Readonly<Record<string, string>>): string {
  const folder = join(root, String(machines++));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

test.each<[string, number, Readonly<Record<string, string>>]>([
  ['a service with a quota', 2.5, { 'proc/self/cgroup': '0::/user.slice/yard.service\n', 'sys/fs/cgroup/user.slice/yard.service/cpu.max': '250000 100000\n' }],
  ['a tighter slice around it', 1.5, { 'proc/self/cgroup': '0::/user.slice/yard.service\n', 'sys/fs/cgroup/user.slice/yard.service/cpu.max': '400000 100000\n', 'sys/fs/cgroup/user.slice/cpu.max': '150000 100000\n' }],
  ['no limit', Infinity, { 'proc/self/cgroup': '0::/user.slice\n', 'sys/fs/cgroup/user.slice/cpu.max': 'max 100000\n' }],
  ['a container, which sees its own root only', 2, { 'proc/self/cgroup': '0::/../../docker/abc\n', 'sys/fs/cgroup/cpu.max': '200000 100000\n' }],
  ['less than a core', 1, { 'proc/self/cgroup': '0::/x\n', 'sys/fs/cgroup/x/cpu.max': '20000 100000\n' }],
  ['version 1', 3, { 'proc/self/cgroup': '4:cpu,cpuacct:/slurm/job_1/step_0\n0::/\n', 'sys/fs/cgroup/cpu/slurm/job_1/cpu.cfs_quota_us': '300000\n', 'sys/fs/cgroup/cpu/slurm/job_1/cpu.cfs_period_us': '100000\n', 'sys/fs/cgroup/cpu/slurm/job_1/step_0/cpu.cfs_quota_us': '-1\n', 'sys/fs/cgroup/cpu/slurm/job_1/step_0/cpu.cfs_period_us': '100000\n' }],
  ['nothing that is known', Infinity, {}],
])('%s: %d', (_, expected, files) => expect(cgroupCpus(machine(files))).toBe(expected));

test('affinity and Slurm count', () => {
  const script = `console.log((await import(${JSON.stringify(fileURLToPath(new URL('./available-workers.ts', import.meta.url)))})).availableWorkers())`;
  const run = (command: string, args: readonly string[], env = {}): number => Number(execFileSync(command, [...args, '--input-type=module', '-e', script], { env: { ...process.env, SLURM_CPUS_PER_TASK: '', ...env }, encoding: 'utf8' }));
  expect(run('taskset', ['-c', '0', process.execPath])).toBe(1);
  expect(run(process.execPath, [], { SLURM_CPUS_PER_TASK: '1' })).toBe(1);
  expect(run(process.execPath, [], { SLURM_CPUS_PER_TASK: '4096' })).toBe(availableWorkers());
});
