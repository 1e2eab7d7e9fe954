import { readFileSync } from 'node:fs';

/** The version of this installation. */
export function versionOf(): string {
  return (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version;
}
