import type { LogLine } from '@trainyard/control';

const KEPT = 200;

/** The newest lines that views wrote, for viewers that come later. */
export class LogBoard {
  readonly #lines: LogLine[] = [];

  add(lines: readonly LogLine[]): void {
    this.#lines.push(...lines);
    this.#lines.splice(0, Math.max(0, this.#lines.length - KEPT));
  }

  get lines(): readonly LogLine[] {
    return this.#lines;
  }
}
