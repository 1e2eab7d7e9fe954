import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Problem } from '@trainyard/core';
import type { CodeError } from '@trainyard/control';
import { typeCheck } from '../code/type-check.ts';
import { loadInstalled, type Installed } from '../packs/load-specs.ts';
import type { GenerationCode, KeptParameter } from '../worker/generation.ts';
import { CodeWatcher } from './code-watcher.ts';
import type { Crew, Crews } from '../crew/crew.ts';
import { asCodeError, loadProblems, noViews, type EngineOptions } from '../engine/engine-options.ts';
import { prepareCode, type PreparedCode } from './prepare-code.ts';

/** The type check takes a core for a while: the first results of the new code come before it. */
const CHECK_AFTER_MS = 400;

/** What a generation starts from, beside its code. */
export interface Chosen {
  readonly overrides: Readonly<Record<string, unknown>>;
  readonly kept: Readonly<Record<string, KeptParameter>>;
}

/**
 * Turns the list or views file, and the packs that it names, into generations: at the start, on every save, by hand. What does not load
 * changes nothing.
 */
export class CodeLoader {
  /** The generation that was loaded last, and when. */
  number = 0;
  loadedAt = 0;
  /** Loads after the start that changed nothing, since the code was wrong. */
  failures = 0;
  /** Why the newest save is not what runs. */
  error: CodeError | undefined;
  /** What the scan and the type check say of the code that runs: they only warn. */
  warnings: readonly CodeError[] = [];
  /** The state has changed in a way that is worth showing at once. */
  onChange: () => void = () => undefined;
  readonly #options: EngineOptions;
  readonly #crews: Crews;
  readonly #outFolder: string;
  #installed: Installed;
  /** A file of a pack's specs was saved since they were loaded. */
  #stale = false;
  /** What the code that runs is made of, and what was tried last. */
  #files: readonly string[] = [];
  #tried: readonly string[] = [];
  #watcher: CodeWatcher | undefined;
  #typeCheck = new AbortController();
  #reloading: Promise<void> | undefined;
  #again = false;
  #closed = false;

  /** `outFolder` takes the compiled modules. */
  constructor(options: EngineOptions, crews: Crews, outFolder: string) {
    this.#options = options;
    this.#installed = options.installed;
    this.#crews = crews;
    this.#outFolder = outFolder;
  }

  /** Gives back the crew that is ready to work, or the problems that kept it from loading. */
  async load({ overrides, kept }: Chosen): Promise<Crew | readonly Problem[]> {
    const { file } = this.#options;
    const number = this.number + 1;
    const began = Date.now();
    let prepared: PreparedCode = { steps: [], list: undefined, files: [], problems: [] };
    try {
      if (this.#stale && file !== undefined) this.#installed = await loadInstalled(dirname(file), undefined, this.#installed);
      this.#stale = false;
      if (file !== undefined) prepared = await prepareCode(file, this.#installed, join(this.#outFolder, String(number)), this.#options.unsaved);
    } catch (error) {
      return [{ severity: 'error', code: (error as { code?: string }).code ?? 'LOAD', message: (error as Error).message, ...(file !== undefined && { where: { file } }) }];
    }
    this.#watchAlso(prepared.files, began);
    const errors = prepared.problems.filter((problem) => problem.severity === 'error');
    if (errors.length) return errors;
    const { packFolders } = this.#installed;
    const code: GenerationCode = { number, steps: prepared.steps, listParameters: prepared.list?.parameters ?? {}, overrides, kept, packFolders };
    const crew = await this.#crews.load(code);
    this.#watchAlso([...prepared.files, ...crew.files], began);
    if ('error' in crew) return loadProblems(crew.error, file ?? '', prepared.files, crew.files);
    if (file !== undefined && crew.descriptor.views.length === 0) {
      for (const worker of [...crew.pool, crew.reduce]) void worker?.end();
      return [noViews(file)];
    }
    this.#files = this.#tried;
    this.#watcher?.files(this.#files, began);
    this.number = number;
    this.loadedAt = Date.now();
    this.error = undefined;
    this.warnings = prepared.problems.map(asCodeError);
    if (this.#options.watch) void this.#checkTypes(prepared);
    return crew;
  }

  /** What the code that runs is made of; the packs that were there for it. */
  get files(): readonly string[] {
    return this.#files;
  }
  get installed(): Installed {
    return this.#installed;
  }

  /** What was tried is watched for the mend, and what runs for what else may be it. */
  #watchAlso(files: readonly string[], began: number): void {
    this.#tried = files;
    this.#watcher?.files([...new Set([...this.#files, ...files])], began);
  }

  /** Loads again and hands each crew to `adopt`; several calls while one is under way become one. By hand, packs that came or went are found, too. */
  async reload(chosen: () => Chosen, adopt: (crew: Crew) => void, byHand: boolean): Promise<void> {
    if (this.#options.file === undefined) return;
    this.#stale ||= byHand;
    this.#again = true;
    this.#reloading ??= this.#reloadAll(chosen, adopt).finally(() => (this.#reloading = undefined));
    await this.#reloading;
  }

  async #reloadAll(chosen: () => Chosen, adopt: (crew: Crew) => void): Promise<void> {
    while (this.#again && !this.#closed) {
      this.#again = false;
      this.#typeCheck.abort();
      const loaded = await this.load(chosen());
      if ('pool' in loaded) adopt(loaded);
      // A newer save is under way: what was read may have been half of it.
      else if (this.#again) continue;
      else {
        this.error = asCodeError(loaded[0]!);
        this.failures += 1;
      }
      this.onChange();
      setTimeout(() => this.#crews.refill(), 150).unref();
    }
  }

  /** From now on a save of any file that the code is made of calls back; also one since `began`, when the code was read. */
  watch(onSave: () => void, began: number): void {
    this.#watcher = new CodeWatcher((files) => {
      const specs = new Set(this.#installed.packs.flatMap((pack) => pack.files));
      this.#stale ||= files.some((file) => specs.has(file));
      onSave();
    });
    this.#watcher.files(this.#files, began);
  }

  /** A crew has done its last train: what was compiled for it is not needed any more. */
  retired({ code }: Crew): void {
    void rm(join(this.#outFolder, String(code.number)), { recursive: true, force: true });
  }

  /** No save is looked at any more. */
  close(): void {
    this.#closed = true;
    this.#watcher?.close();
    this.#typeCheck.abort();
  }

  /** The TypeScript check, beside the run; a newer save ends it. */
  async #checkTypes({ steps, problems }: PreparedCode): Promise<void> {
    const { signal } = (this.#typeCheck = new AbortController());
    await delay(CHECK_AFTER_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    const found: CodeError[] = [];
    for (const step of steps) if (step.kind === 'views') found.push(...(await typeCheck(step.file, join(this.#outFolder, 'types'), signal)));
    if (signal.aborted) return;
    this.warnings = [...problems.map(asCodeError), ...found];
    this.onChange();
  }
}
