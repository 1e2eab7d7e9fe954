import { afterAll, expect, test } from 'vitest';
import { temporary, yard } from '../run-yard.test.support.ts';

const place = temporary();
afterAll(place.remove);

test('the doctor looks at the parts and runs the whole way once', async () => {
  const { out, code } = await yard(['doctor', '--json'], { env: { SLURM_CPUS_PER_TASK: '1' } });
  const { findings, whole } = JSON.parse(out) as { whole: boolean; findings: { what: string; state: string; text: string }[] };
  const of = (what: string): { state: string; text: string } | undefined => findings.find((finding) => finding.what === what);
  expect(of('self-test')).toMatchObject({ state: 'ok', text: expect.stringContaining('5 trains') as string });
  for (const what of ['node', 'zeromq', 'h5wasm', 'rolldown', 'oxc-parser', 'packs']) expect(of(what)).toMatchObject({ state: 'ok' });
  expect(of('cores')!.text).toMatch(/^1 worker \(.*SLURM_CPUS_PER_TASK=1\)/);
  // Only the viewer may be absent in a checkout that is not built.
  expect(findings.filter((finding) => finding.state === 'broken' && finding.what !== 'viewer')).toEqual([]);
  expect(code).toBe(whole ? 0 : 1);
});

test('what is broken is said, with exit code 1', async () => {
  const { out, code } = await yard(['doctor'], { env: { XDG_RUNTIME_DIR: place.at('absent') } });
  expect(out).toMatch(/^BROKEN XDG_RUNTIME_DIR +.*does not exist/m);
  expect(code).toBe(1);
});

test('help names what takes the place of programs known from elsewhere', async () => {
  expect((await yard(['help', 'lsxfel'])).out).toContain('yard ls RUN');
  for (const name of ['karabo-bridge-glimpse', 'karabo-bridge-monitor', 'karabo-bridge-server-sim', 'karabo-bridge-serve-files', 'extra-data-validate', 'savu_config']) {
    expect((await yard(['help', name])).out).toMatch(/^\S+ is here:\n  .*yard /);
  }
  expect((await yard(['help', 'batch', 'submit'])).out).toContain('Usage: yard batch submit');
  expect(await yard(['help', 'lsxfl'])).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean "lsxfel"?') as string });
  expect((await yard(['help'])).out).toContain('Usage: yard');
});
