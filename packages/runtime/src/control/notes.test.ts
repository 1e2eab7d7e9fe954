import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NOTES_AT_ONCE, type Note } from '@trainyard/control';
import { notesRoute } from './notes.ts';
import type { PageParts } from './page-routes.ts';
import type { Route, RouteRequest } from './route.ts';

let folder: string;
let said: string[];
let route: Route;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yard-notes-'));
  said = [];
  route = notesRoute({ options: { project: { keptFolder: () => folder }, engine: { onNote: (text: string) => said.push(text) } }, changed: () => undefined } as unknown as PageParts);
});
afterEach(() => rmSync(folder, { recursive: true }));

const idOf = (number: number): string => `20261120-${String(number).padStart(6, '0')}-0123abcd`;
const keep = (name: string, content: unknown): void => writeFileSync(join(folder, `${name}.json`), typeof content === 'string' ? content : JSON.stringify(content));
const ask = async (query = ''): Promise<Note[]> => JSON.parse((await route.answer({ method: 'GET', rest: '', query: new URLSearchParams(query) } as RouteRequest)).body as string) as Note[];

test('what somebody wrote by hand is read as carefully as what comes from a page; what is none is left out, and said once', async () => {
  const good: Note = { id: idOf(1), at: 5, who: 'anna', text: 'beam', trainId: 7, link: 'tab=1', hasPicture: false };
  keep(good.id, { ...good, more: 1 });
  const bad: unknown[] = ['{', 'null', '[]', { ...good, id: idOf(99) }, { ...good, text: 5 }, { ...good, text: undefined }, { ...good, at: 1e300 }, { ...good, at: 'now' }, { ...good, who: { a: 1 } }, { ...good, trainId: 1.5 }, { ...good, link: [] }, { ...good, hasPicture: 1 }];
  for (const [i, content] of bad.entries()) keep(idOf(10 + i), typeof content === 'object' && content !== null && 'id' in content && content.id === good.id ? { ...content, id: idOf(10 + i) } : content);
  expect(await ask()).toEqual([good]);
  await ask();
  expect(said).toHaveLength(bad.length);
  for (const text of said) expect(text).toMatch(/^The note .*\.json cannot be read and is left out: /);
});

test('the newest are given, and those before one', async () => {
  for (let i = 0; i < 500; i += 1) keep(idOf(i), i === 450 ? '{' : { id: idOf(i), at: i, who: '', text: `${i}`, hasPicture: false });
  const first = await ask();
  expect([first.length, first[0]!.text, first.at(-1)!.text]).toEqual([NOTES_AT_ONCE, '499', String(500 - NOTES_AT_ONCE - 1)]);
  const second = await ask(`before=${first.at(-1)!.id}`);
  const third = await ask(`before=${second.at(-1)!.id}`);
  expect(new Set([...first, ...second, ...third].map(({ id }) => id)).size).toBe(499);
  expect(third.at(-1)!.text).toBe('0');
  await expect(ask('before=../x')).rejects.toMatchObject({ code: 'NOTE' });
});
