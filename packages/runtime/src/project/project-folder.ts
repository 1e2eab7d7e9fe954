import { createHash } from 'node:crypto';
import { accessSync, constants, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { JournalEntry } from '@trainyard/control';
import type { Checkpoint } from '../worker/checkpoint.ts';
import type { KeptParameter } from '../worker/generation.ts';
import type { ConstantValue, Verdict } from '../worker/messages.ts';
import { FolderLock, type Holder } from './folder-lock.ts';
import { RotatedFile } from './rotated-file.ts';
import { StateFile } from './state-file.ts';

/** A disk that stands still keeps no process from ending. */
const CLOSE_MS = 5000;
/** The journal and the log take so much each, at most, whatever happens. */
const JOURNAL = { bytes: 2 * 1024 * 1024, files: 4 };
const LOG = { bytes: 4 * 1024 * 1024, files: 5 };

/**
 * What survives every edit and restart, below `.trainyard/` beside the list (below the user's own folders where that cannot be written). Constants belong
 * to the folder: `yard run` and `yard batch` take them, too. Parameters, what reducers remember, journal and log belong to one list or views file in it, and to
 * the one live yard that has claimed them.
 */
export class ProjectFolder {
  readonly #base: string;
  readonly #folder: string;
  /** Of the list or views file. */
  readonly #own: string;
  readonly #kept: string;
  readonly #state: StateFile;
  readonly #journal: RotatedFile;
  readonly #log: RotatedFile;
  /** Said once when the folder cannot be written: nothing else stops. */
  #onProblem: (message: string) => void = () => undefined;
  #broken = false;
  #lock: FolderLock | undefined;
  #ofAnother = false;

  /**
   * `file`: the name of the list or views file whose state it is. Who looks at recorded data with it (`ofRecorded`) has a state apart from the yard that
   * watches the beam; what people keep is kept for both.
   */
  constructor(folder: string, file = 'yard', ofRecorded = false) {
    const isOurs = mayWrite(folder);
    this.#base = isOurs ? join(folder, '.trainyard') : ownFolder(folder);
    this.#folder = isOurs ? join(this.#base, 'state') : this.#base;
    this.#kept = join(this.#folder, file);
    this.#own = ofRecorded ? `${this.#kept} (recorded)` : this.#kept;
    this.#state = new StateFile(join(this.#own, 'reducers.state'));
    this.#journal = new RotatedFile(join(this.#own, 'journal.jsonl'), JOURNAL.bytes, JOURNAL.files);
    this.#log = new RotatedFile(join(this.#own, 'yard.log'), LOG.bytes, LOG.files);
  }

  set onProblem(say: (message: string) => void) {
    this.#onProblem = say;
    this.#state.onProblem = say;
  }

  /**
   * From now on this process keeps its state here, until `close`. Gives back who does so already: then constants and parameters are read here,
   * and nothing is written.
   */
  claim(what: string): Holder | undefined {
    try {
      mkdirSync(this.#own, { recursive: true });
      const taken = FolderLock.take(join(this.#own, 'lock.json'), what);
      if (!(taken instanceof FolderLock)) {
        this.#ofAnother = true;
        return taken;
      }
      this.#lock = taken;
    } catch (error) {
      this.#cannotKeep(error);
    }
    return undefined;
  }

  /** Whether it is ours. */
  get claimed(): boolean {
    return this.#lock !== undefined;
  }

  /** Where its log is. */
  get logPath(): string {
    return join(this.#own, 'yard.log');
  }

  /** What reducers remembered when the last yard here ended, whatever ended it. */
  reducers(): Checkpoint | undefined {
    return this.claimed ? this.#state.read() : undefined;
  }

  /** In the background; the newest counts. */
  keepReducers(checkpoint: Checkpoint): void {
    if (this.claimed) this.#state.write(checkpoint);
  }

  journal(entry: JournalEntry): void {
    if (this.claimed) this.#journal.write(JSON.stringify(entry));
  }

  /** A line for people. */
  log(text: string): void {
    if (this.claimed) this.#log.write(text);
  }

  /** All is written, or the disk stands still; another process may claim it. */
  async close(): Promise<void> {
    const late = new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref());
    await Promise.race([late, Promise.all([this.#state.written(), this.#journal.written(), this.#log.written()])]);
    this.#lock?.release();
    this.#lock = undefined;
  }

  /** Beside the state: a folder for what people look into, such as finished scans; made by whoever writes there. */
  folderOf(name: string): string {
    return join(this.#base, name);
  }

  /** For files that people keep with this list; none unless it is ours. */
  keptFolder(name: string): string | undefined {
    return this.claimed ? join(this.#kept, name) : undefined;
  }

  /** `group.name` -> what was chosen, and against which default. */
  parameters(): Record<string, KeptParameter> {
    const file = join(this.#own, 'parameters.json');
    if (!existsSync(file)) return {};
    try {
      const kept = Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, KeptParameter>);
      return Object.fromEntries(kept.filter(([, one]) => typeof one === 'object' && one !== null && 'value' in one && 'default' in one && 'type' in one));
    } catch (error) {
      this.#onProblem(`${file} cannot be read (${(error as Error).message}); the file's defaults are used.`);
      return {};
    }
  }

  saveParameters(kept: Readonly<Record<string, KeptParameter>>): void {
    if (this.claimed) this.#write(join(this.#own, 'parameters.json'), JSON.stringify(kept, null, 2));
  }

  /** Views that are not run, and why. */
  held(): Record<string, Verdict> {
    const file = join(this.#own, 'held.json');
    if (!this.claimed || !existsSync(file)) return {};
    try {
      const held = Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, Verdict | null>);
      return Object.fromEntries(held.flatMap(([view, one]) => (one && ['none', 'failed'].includes(one.outcome) && typeof one.message === 'string' ? [[view, one]] : [])));
    } catch (error) {
      this.#onProblem(`${file} cannot be read (${(error as Error).message}); all views run.`);
      return {};
    }
  }

  saveHeld(held: Readonly<Record<string, Verdict>>): void {
    if (this.claimed) this.#write(join(this.#own, 'held.json'), JSON.stringify(held, null, 2));
  }

  constants(): ConstantValue[] {
    const folder = join(this.#folder, 'constants');
    if (!existsSync(folder)) return [];
    return readdirSync(folder).filter((name) => name.endsWith('.bin')).flatMap((name) => {
      try {
        const { key, value, bytes } = deserialize(readFileSync(join(folder, name))) as { key: string; value: ConstantValue['value']; bytes: Uint8Array };
        const memory = new SharedArrayBuffer(bytes.byteLength);
        new Uint8Array(memory).set(bytes);
        return [{ key, value, memory }];
      } catch (error) {
        this.#onProblem(`The constant ${join(folder, name)} cannot be read (${(error as Error).message}); record it again.`);
        return [];
      }
    });
  }

  saveConstant({ key, value, memory }: ConstantValue): void {
    if (this.#ofAnother) return;
    this.#write(join(this.#folder, 'constants', `${encodeURIComponent(key)}.bin`), serialize({ key, value, bytes: new Uint8Array(memory).slice() }));
  }

  removeConstant(key: string): void {
    if (this.#ofAnother) return;
    rmSync(join(this.#folder, 'constants', `${encodeURIComponent(key)}.bin`), { force: true });
  }

  /** Written beside and renamed, so that a crash leaves the old one or the new one. */
  #write(file: string, content: string | Uint8Array): void {
    try {
      mkdirSync(join(file, '..'), { recursive: true });
      writeFileSync(`${file}.new`, content);
      renameSync(`${file}.new`, file);
    } catch (error) {
      this.#cannotKeep(error);
    }
  }

  #cannotKeep(error: unknown): void {
    if (!this.#broken) this.#onProblem(`State cannot be kept in ${this.#folder}: ${(error as Error).message}`);
    this.#broken = true;
  }
}

function mayWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** A list in a read-only folder, shared by many: each user's state lies below the user's own folders. */
function ownFolder(folder: string): string {
  const base = process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state');
  const mark = createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 8);
  return join(base, 'trainyard', 'projects', `${basename(resolve(folder))}-${mark}`);
}
