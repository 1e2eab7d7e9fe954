import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { EndpointFile } from '@trainyard/control';

/** The folder that holds one file per running yard of this user; only the user may read it. */
export function endpointFolder(): string {
  const base = process.env['XDG_RUNTIME_DIR'];
  return base ? join(base, 'trainyard') : join(tmpdir(), `trainyard-${userInfo().uid}`, 'trainyard');
}

/**
 * Says where this yard listens, for `yard ps why top ctl`; the file goes with the process. With a port of its own choice there is also
 * `PORT.token`, which holds the token alone: what scrapes `/metrics` for weeks finds the new one after a restart.
 */
export function writeEndpointFile(endpoint: EndpointFile, port?: number): () => void {
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

/** The yards that run now, newest first; files of processes that are gone are removed. */
export function runningEndpoints(): EndpointFile[] {
  const folder = endpointFolder();
  if (!existsSync(folder)) return [];
  const found = readdirSync(folder).filter((name) => name.endsWith('.json')).flatMap((name): EndpointFile[] => {
    const file = join(folder, name);
    try {
      const endpoint = JSON.parse(readFileSync(file, 'utf8')) as EndpointFile;
      process.kill(endpoint.pid, 0);
      return [endpoint];
    } catch (error) {
      if ((error as { code?: string }).code === 'ESRCH') rmSync(file, { force: true });
      return [];
    }
  });
  return found.sort((a, b) => b.startedAt - a.startedAt);
}
