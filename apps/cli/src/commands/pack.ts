import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { YardError, didYouMean } from '@trainyard/core';
import { loadInstalled, packStore } from '@trainyard/runtime';
import { installPack, linkPack, removePack } from '../packs/install-pack.ts';
import { readFolder } from '../packs/read-folder.ts';
import { readTarball } from '../packs/tarball.ts';
import { EXIT, colour, printJson, say } from '../output.ts';
import { print, table } from '../print.ts';

/** `yard pack ls`: every pack with its plugins, or the reason why it does not load. */
export async function list(options: { readonly json?: boolean }): Promise<void> {
  const { packs, specs } = await loadInstalled();
  if (options.json) {
    for (const { name, version, folder, own, plugins, error } of packs) printJson({ name, version, folder, own, plugins, ...(error !== undefined && { error }) });
    return;
  }
  for (const pack of packs) {
    print(`${pack.name} ${pack.version}${pack.own ? '' : `  (${pack.folder})`}`);
    if (pack.error !== undefined) print(colour('red', `  does not load: ${pack.error}`, process.stdout));
    else if (pack.plugins.length) print(table(pack.plugins.map((id) => [`  ${id}`, specs.get(id)?.title ?? ''])));
  }
}

/** `yard ls plugins`: what a list may name. */
export async function listPlugins(json: boolean): Promise<void> {
  const { packs, specs } = await loadInstalled();
  for (const [id, { pack, title, does, version, parameters, inputs, outputs, citations }] of specs) {
    if (json) {
      printJson({ id, version, pack: pack.name, title, does, parameters, inputs, outputs, ...(citations && { citations }) });
      continue;
    }
    const params = Object.entries(parameters).map(([name, one]) => [`    ${name}`, `${one.choices?.join('|') ?? one.type}${one.unit === undefined ? '' : ` in ${one.unit}`}`, one.default === undefined ? 'must be given' : `default ${JSON.stringify(one.default)}`, one.does ?? '']);
    print(`${id} ${version}  ${title}\n    ${does}\n    ${Object.entries(inputs).map(([name, one]) => `${name}${one.optional ? '?' : ''}`).join(', ')} -> ${Object.entries(outputs).map(([name, one]) => `${name} (${one.kind})`).join(', ')}`);
    if (params.length) print(table(params));
  }
  if (!json) for (const { name, error } of packs) if (error !== undefined) print(colour('red', `${name} does not load: ${error}`, process.stdout));
}

/** `yard pack add WHAT`: from a tarball or a folder without a network; by name from npm's registry. With `--link` a folder stays where it is. */
export async function add(what: string, { link = false }: { readonly link?: boolean } = {}): Promise<void> {
  const installed = link ? linked(what) : await install(what);
  const { packs } = await loadInstalled(packStore());
  const pack = packs.find((one) => one.name === installed.name);
  say(link ? `Linked ${installed.name} ${installed.version} from ${resolve(what)}: what is saved there is what runs.` : `Added ${installed.name} ${installed.version} to ${packStore()}.`);
  if (!pack || pack.error !== undefined) {
    say(colour('red', `It does not load: ${(pack?.error ?? 'it is not found there').replace(/\.$/, '')}. The other packs are not affected; "yard pack remove ${installed.name}" takes it away.`));
    process.exit(EXIT.partly);
  }
  say(`Its plugins: ${pack.plugins.join(', ') || 'none'}.`);
}

/** `yard pack remove NAME`. */
export async function remove(name: string): Promise<void> {
  removePack(name, (names) => didYouMean(name, names));
  say(`Removed ${name}.`);
}

function linked(what: string): { name: string; version: string } {
  if (!existsSync(what) || !statSync(what).isDirectory()) throw new YardError('PACK_LINK', `--link takes the folder of a pack; ${what} is none.`);
  return linkPack(readFolder(resolve(what)), resolve(what));
}

async function install(what: string): Promise<{ name: string; version: string }> {
  if (existsSync(what)) return installPack(statSync(what).isDirectory() ? readFolder(resolve(what)) : readTarball(what), what);
  if (/\.(tgz|tar\.gz)$/.test(what) || /^[./]/.test(what)) throw new YardError('PACK_ABSENT', `There is no ${what}.`);
  const folder = mkdtempSync(join(tmpdir(), 'trainyard-pack-'));
  try {
    await fetchFromRegistry(what, folder);
    const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
    if (tarball === undefined) throw new YardError('PACK_REGISTRY', `npm gave no tarball for ${what}.`);
    return installPack(readTarball(join(folder, tarball)), what);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** npm downloads it; nothing of the package is run. */
function fetchFromRegistry(name: string, folder: string): Promise<void> {
  if (!/^[@a-z0-9][\w./@~^-]*$/i.test(name)) throw new YardError('PACK_ABSENT', `"${name}" is neither a tarball, a folder nor a package name.`);
  return new Promise((done, failed) => {
    execFile('npm', ['pack', name, '--pack-destination', folder, '--ignore-scripts', '--fetch-retries=0', '--fetch-timeout=30000'], { timeout: 120_000, maxBuffer: 1e7 }, (error, _out, errors) => {
      if (!error) return done();
      const reason = errors.split('\n').map((line) => line.replace(/^npm (error|ERR!)\s*/, '').trim()).find((line) => line !== '' && !/^(code|errno|npm warn)/i.test(line));
      return failed(new YardError('PACK_REGISTRY', `There is no file or folder ${name}, and npm could not fetch a package of that name: ${reason ?? error.message}. Without a network give a tarball.`));
    });
  });
}
