import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPeers, type Peer } from './peers.ts';
import { seconds, step } from './step.ts';
import { root, shown } from './workspace.ts';

/**
 * `npm test`: all that this machine can test, from a bare clone. Builds first, then lint, layers, types and every test; says what was
 * skipped and why; its last line is `N passed, N failed, N skipped`.
 *
 * With TRAINYARD_CI=1 nothing may be skipped for want of a program: its absence is a failure, and the bundle is made and tested, too.
 */
const ci = process.env['TRAINYARD_CI'] === '1';
const counts = { passed: 0, failed: 0, skipped: 0 };
const failures: string[] = [];

const peers = findPeers();
console.log(`Node ${process.versions.node} at ${process.execPath}`);
if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error('Trainyard needs Node 24, which "npm install" brings along for Linux and Windows: start this by "npm test".');
  process.exit(2);
}

await check('build, lint and types of every package', 'nx', ['run-many', '-t', 'build', 'lint', 'types', '--output-style=static']);
await check('layers', 'node', ['tools/check-layers.ts']);
await check('lint of tools, test and bench', 'oxlint', ['--config', '.oxlintrc.json', '--type-aware', 'tools', 'test', 'bench']);
await check('types of tools, test, bench and examples', 'tsc', ['-b', 'tools', 'test']);
if (ci) await check('the bundle', 'node', ['tools/bundle.ts']);
await tests();
sayPeers(peers);
for (const failure of failures) console.log(`FAILED  ${failure}`);
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed === 0 ? 0 : 1);

/** One program that passes or fails as a whole. */
async function check(name: string, command: string, args: readonly string[]): Promise<void> {
  const began = Date.now();
  console.log(`${name} ...`);
  const code = await step(command, args);
  count(code === 0, `${name}: ${command} ${args.join(' ')}`);
  console.log(`${name}: ${code === 0 ? 'passed' : 'FAILED'} (${seconds(began)})`);
}

function count(passed: boolean, name: string): void {
  if (passed) counts.passed += 1;
  else {
    counts.failed += 1;
    failures.push(name);
  }
}

interface TestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

async function tests(): Promise<void> {
  const began = Date.now();
  const folder = mkdtempSync(join(tmpdir(), 'trainyard-test-'));
  const file = join(folder, 'report.json');
  console.log('tests ...');
  const code = await step('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`], { loud: true, env: { NO_COLOR: '1' } });
  const report = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as TestReport) : { testResults: [] };
  rmSync(folder, { recursive: true });
  const failedBefore = counts.failed;
  for (const { name, status, assertionResults, message } of report.testResults) {
    const where = shown(name, root);
    for (const result of assertionResults) {
      if (result.status === 'passed') counts.passed += 1;
      else if (result.status === 'failed') count(false, `${where}: ${result.fullName}`);
      else counts.skipped += 1;
    }
    const skipped = assertionResults.filter((result) => result.status !== 'passed' && result.status !== 'failed').length;
    if (skipped > 0) console.log(`skipped  ${skipped} of ${assertionResults.length} tests in ${where}`);
    if (status === 'failed' && !assertionResults.some((result) => result.status === 'failed')) count(false, `${where}: ${message?.split('\n')[0] || 'did not load'}`);
  }
  // An error outside every test, or a run that ended before its report.
  if (code !== 0 && counts.failed === failedBefore) count(false, `vitest ended with code ${code}`);
  console.log(`tests: ${counts.failed === failedBefore ? 'passed' : 'FAILED'} (${seconds(began)})`);
}

function sayPeers(all: readonly Peer[]): void {
  const absent = all.filter((peer) => !peer.present);
  if (absent.length === 0) console.log('Nothing was missing on this machine.');
  for (const { name, tests: what, get, wanted } of absent) {
    console.log(`not here: ${name}; not tested: ${what} (${get})`);
    if (ci && wanted) count(false, `${name} is missing`);
  }
  if (ci && absent.length === 0 && counts.skipped > 0) count(false, `${counts.skipped} tests were skipped though nothing is missing`);
}
