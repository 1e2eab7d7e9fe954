import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { EndpointFile } from '@trainyard/control';
import { isRunning, ownMark } from './process-mark.ts';

/** The folder that holds one file per running yard of this user; only the user may read it. */
export function endpointFolder(): string {
  const base = process.env['XDG_RUNTIME_DIR'];
  return base ? join(base, 'trainyard') : join(tmpdir(), `trainyard-${userInfo().uid}`, 'trainyard');
}

/**
 * Says where this yard listens, for `yard ps why top ctl`; the file goes with the process. With a port of its own choice there is also
 * `PORT.token`, which holds the token alone: what scrapes `/metrics` for weeks finds the new one after a restart.
 */
export function writeEndpointFile(of: Omit<EndpointFile, 'pid' | 'started'>, port?: number): () => void {
  const endpoint: EndpointFile = { ...of, ...ownMark() };
  const folder = endpointFolder();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files = new Map([[join(folder, `${endpoint.pid}.json`), JSON.stringify(endpoint)]]);
  if (port !== undefined) files.set(join(folder, `${port}.token`), endpoint.token);
  for (const [file, text] of files) {
    writeFileSync(file, text, { mode: 0o600 });
    chmodSync(file, 0o600);
  }
  return () => {
    for (const file of files.keys()) rmSync(file, { force: true });
  };
}

/** Of a process that crashed, the board is wanted by the one that takes its place. */
const FORGOTTEN_MS = 3_600_000;

/** The yards that run now, newest first; what processes that are gone left behind is removed. */
export function runningEndpoints(): EndpointFile[] {
  const folder = endpointFolder();
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder);
  const found = names.filter((name) => name.endsWith('.json')).flatMap((name): EndpointFile[] => {
    const file = join(folder, name);
    try {
      const endpoint = JSON.parse(readFileSync(file, 'utf8')) as EndpointFile;
      if (isRunning(endpoint)) return [endpoint];
      rmSync(file, { force: true });
    } catch {
      // Being written just now, or no file of ours.
    }
    return [];
  });
  for (const name of names.filter((one) => one.endsWith('.board'))) {
    const file = join(folder, name);
    const { mtimeMs } = statSync(file, { throwIfNoEntry: false }) ?? { mtimeMs: Infinity };
    if (Date.now() - mtimeMs > FORGOTTEN_MS && !isRunning({ pid: Number.parseInt(name, 10) })) rmSync(file, { force: true });
  }
  return found.sort((a, b) => b.startedAt - a.startedAt);
}
