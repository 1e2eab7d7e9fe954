import { statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { watch, type FSWatcher } from 'chokidar';
import { namesOn } from './names-on-path.ts';
import { isOnNetwork } from './network-folder.ts';

/** Editors write in several steps: a pause of so long ends a save; it is taken for ended after the longer time at the latest. */
const PAUSE_MS = 3;
const LONGEST_MS = 100;
/** Who writes in place empties the file first: what is empty is waited for so long. */
const EMPTY_MS = 60;
/** How often all files are looked at: events tell at once, this is for what raises none. */
const LOOK_MS = 2000;
const LOOK_ON_NETWORK_MS = 400;

/**
 * Watches files, there or not: a save in place, an atomic rename, a file that goes and comes back, a link that leads elsewhere. Folders are
 * watched and not files, since what is renamed over a file is another file. Where events do not tell (a network file system, no watches left,
 * a parent folder that was replaced), the files are looked at again and again.
 */
export class CodeWatcher {
  readonly #onSave: (files: readonly string[]) => void;
  readonly #folders = new Map<string, { readonly watcher: FSWatcher; names: Map<string, string[]> }>();
  /** File -> what it was when it was looked at last; `undefined` until then. */
  readonly #marks = new Map<string, string | undefined>();
  readonly #changed = new Set<string>();
  #changedAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #look: NodeJS.Timeout | undefined;
  #blind = false;
  #closed = false;

  /** `onSave` gets the files that changed, rapid saves as one. */
  constructor(onSave: (files: readonly string[]) => void) {
    this.#onSave = onSave;
  }

  /** From now on these files, absolute. With `since` (milliseconds since 1970) what was changed after it and not watched then is told, too. */
  files(files: readonly string[], since = Infinity): void {
    const wanted = new Set(files);
    for (const file of this.#marks.keys()) if (!wanted.has(file)) this.#marks.delete(file);
    const fresh = files.filter((file) => !this.#marks.has(file));
    for (const file of fresh) this.#marks.set(file, undefined);
    this.#blind = [...wanted].some((file) => isOnNetwork(file));
    this.#plan();
    for (const file of fresh) void this.#lookAt(file, since);
    this.#lookAgain();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#look);
    for (const { watcher } of this.#folders.values()) void watcher.close();
    this.#folders.clear();
  }

  /** Watches the folders in which something may change what the files are. */
  #plan(): void {
    const names = new Map<string, Map<string, string[]>>();
    for (const file of this.#marks.keys()) {
      for (const { folder, name } of namesOn(file)) {
        let inside = names.get(folder);
        if (!inside) names.set(folder, (inside = new Map()));
        inside.set(name, [...(inside.get(name) ?? []), file]);
      }
    }
    for (const [folder, { watcher }] of this.#folders) {
      if (names.has(folder)) continue;
      void watcher.close();
      this.#folders.delete(folder);
    }
    for (const [folder, inside] of names) {
      const known = this.#folders.get(folder);
      if (known) known.names = inside;
      else this.#watchFolder(folder, inside);
    }
  }

  #watchFolder(folder: string, names: Map<string, string[]>): void {
    try {
      // The folder alone, not what is in it: its raw events come at once, where chokidar's own wait for a look at the files.
      const watcher = watch(folder, { persistent: false, ignoreInitial: true, depth: 0, ignored: (path) => path !== folder });
      watcher.on('raw', (event, name) => this.#heard(folder, event, name));
      watcher.on('error', () => {
        this.#blind = true;
        this.#lose(folder);
      });
      this.#folders.set(folder, { watcher, names });
    } catch {
      // No watches left, or the folder has just gone: looking does.
      this.#blind = true;
    }
  }

  #heard(folder: string, event: string, name: string | null): void {
    const names = this.#folders.get(folder)?.names;
    if (!names) return;
    const gone = event === 'rename' && name === basename(folder) && !names.has(name);
    for (const file of name === null || gone ? [...names.values()].flat() : (names.get(name) ?? [])) this.#touch(file);
    // The folder itself was renamed or removed: another may take its place.
    if (gone) this.#lose(folder);
  }

  #lose(folder: string): void {
    void this.#folders.get(folder)?.watcher.close();
    this.#folders.delete(folder);
  }

  #touch(file: string): void {
    if (this.#closed) return;
    const now = Date.now();
    if (this.#changed.size === 0) this.#changedAt = now;
    this.#changed.add(file);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tell(), Math.max(0, Math.min(PAUSE_MS, this.#changedAt + LONGEST_MS - now)));
  }

  #tell(): void {
    const files = [...this.#changed];
    if (Date.now() - this.#changedAt < EMPTY_MS && files.some(isEmpty)) {
      this.#timer = setTimeout(() => this.#tell(), PAUSE_MS);
      return;
    }
    this.#changed.clear();
    this.#plan();
    // What is told now is not told again when the files are looked at.
    for (const file of files) void markOf(file).then(({ mark }) => this.#marks.has(file) && this.#marks.set(file, mark));
    this.#onSave(files);
  }

  #lookAgain(): void {
    clearTimeout(this.#look);
    if (this.#closed) return;
    this.#look = setTimeout(() => {
      void Promise.all(Array.from(this.#marks.keys(), (file) => this.#lookAt(file, Infinity))).then(() => this.#lookAgain());
    }, this.#blind ? LOOK_ON_NETWORK_MS : LOOK_MS);
    this.#look.unref();
  }

  async #lookAt(file: string, since: number): Promise<void> {
    const { mark, changedAt } = await markOf(file);
    if (!this.#marks.has(file)) return;
    const before = this.#marks.get(file);
    this.#marks.set(file, mark);
    if (before === undefined ? changedAt <= since : before === mark) return;
    // No event told it: perhaps the watched folder is no longer the one of this name.
    for (const { folder } of namesOn(file)) this.#lose(folder);
    this.#touch(file);
  }
}

function isEmpty(file: string): boolean {
  try {
    return statSync(file).size === 0;
  } catch {
    return false;
  }
}

/** What tells one state of a file from another; a file that is absent has one, too. */
async function markOf(file: string): Promise<{ readonly mark: string; readonly changedAt: number }> {
  try {
    const { dev, ino, size, mtimeMs, ctimeMs } = await stat(file);
    return { mark: `${dev}:${ino}:${size}:${mtimeMs}:${ctimeMs}`, changedAt: ctimeMs };
  } catch {
    return { mark: 'absent', changedAt: 0 };
  }
}
