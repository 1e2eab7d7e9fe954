import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { builtPage } from '../test/page.ts';

/** What comes before the first panel: script and styles that `index.html` names, and what these import at once. */
const MOST_BYTES = 200_000;

it('the page opens with at most 200 kB, gzipped; editor and HDF5 browser come later; no source maps', async () => {
  const dist = await builtPage();
  const html = await readFile(join(dist, 'index.html'), 'utf8');
  const wanted = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map((match) => match[1]);
  const seen = new Map<string, number>();
  for (const name of wanted) {
    if (seen.has(name)) continue;
    const text = await readFile(join(dist, name), 'utf8');
    seen.set(name, gzipSync(text).byteLength);
    if (name.endsWith('.js')) wanted.push(...[...text.matchAll(/(?:import|export)\s*(?:[\w*{}$,\s]+from\s*)?["']\.\/([^"']+)["']/g)].map((match) => `assets/${match[1]}`));
  }
  const total = [...seen.values()].reduce((sum, bytes) => sum + bytes, 0);
  console.log(`first load of the page: ${(total / 1000).toFixed(0)} kB gzipped in ${seen.size} files`);
  expect(total).toBeLessThan(MOST_BYTES);
  const all = await readdir(join(dist, 'assets'));
  expect(all.filter((name) => name.endsWith('.map'))).toEqual([]);
  // Else they are in what was counted, or gone.
  for (const name of ['EditorPage', 'FilesPage', 'ts.worker']) expect(all.filter((file) => file.startsWith(`${name}-`) && !seen.has(`assets/${file}`)).length, name).toBeGreaterThan(0);
}, 200_000);
