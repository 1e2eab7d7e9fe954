import { Worker } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
import { Registry, type CheckableSpec, type PackEntry, type PluginSpec, type Where } from '@trainyard/core';
import { placeOfLoadError } from '../code/place-of-load-error.ts';
import { threadOf } from '../crew/thread.ts';
import { findPacks, type FoundPack } from './find-packs.ts';

/** A pack as it was found and loaded, or why it was not. */
export interface InstalledPack extends PackEntry {
  readonly own: boolean;
  /** The files that its specs are made of, its `package.json` too: whose change makes other specs. Empty for this installation's own. */
  readonly files: readonly string[];
  /** Where it says so: the place of `error` in the pack's own file. */
  readonly where?: Where;
  /** What it brought when it loaded last: a save has broken it since. */
  readonly brought?: readonly string[];
}

/** What is installed: every pack with its plugins' specs, or the reason why it does not load. */
export interface Installed {
  readonly packs: readonly InstalledPack[];
  readonly specs: ReadonlyMap<string, CheckableSpec & { readonly pack: FoundPack }>;
  readonly registry: Registry;
  /** Packs outside this installation: package name -> folder. */
  readonly packFolders: Readonly<Record<string, string>>;
}

/** One pack's specs; loading is a matter of milliseconds. */
const LIMIT_MS = 10_000;

/** What the thread says of one pack. */
export interface SpecAnswer {
  readonly name: string;
  readonly files: readonly string[];
  readonly specs?: readonly CheckableSpec[];
  readonly error?: string;
  readonly where?: Where;
}

/**
 * Finds the packs and loads their specs in a thread of their own; a broken pack is an entry with its error. With what was loaded `before`,
 * only packs from outside this installation are loaded again.
 */
export async function loadInstalled(folder?: string, limitMs = LIMIT_MS, before?: Installed): Promise<Installed> {
  const found = findPacks(folder);
  const known = found.flatMap((pack): SpecAnswer[] => {
    const was = pack.own ? before?.packs.find((one) => one.name === pack.name) : undefined;
    return was ? [{ ...was, specs: was.plugins.map((id) => before!.specs.get(id)!) }] : [];
  });
  const answers = await askThread(found, new Map(known.map((answer) => [answer.name, answer])), limitMs);
  const registry = new Registry();
  const specs = new Map<string, CheckableSpec & { pack: FoundPack }>();
  const packs = found.map((pack) => {
    const { specs: own = [], error, files, where = error === undefined ? undefined : placeOfLoadError(error, files) } = answers.get(pack.name)!;
    const was = before?.packs.find((one) => one.name === pack.name);
    const brought = error === undefined || !was ? undefined : (was.brought ?? was.plugins);
    const entry: InstalledPack = {
      name: pack.name, version: pack.version, folder: pack.folder, own: pack.own, plugins: own.map((spec) => spec.id), files: pack.own ? [] : [pack.manifest, ...files],
      ...(error !== undefined && { error }), ...(where && { where }), ...(brought && { brought }),
    };
    const twice = own.find((spec, i) => specs.has(spec.id) || own.findIndex((other) => other.id === spec.id) !== i);
    if (twice) {
      const refused = { ...entry, plugins: [], error: `the plugin ${twice.id} is already brought by ${specs.get(twice.id)?.pack.name ?? 'itself'}` };
      registry.addPack(refused);
      return refused;
    }
    for (const spec of own) specs.set(spec.id, { ...spec, pack });
    registry.addPack(entry, own as readonly PluginSpec[]);
    return entry;
  });
  return { packs, specs, registry, packFolders: Object.fromEntries(found.filter((pack) => !pack.own).map((pack) => [pack.name, pack.folder])) };
}

/** Asks about one pack after the other; one that hangs or ends its thread costs the others nothing but a new thread. */
async function askThread(found: readonly FoundPack[], known: ReadonlyMap<string, SpecAnswer>, limitMs: number): Promise<Map<string, SpecAnswer>> {
  const answers = new Map(known);
  for (const { name, error } of found) if (error !== undefined) answers.set(name, { name, error, files: [] });
  for (;;) {
    const left = found.filter((pack) => !answers.has(pack.name));
    if (left.length === 0) return answers;
    const reason = await askOnce(left, answers, limitMs);
    const culprit = left.find((pack) => !answers.has(pack.name));
    if (culprit) answers.set(culprit.name, { name: culprit.name, error: reason, files: [fileURLToPath(culprit.url)] });
  }
}

/** Fills `answers` until all are there, one takes too long, or the thread ends; gives back why the next one has none. */
async function askOnce(packs: readonly FoundPack[], answers: Map<string, SpecAnswer>, limitMs: number): Promise<string> {
  const worker = new Worker(threadOf(import.meta.url, 'spec-thread'), { workerData: packs });
  const reason = await new Promise<string>((resolve) => {
    let late: NodeJS.Timeout | undefined;
    const wait = (): void => {
      clearTimeout(late);
      late = setTimeout(() => resolve(`its specs did not load within ${limitMs / 1000} s`), limitMs);
    };
    worker.on('message', (answer: SpecAnswer | 'ready') => {
      // A thread that is slow to start is no fault of the first pack.
      wait();
      if (answer === 'ready') return;
      answers.set(answer.name, answer);
      if (packs.every((pack) => answers.has(pack.name))) resolve('');
    });
    worker.on('error', (error) => resolve(error.message));
    worker.on('exit', () => {
      clearTimeout(late);
      resolve('it ended the thread that loads its specs');
    });
  });
  await worker.terminate();
  return reason;
}
