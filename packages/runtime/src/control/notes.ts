import { randomBytes } from 'node:crypto';
import { routes, type Note } from '@trainyard/control';
import { YardError } from '@trainyard/core';
import { KeptFiles } from '../project/kept-files.ts';
import type { PageParts } from './page-routes.ts';
import { readJson } from './read-json.ts';
import { readPng } from './read-png.ts';
import { json, type Route } from './route.ts';

const NOTES = 2000;
/** Each has a text and may have a picture. */
const LIMITS = { files: 2 * NOTES, bytes: 2_000_000_000, memoryBytes: 100_000_000 };
const TEXT = 10_000;
const LINK = 100_000;
const PICTURE_BYTES = 8_000_000;
const ID = /^\d{8}-\d{6}-[\da-f]{8}$/;

/** Notes with a picture of what was seen: the list, newest first, POST of one, GET of a picture, DELETE. */
export function notesRoute({ options: { project }, changed }: PageParts): Route {
  const files = new KeptFiles(project.keptFolder('notes'), LIMITS);
  return {
    at: routes.notes,
    bodyLimit: Math.ceil((PICTURE_BYTES * 4) / 3) + LINK + 6 * TEXT,
    answer: async (request) => {
      const { method, rest, who } = request;
      if (rest === '' && method === 'GET') return json(await notesIn(files));
      if (rest === '' && method === 'POST') {
        const { note, picture } = newNote(readJson(await request.body()), who);
        if (picture) await files.write(`${note.id}.png`, picture);
        await files.write(`${note.id}.json`, Buffer.from(JSON.stringify(note)));
        changed('notes');
        return json({ ...note, ...files.where });
      }
      const id = rest.replace(/\.png$/, '');
      if (!ID.test(id)) throw new YardError('NOT_FOUND', 'There is no such note.');
      if (method === 'GET' && rest.endsWith('.png')) {
        const picture = await files.read(`${id}.png`);
        if (!picture) throw new YardError('NOT_FOUND', 'There is no such picture.');
        return { type: 'image/png', body: picture, headers: { 'cache-control': 'private, max-age=31536000, immutable' } };
      }
      if (method !== 'DELETE' || rest !== id) throw new YardError('METHOD', 'Notes are sent by POST, pictures are taken by GET below ID.png, a note is removed by DELETE.');
      if (!(await files.remove(`${id}.json`))) throw new YardError('NOT_FOUND', 'There is no such note.');
      await files.remove(`${id}.png`);
      changed('notes');
      return json({ id });
    },
  };
}

function newNote(from: object, who: string): { readonly note: Note; readonly picture: Uint8Array | undefined } {
  const { text, trainId, link, picture } = from as { text?: unknown; trainId?: unknown; link?: unknown; picture?: unknown };
  const wrong = (what: string): never => {
    throw new YardError('NOTE', `A note ${what}.`);
  };
  if (typeof text !== 'string' || text.length > TEXT) return wrong(`has a text of at most ${TEXT} characters`);
  if (trainId !== undefined && !Number.isSafeInteger(trainId)) return wrong('is of a train by its ID, a whole number');
  if (link !== undefined && (typeof link !== 'string' || link.length > LINK)) return wrong(`has a link of at most ${LINK} characters`);
  if (picture !== undefined && typeof picture !== 'string') return wrong('has a picture as base64');
  const at = Date.now();
  const id = `${new Date(at).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')}-${randomBytes(4).toString('hex')}`;
  const note: Note = { id, at, who, text, ...(trainId !== undefined && { trainId: trainId as number }), ...(link !== undefined && { link }), hasPicture: picture !== undefined };
  return { note, picture: picture === undefined ? undefined : readPng(picture, PICTURE_BYTES) };
}

async function notesIn(files: KeptFiles): Promise<Note[]> {
  const names = (await files.list()).map(({ name }) => name).filter((name) => name.endsWith('.json'));
  const notes = await Promise.all(names.map(async (name) => {
    try {
      return readJson((await files.read(name)) ?? Buffer.of()) as Note;
    } catch {
      return undefined;
    }
  }));
  return notes.filter((note) => note !== undefined && ID.test(note.id)).reverse() as Note[];
}
