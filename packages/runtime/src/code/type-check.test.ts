import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { typeCheck } from './type-check.ts';

const folder = mkdtempSync(join(tmpdir(), 'yard-types-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

it('finds nothing in a sound file, in a folder without node_modules or tsconfig', async () => {
  const file = write('good.ts', `import { view } from '@trainyard/core';
export const total = view.scalar({ camera: 'karabo#A/B/C:output[data]' }, ({ camera }) => camera.sum());
export const double = view.scalar({ total }, ({ total }) => total * 2);
`);
  expect(await typeCheck(file, join(folder, 'out'))).toEqual([]);
});

it('says a wrong kind at its line, in the words of the compiler', async () => {
  const file = write('bad.ts', `import { view } from '@trainyard/core';
export const a = view.scalar({ id: 'internal#train_id' }, ({ id }) => id);
export const b = view.image({ a }, ({ a }) => a.toFixed());
`);
  const [finding, ...more] = await typeCheck(file, join(folder, 'out'));
  expect(more).toEqual([]);
  expect(finding).toMatchObject({ file, line: 3, code: expect.stringMatching(/^TS/) });
});

it('knows the data paths that yard types wrote beside it', async () => {
  write('data-paths.d.ts', `import type { Image } from '@trainyard/core';
declare module '@trainyard/core' { interface DataPaths { 'karabo#A/B/C:output[data]': Image } }
`);
  const file = write('paths.ts', `import { view } from '@trainyard/core';
export const total = view.scalar({ camera: 'karabo#A/B/C:output[date]' }, ({ camera }) => 1);
`);
  const findings = await typeCheck(file, join(folder, 'out'));
  expect(findings.map((finding) => finding.line)).toEqual([2]);
  expect(findings[0]!.message).toMatch(/karabo#A\/B\/C:output\[data\]/);
});
