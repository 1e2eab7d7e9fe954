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

/** One pack's specs; loading is a matter of milliseconds. */
const LIMIT_MS = 10_000;

type Answer = { readonly name: string; readonly specs?: readonly CheckableSpec[]; readonly error?: string };

/** Finds the packs and loads their specs in a thread of their own; a broken pack is an entry with its error. */
export async function loadInstalled(folder?: string, limitMs = LIMIT_MS): Promise<Installed> {
  const found = findPacks(folder);
  const answers = await askThread(found, limitMs);
  const registry = new Registry();
  const specs = new Map<string, CheckableSpec & { pack: FoundPack }>();
  const packs = found.map((pack) => {
    const { specs: own = [], error } = answers.get(pack.name) ?? { name: pack.name, error: 'its specs did not load' };
    const entry = { name: pack.name, version: pack.version, folder: pack.folder, own: pack.own, plugins: own.map((spec) => spec.id), ...(error !== undefined && { error }) };
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
async function askThread(found: readonly FoundPack[], limitMs: number): Promise<Map<string, Answer>> {
  const answers = new Map<string, Answer>(found.flatMap(({ name, error }) => (error === undefined ? [] : [[name, { name, error }]])));
  for (;;) {
    const left = found.filter((pack) => !answers.has(pack.name));
    if (left.length === 0) return answers;
    const reason = await askOnce(left, answers, limitMs);
    const culprit = left.find((pack) => !answers.has(pack.name));
    if (culprit) answers.set(culprit.name, { name: culprit.name, error: reason });
  }
}

/** Fills `answers` until all are there, one takes too long, or the thread ends; gives back why the next one has none. */
async function askOnce(packs: readonly FoundPack[], answers: Map<string, Answer>, limitMs: number): Promise<string> {
  const worker = new Worker(threadOf(import.meta.url, 'spec-thread'), { workerData: packs });
  const reason = await new Promise<string>((resolve) => {
    let late: NodeJS.Timeout;
    const wait = (): void => {
      clearTimeout(late);
      late = setTimeout(() => resolve(`its specs did not load within ${limitMs / 1000} s`), limitMs);
    };
    wait();
    worker.on('message', (answer: Answer) => {
      answers.set(answer.name, answer);
      wait();
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
