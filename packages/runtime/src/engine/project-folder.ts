import { createHash } from 'node:crypto';
import { accessSync, constants, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { KeptParameter } from '../worker/generation.ts';
import type { ConstantValue } from '../worker/messages.ts';

/** What survives every edit and restart, below `.trainyard/` beside the list (below the user's own folders where that cannot be written): parameters of live views, constants. */
export class ProjectFolder {
  readonly #folder: string;
  /** Said once when the folder cannot be written: nothing else stops. */
  onProblem: (message: string) => void = () => undefined;
  #broken = false;

  constructor(folder: string) {
    this.#folder = mayWrite(folder) ? join(folder, '.trainyard', 'state') : ownFolder(folder);
  }

  /** `group.name` -> what was chosen, and against which default. */
  parameters(): Record<string, KeptParameter> {
    const file = join(this.#folder, 'parameters.json');
    if (!existsSync(file)) return {};
    try {
      const kept = Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, KeptParameter>);
      return Object.fromEntries(kept.filter(([, one]) => typeof one === 'object' && one !== null && 'value' in one && 'default' in one && 'type' in one));
    } catch (error) {
      this.onProblem(`${file} cannot be read (${(error as Error).message}); the file's defaults are used.`);
      return {};
    }
  }

  saveParameters(kept: Readonly<Record<string, KeptParameter>>): void {
    this.#write('parameters.json', JSON.stringify(kept, null, 2));
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
        this.onProblem(`The constant ${join(folder, name)} cannot be read (${(error as Error).message}); record it again.`);
        return [];
      }
    });
  }

  saveConstant({ key, value, memory }: ConstantValue): void {
    this.#write(join('constants', `${encodeURIComponent(key)}.bin`), serialize({ key, value, bytes: new Uint8Array(memory).slice() }));
  }

  removeConstant(key: string): void {
    rmSync(join(this.#folder, 'constants', `${encodeURIComponent(key)}.bin`), { force: true });
  }

  /** Written beside and renamed, so that a crash leaves the old one or the new one. */
  #write(name: string, content: string | Uint8Array): void {
    const file = join(this.#folder, name);
    try {
      mkdirSync(join(file, '..'), { recursive: true });
      writeFileSync(`${file}.new`, content);
      renameSync(`${file}.new`, file);
    } catch (error) {
      if (!this.#broken) this.onProblem(`State cannot be kept in ${this.#folder}: ${(error as Error).message}`);
      this.#broken = true;
    }
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
