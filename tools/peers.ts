import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './workspace.ts';

/** A program or data set beside this repository that some tests are run against. */
export interface Peer {
  readonly name: string;
  /** What is not tested without it. */
  readonly tests: string;
  /** How to get it. */
  readonly get: string;
  readonly present: boolean;
  /** Wanted in CI: its absence is a failure there. */
  readonly wanted: boolean;
}

const modules = { numpy: 'python3-numpy', scipy: 'python3-scipy', h5py: 'python3-h5py', extra_data: 'python3-extra-data', karabo_bridge: 'python3-karabo-bridge', pyFAI: 'python3-pyfai', matplotlib: 'python3-matplotlib', xarray: 'python3-xarray', h5netcdf: 'python3-h5netcdf', nbclient: 'python3-nbclient', ipykernel: 'python3-ipykernel' };

/** Looks for every peer; nothing is installed or started. */
export function findPeers(): Peer[] {
  const python = ['/usr/bin/python3', 'python3'].find((program) => spawnSync(program, ['-c', '']).status === 0);
  const code = `import importlib.util as u\nprint(' '.join(n for n in ${JSON.stringify(Object.keys(modules))} if u.find_spec(n)))`;
  const found = new Set(python === undefined ? [] : spawnSync(python, ['-c', code], { encoding: 'utf8' }).stdout.trim().split(' '));
  const absent = Object.keys(modules).filter((name) => !found.has(name));
  const slurm = ['sbatch', 'slurmctld', 'slurmd', 'munged'].every((program) => has(program));
  const chromium = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].some((path) => path !== undefined && existsSync(path));
  return [
    { name: '../shared', tests: 'larger reference data beside the repository', get: 'it comes with the workplace, not with the repository', present: existsSync(join(root, '..', 'shared', 'oracles')), wanted: false },
    { name: 'Python packages', tests: `results and streams side by side with ${absent.join(', ') || 'the field\'s own'}`, get: `apt-get install ${Object.entries(modules).filter(([name]) => absent.includes(name)).map(([, pack]) => pack).join(' ')}`, present: absent.length === 0, wanted: true },
    { name: 'chromium', tests: 'the viewer in a browser', get: 'apt-get install chromium, or name one by CHROMIUM=/path', present: chromium, wanted: true },
    { name: 'libvulkan1', tests: 'kernels by WebGPU, on the software driver of Debian\'s chromium', get: 'apt-get install libvulkan1 chromium', present: existsSync('/usr/lib/chromium/vk_swiftshader_icd.json') && ['x86_64', 'aarch64'].some((cpu) => existsSync(`/usr/lib/${cpu}-linux-gnu/libvulkan.so.1`)), wanted: true },
    { name: 'promtool', tests: 'the metrics of a yard as Prometheus reads them', get: 'apt-get install --no-install-recommends prometheus', present: has('promtool'), wanted: true },
    { name: 'Slurm', tests: 'job arrays on a real Slurm', get: 'apt-get install --no-install-recommends slurm-wlm munge, and run as root', present: slurm && process.getuid?.() === 0, wanted: true },
  ];
}

function has(program: string): boolean {
  return [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin'].some((folder) => existsSync(join(folder, program)));
}
