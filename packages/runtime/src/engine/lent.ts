/** What several use at once, its maker first: given back when the last of them has let go. */
export class Lent {
  readonly #giveBack: () => void;
  #holders = 1;

  constructor(giveBack: () => void) {
    this.#giveBack = giveBack;
  }

  hold(): void {
    this.#holders += 1;
  }

  letGo(): void {
    this.#holders -= 1;
    if (this.#holders === 0) this.#giveBack();
  }
}
