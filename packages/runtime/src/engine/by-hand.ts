import { YardError, type ParamValue } from '@trainyard/core';
import type { Freezer } from '../freeze/freezer.ts';
import type { Dispatcher } from '../pool/dispatcher.ts';
import type { GenerationCode } from '../worker/generation.ts';
import type { PlayChange, TrainSource } from '../source/train-source.ts';
import type { Collecting } from './collecting.ts';
import type { Controls } from './controls.ts';

/** What a person's wish touches. */
export interface ByHandOptions {
  readonly controls: Controls;
  readonly collecting: Collecting;
  readonly dispatcher: Dispatcher;
  readonly freezer: Freezer;
  readonly source: TrainSource;
  /** The list or views file, and the generation of it that runs. */
  readonly file: string | undefined;
  readonly code: () => GenerationCode | undefined;
  readonly reload: (who: string) => Promise<void>;
  readonly changed: () => void;
}

/** What people and scripts ask of a yard while it runs. Each call is journalled with who asked; it throws why it cannot be done. */
export class ByHand {
  readonly #options: ByHandOptions;

  constructor(options: ByHandOptions) {
    this.#options = options;
  }

  /** Sets a parameter for all workers between two trains; one used in a path starts a generation. Throws what is wrong with the value. */
  async set(group: string, name: string, value: unknown, who: string): Promise<ParamValue> {
    const { controls, collecting, dispatcher, source, reload, changed } = this.#options;
    const set = controls.set(group, name, value, who);
    dispatcher.freshen();
    collecting.touched(set.keys, who);
    if (set.structural) await reload(who);
    source.again?.();
    changed();
    return set.value;
  }

  /** Writes the value that a parameter has into the user's file, at its place; gives back in words what it did. Throws where it cannot stand there. */
  write(group: string, name: string, who: string): string {
    const { controls, file, code, changed } = this.#options;
    const runs = code();
    if (file === undefined || !runs) throw new YardError('WRITE_PLACE', 'No file is loaded: there is nothing to write to.');
    const said = controls.write(group, name, file, runs, who);
    changed();
    return said;
  }

  /** Starts an action or a scan: the next trains are collected. */
  action(group: string, name: string, who: string): void {
    const { collecting, dispatcher, changed } = this.#options;
    collecting.start(group, name, who);
    dispatcher.pump();
    changed();
  }

  /** Ends an action without a result, a scan with the points that it has; gives back in words what it did. */
  cancel(group: string, name: string, who: string): string {
    const { collecting, dispatcher, changed } = this.#options;
    const said = collecting.cancel(group, name, who);
    dispatcher.pump();
    changed();
    return said;
  }

  /** Freezes the newest train that a view failed on, or the next train, into `frozen/` beside the list or views file: gives back in words what is there. */
  freeze(view: string | undefined, next: boolean): Promise<string> {
    return this.#options.freezer.freeze(view, next);
  }

  /** Starts reducers anew (one view, a group, or all), or forgets a constant; gives back in words what it did. */
  clear(name: string | undefined, who: string): string {
    const said = this.#options.controls.clear(name, who);
    this.#options.source.again?.();
    this.#options.changed();
    return said;
  }

  /** Moves the train slider of recorded data; what is absent stays. */
  play(change: PlayChange): void {
    const { source, changed } = this.#options;
    if (!source.play) throw new YardError('PLAY', 'A stream has no train slider: its trains come when they come.');
    source.play(change);
    changed();
  }
}
