import { Worker } from 'node:worker_threads';
import { Registry, type CheckableSpec, type PackEntry, type PluginSpec } from '@trainyard/core';
import { threadOf } from '../engine/thread.ts';
import { findPacks, type FoundPack } from './find-packs.ts';

/** What is installed: every pack with its plugins' specs, or the reason why it does not load. */
export interface Installed {
  readonly packs: readonly (PackEntry & { readonly own: boolean })[];
  readonly specs: ReadonlyMap<string, CheckableSpec & { readonly pack: FoundPack }>;
  readonly registry: Registry;
  /** Packs outside this installation: package name -> folder. */
  readonly packFolders: Readonly<Record<string, string>>;
}

const LIMIT_MS = 15_000;

type Answer = { readonly name: string; readonly specs?: readonly CheckableSpec[]; readonly error?: string };

/** Finds the packs and loads their specs in a thread of their own; a broken pack is an entry with its error. */
export async function loadInstalled(folder?: string): Promise<Installed> {
  const found = findPacks(folder);
  const answers = await askThread(found);
  const registry = new Registry();
  const specs = new Map<string, CheckableSpec & { pack: FoundPack }>();
  const packs = found.map((pack) => {
    const { specs: own = [], error } = answers.get(pack.name) ?? { name: pack.name, error: `its specs did not load within ${LIMIT_MS / 1000} s` };
    const entry = { name: pack.name, version: pack.version, folder: pack.folder, own: pack.own, plugins: own.map((spec) => spec.id), ...(error !== undefined && { error }) };
    const twice = own.find((spec) => specs.has(spec.id));
    if (twice) return { ...entry, plugins: [], error: `the plugin ${twice.id} is already brought by ${specs.get(twice.id)!.pack.name}` };
    for (const spec of own) specs.set(spec.id, { ...spec, pack });
    registry.addPack(entry, own as readonly PluginSpec[]);
    return entry;
  });
  return { packs, specs, registry, packFolders: Object.fromEntries(found.filter((pack) => !pack.own).map((pack) => [pack.name, pack.folder])) };
}

async function askThread(found: readonly FoundPack[]): Promise<Map<string, Answer>> {
  const answers = new Map<string, Answer>();
  if (found.length === 0) return answers;
  const worker = new Worker(threadOf(import.meta.url, 'spec-thread'), { workerData: found });
  await new Promise<void>((resolve) => {
    const late = setTimeout(resolve, LIMIT_MS);
    const done = (): void => {
      clearTimeout(late);
      resolve();
    };
    worker.on('message', (answer: Answer) => answers.set(answer.name, answer));
    worker.on('error', (error) => {
      const next = found.find((pack) => !answers.has(pack.name));
      if (next) answers.set(next.name, { name: next.name, error: error.message });
    });
    worker.on('exit', done);
  });
  await worker.terminate();
  return answers;
}
