import type { GenerationDescriptor, KeptParameter } from '../worker/generation.ts';

/**
 * The values that differ from their defaults, by `group.name`. One whose parameter was taken out of the file is remembered, so
 * that it is there again when the line comes back.
 */
export class KeptParameters {
  readonly #kept = new Map<string, KeptParameter>();

  constructor(before: Readonly<Record<string, KeptParameter>>) {
    for (const [key, value] of Object.entries(before)) this.#kept.set(key, value);
  }

  /** What the parameters of a generation are now. */
  note(params: GenerationDescriptor['params']): void {
    for (const { group, name, spec, value } of params) {
      const key = `${group}.${name}`;
      if (JSON.stringify(value) === JSON.stringify(spec.default)) this.#kept.delete(key);
      else this.#kept.set(key, { value, default: spec.default, type: spec.type });
    }
  }

  get all(): Record<string, KeptParameter> {
    return Object.fromEntries(this.#kept);
  }
}
