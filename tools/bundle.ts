import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { seconds, step } from './step.ts';
import { root, workspacePackages, type Manifest } from './workspace.ts';

/**
 * `npm run bundle`: one relocatable archive with Node inside, for machines without internet: unpack it anywhere, also read-only and for
 * many users, and call `bin/yard`. It holds the same tree as the checkout, so that every path inside is the tested one:
 *
 *   bin/yard  bin/node  packages/ plugins/ apps/ (package.json and dist)  node_modules/ (what they need at run time)  examples/ docs/
 */
const platform = 'linux-x64';
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
const name = `trainyard-${version}-${platform}`;
const out = join(root, 'out');
const stage = join(out, name);
const archive = join(out, `${name}.tar.gz`);
const began = Date.now();

const node = join(root, 'node_modules', `node-${platform}`);
if (!existsSync(node)) {
  console.error(`The bundle holds Node for ${platform}, which npm installs on ${platform} only: ${node} is missing.`);
  process.exit(2);
}
if ((await step('nx', ['run-many', '-t', 'build', '--output-style=static', '--nx-bail=false'])) !== 0) process.exit(1);

rmSync(stage, { recursive: true, force: true });
mkdirSync(join(stage, 'bin'), { recursive: true });
cpSync(join(node, 'bin', 'node'), join(stage, 'bin', 'node'));
cpSync(join(node, 'LICENSE'), join(stage, 'bin', 'node.LICENSE'));
for (const part of ['examples', 'docs', 'README.md', 'LICENSE', 'package.json']) if (existsSync(join(root, part))) cpSync(join(root, part), join(stage, part), { recursive: true, filter: (path) => !/\/\.trainyard$|\/node_modules$/.test(path) });
const own = workspacePackages();
for (const { folder, manifest } of own) copyOwn(folder, manifest);
const needed = new Set<string>();
for (const one of own) gather(one.folder, one.manifest, needed);
for (const folder of [...needed].sort()) cpSync(folder, join(stage, relative(root, folder)), { recursive: true, filter: (path) => keep(path, folder) });
launcher();
readable(stage);

rmSync(archive, { force: true });
// The same tree gives the same bytes.
if ((await step('tar', ['-C', out, '--sort=name', '--owner=0', '--group=0', '--numeric-owner', '-czf', archive, name])) !== 0) process.exit(1);
console.log(`${relative(root, archive)}: ${megabytes(statSync(archive).size)}, unpacked ${megabytes(sizeOf(stage))} of which Node ${megabytes(sizeOf(join(stage, 'bin')))}; ${own.length} packages of ours, ${needed.size} of others (${seconds(began)})`);
rmSync(stage, { recursive: true });

/** One of our packages as it would be published, and the link by which others find it. */
function copyOwn(folder: string, manifest: Manifest): void {
  const target = join(stage, relative(root, folder));
  mkdirSync(target, { recursive: true });
  for (const part of ['package.json', 'README.md', 'GLOSSARY.md', 'bin', 'dist']) {
    if (existsSync(join(folder, part))) cpSync(join(folder, part), join(target, part), { recursive: true, filter: (path) => !/\.tsbuildinfo$|\.test\.|\.test-|\.map$/.test(path) });
  }
  const link = join(stage, 'node_modules', manifest.name);
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(relative(dirname(link), target), link);
}

/** Adds the folders of everything that a package needs at run time, found as Node finds it. */
function gather(folder: string, manifest: Manifest, found: Set<string>): void {
  const wanted = { ...manifest.peerDependencies, ...manifest.optionalDependencies, ...manifest.dependencies };
  for (const dependency of Object.keys(wanted)) {
    const place = lookUp(folder, dependency);
    if (place === undefined) {
      const optional = dependency in (manifest.optionalDependencies ?? {}) || !(dependency in (manifest.dependencies ?? {}));
      if (!optional) throw new Error(`${manifest.name} needs ${dependency}, which is not installed: npm ci`);
      continue;
    }
    if (realpathSync(place) !== place || found.has(place)) continue;
    found.add(place);
    gather(place, JSON.parse(readFileSync(join(place, 'package.json'), 'utf8')) as Manifest, found);
  }
}

function lookUp(folder: string, dependency: string): string | undefined {
  for (let at = folder; at.startsWith(root); at = dirname(at)) {
    const place = join(at, 'node_modules', dependency);
    if (existsSync(join(place, 'package.json'))) return place;
  }
  return undefined;
}

/** Leaves out what only builders need, and native parts for other machines. */
function keep(path: string, folder: string): boolean {
  const inside = relative(folder, path);
  if (inside.startsWith('node_modules') || /\.(map|md|markdown|tsbuildinfo|c|cc|cpp|h|hpp|gyp)$/i.test(inside)) return /licen[cs]e/i.test(inside);
  if (!inside.includes('/') && /^(test|tests|__tests__|docs?|bench(mark)?s?|coverage|\.github|vendor|script)$/.test(inside)) return false;
  if (folder.endsWith('/zeromq') && /^build\/(?!manifest\.json$|linux$|linux\/)/.test(inside)) return false;
  if (folder.endsWith('/zeromq') && /^build\/linux\/(?!x64$|x64\/)/.test(inside)) return false;
  return true;
}

function launcher(): void {
  const file = join(stage, 'bin', 'yard');
  writeFileSync(file, `#!/bin/bash
# Trainyard ${version}: finds itself by its own path, also through a link, and brings its own Node.
here=$(dirname -- "$(readlink -f -- "\${BASH_SOURCE[0]}")")
exec "$here/node" "$here/../apps/cli/bin/yard.js" "$@"
`);
  chmodSync(file, 0o755);
}

/** Everybody may read, and nothing more than before is executable. */
function readable(path: string): void {
  const info = lstatSync(path);
  if (info.isSymbolicLink()) return;
  chmodSync(path, info.isDirectory() || info.mode & 0o111 ? 0o755 : 0o644);
  if (info.isDirectory()) for (const entry of readdirSync(path)) readable(join(path, entry));
}

function sizeOf(path: string): number {
  const info = lstatSync(path);
  return info.isDirectory() ? readdirSync(path).reduce((sum, entry) => sum + sizeOf(join(path, entry)), 0) : info.size;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
