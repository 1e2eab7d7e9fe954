import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { crashOf, type HowItEnded } from './crash-of.ts';
import { oomKills } from './oom-kills.ts';

describe('what is started again', () => {
  const ended = (how: Partial<HowItEnded>): HowItEnded => ({ code: null, signal: null, wasUp: true, inOrder: false, ...how });
  test.each(['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP'] as const)('%s', (signal) => {
    expect(crashOf(ended({ signal }), false)).toBe(signal);
    expect(crashOf(ended({ signal, wasUp: false }), false)).toBe(signal);
    expect(crashOf(ended({ signal, inOrder: true }), false)).toBeUndefined();
  });
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1'] as const)('not %s', (signal) => expect(crashOf(ended({ signal }), true)).toBeUndefined());
  test('SIGKILL by the kernel for want of memory, not by a person', () => {
    expect(crashOf(ended({ signal: 'SIGKILL' }), true)).toBe('the kernel, for want of memory');
    expect(crashOf(ended({ signal: 'SIGKILL' }), false)).toBeUndefined();
  });
  test('an exit that it did not speak of, once it was there', () => {
    expect(crashOf(ended({ code: 7 }), false)).toBe('itself, with exit code 7');
    expect(crashOf(ended({ code: 2, wasUp: false }), false)).toBeUndefined();
    expect(crashOf(ended({ code: 0, inOrder: true }), false)).toBeUndefined();
  });
});

describe('kills for want of memory', () => {
  const root = mkdtempSync(join(tmpdir(), 'yard-oom-'));
  afterAll(() => rmSync(root, { recursive: true }));
  const machine = (name: string, files: Readonly<Record<string, string>>): string => {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name, file)), { recursive: true });
      writeFileSync(join(root, name, file), text);
    }
    return join(root, name);
  };
  const events = (kills: number): string => `low 0\nhigh 0\nmax 12\noom 3\noom_kill ${kills}\noom_group_kill 0\n`;

  test('are counted in the own cgroup, of version 2 or 1, else for the machine', () => {
    expect(oomKills(machine('v2', { 'proc/self/cgroup': '0::/user.slice/yard.service\n', 'sys/fs/cgroup/user.slice/yard.service/memory.events': events(4), 'proc/vmstat': 'oom_kill 9\n' }))).toBe(4);
    expect(oomKills(machine('v1', { 'proc/self/cgroup': '5:cpu,cpuacct:/\n4:memory:/job_7\n0::/\n', 'sys/fs/cgroup/memory/job_7/memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 2\n', 'proc/vmstat': 'oom_kill 9\n' }))).toBe(2);
    expect(oomKills(machine('none', { 'proc/self/cgroup': '0::/\n', 'proc/vmstat': 'nr_free_pages 5\noom_kill 9\n' }))).toBe(9);
    expect(oomKills(machine('nothing', {}))).toBe(0);
  });
  test('this machine counts them', () => expect(oomKills()).toBeGreaterThanOrEqual(0));
});
