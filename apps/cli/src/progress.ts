import type { Engine } from '@trainyard/runtime';
import { duration } from './duration.ts';
import { onTerminal, say } from './output.ts';

const TERMINAL_MS = 200;
/** Into a file or a service's journal. */
const PIPED_MS = 5000;
/** A live yard runs for weeks: it says how many trains there were every so many times only. */
const LIVE_EVERY = 60;

/** Progress with rate and time left: one moving line on a terminal, a plain line every few seconds when piped. */
export class Progress {
  readonly #engine: Engine;
  readonly #timer: NodeJS.Timeout;
  #lastStatus = '';
  #calls = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#timer = setInterval(() => this.#print(), onTerminal ? TERMINAL_MS : PIPED_MS);
    this.#timer.unref();
  }

  /** A line that stays, above the moving one. */
  note(text: string): void {
    if (onTerminal) process.stderr.write('\r\u001b[K');
    say(text);
  }

  end(): void {
    clearInterval(this.#timer);
    if (onTerminal) process.stderr.write('\r\u001b[K');
  }

  #print(): void {
    const { trains, source, verb } = this.#engine.state();
    // Why nothing comes is said once, and again when it changes.
    if (source.status !== 'streaming' && source.message !== this.#lastStatus) this.note(source.message);
    this.#lastStatus = source.status === 'streaming' ? '' : source.message;
    const of = source.total === undefined ? '' : ` of ${source.total} (${Math.floor((trains.done / Math.max(1, source.total)) * 100)} %)`;
    const left = source.total !== undefined && trains.rate > 0 ? `, ${duration((source.total - trains.done) / trains.rate)} left` : '';
    const dropped = Object.values(trains.dropped).reduce((sum, n) => sum + n, 0);
    const text = `${trains.done}${of} trains, ${trains.rate.toFixed(1)} trains/s${left}${dropped ? `, ${dropped} dropped` : ''}`;
    if (onTerminal) process.stderr.write(`\r\u001b[K${text}`);
    else if (trains.done > 0 && (verb === 'run' || this.#calls++ % LIVE_EVERY === 0)) process.stderr.write(`${text}\n`);
  }
}
