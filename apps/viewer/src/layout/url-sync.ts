import { readLayout } from '@trainyard/control';
import type { Snapshot, YardStore } from '../data/yard-store.ts';
import { say } from '../ui/notices.ts';
import { keptLayout } from './kept-layouts.ts';
import type { LayoutStore } from './layout-store.ts';
import { readUrlState, withStop, writeUrlState, type Stop } from './url-state.ts';

const writeAfterMs = 200;

/** What the address has to say for a colleague to see the same: a kept layout by its name, another in full. */
export function fragmentOf(layout: LayoutStore, frozen: number | undefined, part: Partial<Stop> = {}): Promise<string> {
  const { fits, layout: whole, name, tab, large, page } = { ...layout.shown(), ...part };
  const isPlain = fits && whole.tabs.every(({ panels }) => panels.every(({ settings }) => Object.keys(settings ?? {}).length === 0));
  return writeUrlState({ tab, large, page, train: frozen, ...(layout.isKept() ? { name } : isPlain ? {} : { layout: whole, fits }) });
}

/**
 * Opens what the address says, and from then on has the address say what is shown. What could not be opened stays there until something else is
 * shown than what came up in its place: it can be tried again.
 */
export async function beginUrlSync(layout: LayoutStore, yard: YardStore): Promise<void> {
  let instead: string | undefined;
  const openAddress = async () => {
    const isOpen = await openFragment(location.hash, layout, yard);
    instead = isOpen ? undefined : await fragmentOf(layout, yard.snapshot().frozen);
  };
  await openAddress();
  let stop = stopOf(layout);
  let { frozen } = yard.snapshot();
  let turn = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  history.replaceState(stop, '');
  const write = async () => {
    const mine = ++turn;
    const fragment = await fragmentOf(layout, frozen);
    if (fragment === instead) return;
    instead = undefined;
    if (mine === turn && location.hash.slice(1) !== fragment) history.replaceState(stop, '', urlWith(fragment));
  };
  let isFollowing = false;
  const follow = async () => {
    isFollowing = true;
    await openAddress();
    isFollowing = false;
    history.replaceState((stop = stopOf(layout)), '');
  };
  const writeSoon = () => {
    if (isFollowing) return;
    const next = stopOf(layout);
    // A step of its own at once, however soon the next one comes; the rest of the address follows.
    if (JSON.stringify(next) !== JSON.stringify(stop)) history.pushState((stop = next), '', urlWith(withStop(location.hash, next)));
    clearTimeout(timer);
    timer = setTimeout(() => void write(), writeAfterMs);
  };
  layout.subscribe(writeSoon);
  yard.subscribe(() => {
    const before = frozen;
    frozen = yard.snapshot().frozen;
    if (before !== frozen) writeSoon();
  });
  addEventListener('popstate', ({ state }: PopStateEvent) => {
    clearTimeout(timer);
    // An address that somebody typed or pasted has no state.
    if (state === null) void follow();
    else {
      const { tab, large, page } = state as Stop;
      stop = { tab, large, page };
      layout.go(stop);
    }
  });
}

function urlWith(fragment: string): string {
  return `${location.pathname}${location.search}${fragment && '#'}${fragment}`;
}

function stopOf(layout: LayoutStore): Stop {
  const { tab, large, page } = layout.shown();
  return { tab, large, page };
}

/** The yard lets this page in: it may want a password first. */
function letIn(yard: YardStore): Promise<void> {
  return until(yard, ({ link }) => link === 'open');
}

function until(yard: YardStore, is: (snapshot: Snapshot) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!is(yard.snapshot())) return;
      end();
      resolve();
    };
    const end = yard.subscribe(look);
    look();
  });
}

/** Whether it could be. */
async function openFragment(fragment: string, layout: LayoutStore, yard: YardStore): Promise<boolean> {
  try {
    const { name, layout: whole, fits = false, tab, large, page, train } = await readUrlState(fragment);
    const stop = { tab, large, page };
    if (whole) layout.open({ layout: whole, fits, ...stop });
    else if (name !== undefined) {
      await letIn(yard);
      layout.open({ layout: readLayout((await keptLayout(name)).layout), fits: false, name, ...stop });
    } else layout.go(stop);
    if (train === undefined) return true;
    void standAt(train, yard);
    return true;
  } catch (error) {
    say(`The address of this page could not be followed: ${(error as Error).message.replace(/^[A-Z_]+: /, '')}`);
    return false;
  }
}

/** Recorded data go there, for who may move their slider; a page of anything else stands still. */
async function standAt(train: number, yard: YardStore): Promise<void> {
  await until(yard, ({ state, hello }) => state !== undefined && hello !== undefined);
  const { state, hello } = yard.snapshot();
  if (state?.source.player && hello?.role !== 'look') {
    const reply = await yard.request({ verb: 'play', paused: true, trainId: train });
    if (!reply.ok) say(reply.message);
    return;
  }
  yard.freeze(train);
  say(`This link stands at train ${train}. Histories show it; of the rest this page has nothing so old and shows the first train that came: its number is in the head of each panel.`, 'warn');
}
