/** Trains back by more than this are of a stream that began anew, or of a wrong clock: not late. */
export const RESTART = 1000;
/** A source that was not in so many trains that it should have been in is not waited for. */
const FORGET = 10;

/** So many times in a row too late is not chance. */
export const IN_A_ROW = 20;
/** One that is always too late is waited for at one train of so many: it may have caught up. */
const PROBE = 50;
/** Distances that are looked back on. */
const DISTANCES = 4;

/** The train IDs of one source, or of one stream: how far it is, and at which trains it is to be expected. */
export class TrainClock {
  /** The newest train ID it came with; undefined until it came. */
  last: number | undefined;
  /** When that was; milliseconds. */
  at = -Infinity;
  /** How often in a row it came after its train was closed. */
  late = 0;
  /** Which of the streams it belongs to. */
  stream: number;
  /** Train IDs between two of its trains, of the last few: the smallest is its stride, so that a lost train or a pause changes nothing. */
  readonly #distances: number[] = [];
  #next = 0;
  #stride = 1;
  /** Trains closed when it last came. */
  #closed = 0;
  /** It cannot come at the moment, or comes with other trains: it is not waited for. */
  isAway = false;

  constructor(stream: number) {
    this.stream = stream;
  }

  /** It came with this train; `closed` trains are closed so far. */
  tick(trainId: number, now: number, closed: number, isLate: boolean): void {
    this.late = isLate ? this.late + 1 : 0;
    this.at = now;
    this.#closed = closed;
    this.isAway = false;
    if (this.last === undefined || trainId < this.last - RESTART) this.#set(trainId);
    else if (trainId > this.last) {
      this.#distances[this.#next] = trainId - this.last;
      this.#next = (this.#next + 1) % DISTANCES;
      this.#stride = this.#distances.length < DISTANCES ? 1 : Math.min(...this.#distances);
      this.last = trainId;
    }
  }

  /** It will come, from this train on: it is waited for as one that was in the train before. */
  expect(trainId: number, closed: number): void {
    this.#set(trainId - 1);
    this.#closed = closed;
    this.isAway = false;
  }

  /** It came with a train far from all others: it is not waited for. */
  stray(trainId: number, now: number): void {
    this.#set(trainId);
    this.at = now;
    this.isAway = true;
  }

  /** It cannot come at the moment. */
  gone(): void {
    this.isAway = true;
    this.at = -Infinity;
  }

  /** It was never there: its train IDs begin anew. */
  forget(): void {
    this.late = 0;
    this.#set(undefined);
  }

  /**
   * Whether it may still come for this train. One that has gone on to a later train will not; one that comes with every tenth train is
   * due at the tenth after its last; one that was not in ten trains where it was due has stayed away; one that is always too late is only delay.
   */
  isDue(trainId: number, closed: number): boolean {
    if (this.late >= IN_A_ROW && closed % PROBE !== 0) return false;
    return !this.isAway && this.last !== undefined && trainId - this.last >= this.#stride && closed - this.#closed < this.#stride + FORGET;
  }

  #set(last: number | undefined): void {
    this.last = last;
    this.#distances.length = 0;
    this.#next = 0;
    this.#stride = 1;
  }
}
