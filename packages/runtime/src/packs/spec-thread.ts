import { parentPort, workerData } from 'node:worker_threads';
import { definePlugin, type PluginSpec } from '@trainyard/core';
import { useOwnPackages } from '../worker/own-packages.ts';
import type { FoundPack } from './find-packs.ts';

/** Loads the specs of packs: their code runs here, never in the main thread. */
const packs = workerData as readonly FoundPack[];
useOwnPackages();

for (const pack of packs) {
  try {
    const { plugins } = (await import(pack.url)) as { plugins?: readonly PluginSpec[] };
    if (!Array.isArray(plugins)) throw new TypeError(`${pack.url} exports no list called "plugins"`);
    const specs = (plugins as readonly PluginSpec[]).map((plugin) => {
      const { load: _, ...spec } = definePlugin(plugin);
      return spec;
    });
    parentPort!.postMessage({ name: pack.name, specs: JSON.parse(JSON.stringify(specs)) as unknown });
  } catch (error) {
    parentPort!.postMessage({ name: pack.name, error: (error as Error).message.split('\n')[0] });
  }
}
