/** As many train IDs are looked back on. */
const SPAN = 100;
const GONE = 0;
const CAME = 1;
/** It came after this yard had not asked for a while: what is missing before it was dropped by the server. */
const ASKED_LATE = 2;

/**
 * Looks whether trains of a stream that shares them among its clients (REQ, PULL) come in the steady pattern that a second client leaves:
 * every second, or every third. Gaps that this yard made itself, by asking late, do not count.
 */
export class ShareWatch {
  readonly #marks = new Uint8Array(SPAN);
  #newest = -1;
  #since = 0;

  /** One train came; `asked` is whether it was asked for as soon as the one before had come. */
  add(trainId: number, asked: boolean): void {
    const step = trainId - this.#newest;
    if (this.#newest < 0 || step > SPAN / 4 || step < -SPAN / 4) {
      this.clear();
      this.#since = trainId;
    } else for (let id = this.#newest + 1; id < trainId; id++) this.#marks[id % SPAN] = GONE;
    this.#marks[trainId % SPAN] = asked ? CAME : ASKED_LATE;
    this.#newest = Math.max(this.#newest, trainId);
  }

  /** The server went away: what is missing then was not taken by anybody. */
  clear(): void {
    this.#marks.fill(GONE);
    this.#newest = -1;
  }

  /** How many of the last 100 train IDs came when it is every second or third; undefined otherwise. */
  get share(): { readonly came: number; readonly every: 2 | 3 } | undefined {
    if (this.#newest - this.#since < SPAN) return undefined;
    let came = 0;
    let late = 0;
    const distances = new Map<number, number>();
    let last = -1;
    for (let id = this.#newest - SPAN + 1; id <= this.#newest; id++) {
      const mark = this.#marks[id % SPAN];
      if (mark === GONE) continue;
      came += 1;
      if (mark === ASKED_LATE) late += 1;
      if (last >= 0) distances.set(id - last, (distances.get(id - last) ?? 0) + 1);
      last = id;
    }
    if (late > came / 10) return undefined;
    for (const every of [2, 3] as const) {
      // Now and then two clients change places.
      if ((distances.get(every) ?? 0) >= 0.8 * (came - 1) && Math.abs(came - SPAN / every) <= SPAN / 10) return { came, every };
    }
    return undefined;
  }
}
