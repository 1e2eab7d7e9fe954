import { watch, type FSWatcher } from 'chokidar';

/** Watches the user's files; a save, an atomic rename, or a file that comes into being calls back, rapid ones once. */
export class CodeWatcher {
  readonly #watcher: FSWatcher;
  readonly #watched = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(onSave: () => void) {
    this.#watcher = watch([], { ignoreInitial: true, atomic: true });
    this.#watcher.on('all', (event) => {
      if (event === 'addDir' || event === 'unlinkDir') return;
      clearTimeout(this.#timer);
      // Editors write in several steps; a few milliseconds join them without being felt.
      this.#timer = setTimeout(onSave, 3);
    });
  }

  /** From now on these files; what is no longer imported is no longer watched. */
  files(files: readonly string[]): void {
    const wanted = new Set(files);
    const gone = [...this.#watched].filter((file) => !wanted.has(file));
    if (gone.length) this.#watcher.unwatch(gone);
    const fresh = files.filter((file) => !this.#watched.has(file));
    if (fresh.length) this.#watcher.add(fresh);
    this.#watched.clear();
    for (const file of wanted) this.#watched.add(file);
  }

  close(): void {
    clearTimeout(this.#timer);
    void this.#watcher.close();
  }
}
