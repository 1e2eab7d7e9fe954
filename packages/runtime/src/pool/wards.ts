import type { Verdict } from '../worker/messages.ts';
import type { Post } from './post.ts';
import type { Cell, Quarantine } from './quarantine.ts';
import type { Roster, RosterOptions } from './roster.ts';
import type { Share } from './share.ts';
import type { Train } from './train.ts';
import { Ward } from './ward.ts';

/** The cells of the quarantine at work: what waits for each, and its worker. */
export class Wards {
  /** A share that is not for a worker of its own any more, or whose views have their verdicts. */
  onFree: (share: Share) => void = () => undefined;
  /** Some views of a share are not kept apart any more: gives them a share of their own. */
  onSplit: (share: Share, views: ReadonlySet<string>) => void = () => undefined;
  readonly #quarantine: Quarantine;
  readonly #roster: Roster;
  readonly #options: Pick<RosterOptions, 'live' | 'isPatient'>;
  readonly #wards = new Map<Cell, Ward>();

  constructor(quarantine: Quarantine, roster: Roster, options: Pick<RosterOptions, 'live' | 'isPatient'>) {
    this.#quarantine = quarantine;
    this.#roster = roster;
    this.#options = options;
    quarantine.onJoin = (from, into) => {
      const ward = this.#wards.get(from);
      this.#wards.delete(from);
      if (ward) this.#ward(into, ward.trainId).put(ward.clear());
    };
  }

  /** Whether trains are to wait for a view that is slow. */
  get areWaitedFor(): boolean {
    return [...this.#wards.values()].some((ward) => ward.isWaitedFor);
  }

  /** A share of a train for this cell; late at once when too many wait already. */
  enter(cell: Cell, share: Share): void {
    const ward = this.#ward(cell, share.train.trainId);
    const { busy } = ward;
    if (busy === undefined) ward.put([share]);
    else this.#giveUp(share, cell.suspects, { outcome: 'late', message: busy });
    this.#feed(ward);
  }

  /** A view is kept apart from this train on. */
  open(cell: Cell, { trainId }: Train): void {
    this.#ward(cell, trainId).trainId = trainId;
  }

  /** A share of a train that was under way before. */
  put(cell: Cell, share: Share): void {
    this.#ward(cell, share.train.trainId).put([share]);
  }

  /** A worker is no more. */
  lost(post: Post): void {
    for (const ward of this.#wards.values()) if (ward.post === post) ward.post = undefined;
  }

  /** Follows what the quarantine has decided: cells that are no more are emptied, others get what they lack. */
  tidy(): void {
    for (const [cell, ward] of this.#wards) {
      if (!this.#quarantine.cells.includes(cell)) {
        this.#wards.delete(cell);
        for (const share of ward.clear()) this.#giveUp(share, [], undefined);
        continue;
      }
      for (const share of ward.queue) {
        const free = share.views.difference(cell.views);
        if (free.size) this.onSplit(share, free);
      }
      for (const share of ward.tooMany()) this.#giveUp(share, cell.suspects, { outcome: 'late', message: `its worker was still busy with train ${ward.trainId}` });
      this.#feed(ward);
    }
    for (const post of this.#roster.posts) if (post.cell && !this.#wards.has(post.cell) && post.shares.length === 0) this.#roster.dismiss(post);
  }

  /** What waits waits no longer: of one train, where what takes the suspects does without them; or of all, and nothing more is computed. */
  clear(verdict: Verdict, train?: Train): void {
    for (const ward of this.#wards.values()) {
      const all = ward.clear();
      ward.put(all.filter((share) => train !== undefined && share.train !== train));
      for (const share of all) {
        if (train === undefined) this.#giveUp(share, share.views, verdict);
        else if (share.train === train) this.#giveUp(share, ward.cell.suspects, verdict);
      }
    }
  }

  #ward(cell: Cell, trainId: number): Ward {
    let ward = this.#wards.get(cell);
    if (!ward) this.#wards.set(cell, (ward = new Ward(cell, this.#options, trainId)));
    return ward;
  }

  #giveUp(share: Share, views: Iterable<string>, verdict: Verdict | undefined): void {
    if (verdict) share.judge(views, verdict);
    share.judgeOthers(this.#quarantine.aside);
    this.onFree(share);
  }

  #feed(ward: Ward): void {
    while (ward.post && this.#roster.hasTime(ward.post)) {
      const share = ward.next();
      if (!share) break;
      ward.post.give(share);
    }
    if (ward.post?.shares[0]) ward.trainId = ward.post.shares[0].train.trainId;
    if (!ward.cell.hasFallen || ward.post || ward.isStarting || this.#roster.isClosed) return;
    ward.isStarting = true;
    void this.#roster.startFor(ward.cell).then((post) => {
      ward.isStarting = false;
      ward.post = post;
      if (post) this.tidy();
      // With the next train it is tried again.
      else for (const share of ward.clear()) this.#giveUp(share, ward.cell.suspects, { outcome: 'failed', message: 'no worker of its own could be started' });
    });
  }
}
