import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { copyCode, filesToCopy } from './copy-code.ts';

const folder = mkdtempSync(join(tmpdir(), 'yard copy '));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

test('a list takes along what it names, as it lies to each other', () => {
  const list = write('work/list.yaml', 'steps:\n  - plugin: integration/azimuthal\n    params: { poni: ./geo.poni, mask: "../shared/a mask.npy", bins: 250 }\n  - views: views.ts\n');
  const views = write('work/views.ts', "import { f } from '../shared/more';\nconst iq = azimuthal({ poni: 'other.poni' });\n");
  const more = write('shared/more.ts', 'export const f = `./not there.txt`;');
  for (const name of ['work/geo.poni', 'work/other.poni', 'work/set.poni', 'shared/a mask.npy', 'work/unrelated.txt']) write(name, name);
  write('work/.trainyard/state/constants/dark.bin', 'dark');
  write('work/node_modules/pack/package.json', '{}');
  const files = filesToCopy(list, [list, views, more], { poni: './set.poni', sigma: '3' });
  const into = join(folder, 'job/code');
  expect(copyCode(list, files, into)).toBe(join(into, 'work/list.yaml'));
  for (const name of ['work/views.ts', 'shared/more.ts', 'work/geo.poni', 'work/other.poni', 'work/set.poni', 'shared/a mask.npy', 'work/.trainyard/state/constants/dark.bin', 'work/node_modules/pack/package.json']) expect(existsSync(join(into, name)), name).toBe(true);
  expect(existsSync(join(into, 'work/unrelated.txt'))).toBe(false);
  // A later edit does not reach the job.
  writeFileSync(views, 'changed');
  expect(readFileSync(join(into, 'work/views.ts'), 'utf8')).toContain('azimuthal');
});

test('a file that would pass for results is refused', () => {
  write('dark-r0012.h5', '');
  const list = write('list.yaml', 'steps:\n  - plugin: correction/offset\n    params: { dark: dark-r0012.h5 }\n');
  expect(() => filesToCopy(list, [list], {})).toThrow(expect.objectContaining({ code: 'JOB_FILE_NAME' }));
});
