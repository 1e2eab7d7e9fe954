import 'reflect-metadata';
import { container, type DependencyContainer, type InjectionToken } from 'tsyringe';
import type { PluginSpec } from './plugin-spec.ts';
import { YardError, didYouMean } from './problem.ts';

/** A pack that was found, with the plugins it brought or the reason why it could not be loaded. */
export interface PackEntry {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
  readonly plugins: readonly string[];
  readonly error?: string;
}

const PLUGIN: InjectionToken<PluginSpec> = Symbol('plugin');
const PACK: InjectionToken<PackEntry> = Symbol('pack');
const byId = (id: string): string => `plugin:${id}`;

/** The plugins known here: one registry per worker, and one in the main process that holds specs only. */
export class Registry {
  readonly #container: DependencyContainer = container.createChildContainer();

  addPack(pack: PackEntry, specs: readonly PluginSpec[] = []): void {
    for (const spec of specs) {
      if (this.#container.isRegistered(byId(spec.id))) throw new YardError('PLUGIN_TWICE', `Two packs bring a plugin "${spec.id}"; remove one of them: yard pack ls.`);
      this.#container.registerInstance(byId(spec.id), spec);
      this.#container.registerInstance(PLUGIN, spec);
    }
    this.#container.registerInstance(PACK, pack);
  }

  packs(): PackEntry[] {
    return this.#container.isRegistered(PACK) ? this.#container.resolveAll(PACK) : [];
  }

  plugins(): PluginSpec[] {
    return this.#container.isRegistered(PLUGIN) ? this.#container.resolveAll(PLUGIN) : [];
  }

  find(id: string): PluginSpec | undefined {
    return this.#container.isRegistered(byId(id)) ? this.#container.resolve<PluginSpec>(byId(id)) : undefined;
  }

  /** The plugin, or `PLUGIN_UNKNOWN` with the nearest name. */
  get(id: string): PluginSpec {
    const spec = this.find(id);
    if (spec) return spec;
    const known = this.plugins().map((plugin) => plugin.id);
    throw new YardError('PLUGIN_UNKNOWN', `There is no plugin "${id}".${didYouMean(id, known)} yard ls plugins shows all.`);
  }
}
