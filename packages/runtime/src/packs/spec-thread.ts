import { parentPort, workerData } from 'node:worker_threads';
import { definePlugin, type PluginSpec } from '@trainyard/core';
import { useOwnPackages } from '../worker/own-packages.ts';
import { asUserError } from '../worker/user-error.ts';
import type { FoundPack } from './find-packs.ts';
import type { SpecAnswer } from './load-specs.ts';

/** Loads the specs of packs: their code runs here, never in the main thread. */
const packs = workerData as readonly FoundPack[];
process.setSourceMapsEnabled(true);
const packages = useOwnPackages();
const send = (answer: SpecAnswer): void => parentPort!.postMessage(answer);
parentPort!.postMessage('ready');

for (const pack of packs) {
  const before = new Set(packages.loaded());
  const files = (): string[] => packages.loaded().filter((file) => !before.has(file));
  try {
    const { plugins } = (await import(pack.url)) as { plugins?: readonly PluginSpec[] };
    if (!Array.isArray(plugins)) throw new TypeError(`${pack.url} exports no list called "plugins"`);
    const specs = (plugins as readonly PluginSpec[]).map((plugin) => {
      const { load: _, ...spec } = definePlugin(plugin);
      return spec;
    });
    send({ name: pack.name, files: files(), specs: JSON.parse(JSON.stringify(specs)) as SpecAnswer['specs'] & object });
  } catch (error) {
    const { message, where } = asUserError(error, [`${pack.folder}/`]);
    send({ name: pack.name, files: files(), error: message.split('\n')[0]!, ...(where && { where }) });
  }
}
