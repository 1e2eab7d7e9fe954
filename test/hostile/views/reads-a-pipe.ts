// way: a view reads a file from which nothing comes
// says: longer than
// bad: value late
// may: failed
import { execSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

const pipe = `${mkdtempSync(`${tmpdir()}/pipe-`)}/pipe`;
execSync(`mkfifo ${pipe}`);
export const bad = view.scalar({ id }, ({ id }) => {
  if (id % 10 === 3) readFileSync(pipe);
  return id;
});
