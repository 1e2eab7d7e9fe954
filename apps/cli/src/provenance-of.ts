import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { versionOf } from './version.ts';

/** What a results file says of how it was made. */
export function provenanceOf(file: string | undefined): Record<string, unknown> {
  const text = file === undefined ? '' : readFileSync(file, 'utf8');
  return { program: 'trainyard', version: versionOf(), node: process.versions.node, list: text, listFile: file === undefined ? '' : basename(file), listHash: createHash('sha256').update(text).digest('hex'), argv: process.argv.slice(2) };
}
