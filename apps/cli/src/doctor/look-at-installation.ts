import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FoundGpu } from '@trainyard/gpu';
import { startLibrary } from '@trainyard/hdf5';
import { loadInstalled, packStore } from '@trainyard/runtime';
import { versionOf } from '../version.ts';
import { tried, type Finding } from './finding.ts';

/** The parts that are native or WebAssembly, and so may be missing for this machine. */
const PARTS = { zeromq: 'streams', h5wasm: 'HDF5 files', rolldown: 'compiling views', 'oxc-parser': 'scanning views', yaml: 'process lists', ws: 'the viewer' } as const;

/** Trainyard itself: its version, what it stands on, the viewer, the packs. */
export async function lookAtInstallation(): Promise<Finding[]> {
  const findings: Finding[] = [{ what: 'trainyard', state: 'ok', text: `${versionOf()}, ${dirname(fileURLToPath(new URL('.', import.meta.url)))}` }];
  for (const [name, use] of Object.entries(PARTS)) {
    findings.push(await tried(name, async () => {
      if (name === 'h5wasm') await startLibrary();
      else await import(name);
      return `${installedVersion(name)} (${use})`;
    }));
  }
  findings.push(gpu(), viewer(), ...(await packs()));
  return findings;
}

function installedVersion(name: string): string {
  for (let at = dirname(fileURLToPath(import.meta.url)); dirname(at) !== at; at = dirname(at)) {
    const file = `${at}/node_modules/${name}/package.json`;
    if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
  }
  return '';
}

/** In a process of its own, which a driver may take with it. None is nothing to mend: kernels run on the CPU. */
function gpu(): Finding {
  const script = `const { findGpu } = await import(${JSON.stringify(import.meta.resolve('@trainyard/gpu'))}); console.log(JSON.stringify(await findGpu()));`;
  const { stdout, signal } = spawnSync(process.execPath, [...process.execArgv, '--input-type=module', '--eval', script], { encoding: 'utf8', timeout: 20_000 });
  const line = (stdout ?? '').split('\n').find((one) => one.startsWith('{'));
  const found = line === undefined ? { message: `looking for one ended${signal === null ? '' : ` by ${signal}`}: set TRAINYARD_GPU=off` } : (JSON.parse(line) as FoundGpu);
  return { what: 'gpu', state: 'name' in found && found.isSoftware !== true ? 'ok' : 'note', text: found.message };
}

function viewer(): Finding {
  const folder = fileURLToPath(new URL('./dist', import.meta.resolve('@trainyard/viewer/package.json')));
  if (existsSync(`${folder}/index.html`)) return { what: 'viewer', state: 'ok', text: folder };
  return { what: 'viewer', state: 'broken', text: 'not built: npm run build; all but the page in the browser works without' };
}

/** Broken packs are notes: they hurt nothing but themselves. Without a single one of our own the installation is not whole. */
async function packs(): Promise<Finding[]> {
  // From the store's folder: what lies beside somebody's list is no part of the installation.
  const installed = await loadInstalled(packStore());
  const broken = installed.packs.filter((pack) => pack.error !== undefined);
  const whole = installed.packs.filter((pack) => pack.error === undefined);
  const findings: Finding[] = broken.map(({ name, error, own }) => ({ what: 'pack', state: own ? 'broken' : 'note', text: `${name} does not load: ${error}` }));
  return [{ what: 'packs', state: whole.some((pack) => pack.own) ? 'ok' : 'broken', text: whole.map((pack) => `${pack.name} ${pack.version}`).join(', ') || 'none loads' }, ...findings];
}
