export interface Alarm {
  readonly key: string;
  readonly title: string;
  readonly text: string;
  /** Somebody has seen it: it is silent until it is over and comes again. */
  readonly seen: boolean;
}

const REPEAT_MS = 10_000;

/** What makes a sound, and the title of the window: given by the page, so that alarms can be tested without one. */
export interface AlarmOutput {
  beep(): void;
  setTitle(alarms: readonly Alarm[]): void;
}

/** All alarms of a page. A sound repeats while one of them has not been seen, if the person allowed sounds. */
export class Alarms {
  readonly #output: AlarmOutput;
  readonly #now: () => number;
  readonly #listeners = new Set<() => void>();
  #alarms: readonly Alarm[] = [];
  #sound = false;
  #beeped = -Infinity;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(output: AlarmOutput, now: () => number = () => performance.now()) {
    this.#output = output;
    this.#now = now;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly list = (): readonly Alarm[] => this.#alarms;
  readonly hasSound = (): boolean => this.#sound;

  /** From a click: browsers let no page make sounds on its own. */
  allowSound(on: boolean): void {
    this.#sound = on;
    this.#beeped = -Infinity;
    // Heard at once, so that one knows that it works.
    if (on) this.#output.beep();
    this.#tell();
  }

  /** A panel says how it stands, as often as it likes; undefined: there is no alarm, or it is over. */
  put(key: string, alarm: { readonly title: string; readonly text: string } | undefined): void {
    const before = this.#alarms.find((one) => one.key === key);
    const others = this.#alarms.filter((one) => one.key !== key);
    if (!alarm) {
      if (before) this.#set(others);
    } else if (before?.text !== alarm.text || before.title !== alarm.title) {
      this.#set([...others, { key, ...alarm, seen: before?.seen ?? false }]);
    }
    this.#sounds();
  }

  acknowledge(key: string): void {
    this.#set(this.#alarms.map((one) => (one.key === key ? { ...one, seen: true } : one)));
  }

  #set(alarms: readonly Alarm[]): void {
    this.#alarms = alarms;
    this.#output.setTitle(alarms);
    if (alarms.length === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    } else this.#timer ??= setInterval(() => this.#sounds(), 1000);
    this.#tell();
  }

  /** Called with every value as well: a window that is not looked at runs its timers seldom. */
  #sounds(): void {
    if (!this.#sound || this.#alarms.every(({ seen }) => seen) || this.#now() - this.#beeped < REPEAT_MS) return;
    this.#beeped = this.#now();
    this.#output.beep();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
