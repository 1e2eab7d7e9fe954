import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { environment, seconds, step } from './step.ts';
import { filesBelow, root, workspacePackages } from './workspace.ts';

/**
 * `npm start`: builds what is missing or older than its sources, then runs the demo: simulator, example views, viewer with its editor.
 * What it does goes to standard error; standard output has one line, the address of the viewer.
 */
const say = (text: string): void => void process.stderr.write(`${text}\n`);
if (Number(process.versions.node.split('.')[0]) < 24) {
  say('Trainyard needs Node 24, which "npm install" brings along for Linux and Windows: start this by "npm start".');
  process.exit(2);
}

// tsc itself knows what is stale. One process for all packages is three times as quick as one nx task for each.
const began = Date.now();
const stale = viewerIsStale();
if (stale || !existsSync(join(root, 'apps/cli/dist/main.js'))) say('Building what is missing (the first time: about 10 s) ...');
const packs = workspacePackages().filter(({ kind }) => kind === 'plugins').map(({ short }) => `plugins/${short}`);
const built = await Promise.all([step('tsc', ['-b', 'apps/cli', ...packs]), stale ? step('vite', ['build', '--logLevel', 'error', 'apps/viewer']) : 0]);
if (built.some((code) => code !== 0)) {
  say('The build failed, see above; "npm run build" repeats it.');
  process.exit(1);
}
if (Date.now() - began > 1500) say(`Built in ${seconds(began)}.`);

const yard = spawn(process.execPath, [join(root, 'apps/cli/bin/yard.js'), 'demo', '--edit', ...process.argv.slice(2)], { cwd: root, env: environment, stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => yard.kill(signal));
yard.once('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));

/** Whether the page is missing or older than its own sources or those of the packages in it. */
function viewerIsStale(): boolean {
  const page = join(root, 'apps/viewer/dist/index.html');
  if (!existsSync(page)) return true;
  const made = statSync(page).mtimeMs;
  return ['apps/viewer', 'packages/control', 'packages/nd'].some((folder) => filesBelow(join(root, folder), (name) => /\.(tsx?|css|html)$|^package\.json$/.test(name) && !name.includes('.test.')).some((file) => statSync(file).mtimeMs > made));
}
