import { randomBytes } from 'node:crypto';
import { NOTES_AT_ONCE, routes, type Note } from '@trainyard/control';
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

/** Notes with a picture of what was seen: the newest, or those before one, POST of one, GET of a picture, DELETE. */
export function notesRoute({ options: { project, engine }, changed }: PageParts): Route {
  const files = new KeptFiles(project.keptFolder('notes'), LIMITS);
  const said = new Set<string>();
  const sayBad = (id: string, error: Error): void => {
    if (!said.has(id)) engine.onNote(`The note ${files.folder ?? ''}/${id}.json cannot be read and is left out: ${error.message}`);
    said.add(id);
  };
  return {
    at: routes.notes,
    bodyLimit: Math.ceil((PICTURE_BYTES * 4) / 3) + LINK + 6 * TEXT,
    answer: async (request) => {
      const { method, rest, who } = request;
      if (rest === '' && method === 'GET') return json(await notesIn(files, request.query.get('before'), sayBad));
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

function wrong(what: string): never {
  throw new YardError('NOTE', `A note ${what}.`);
}

/** What people say of one, checked. */
function contentOf(from: object): Pick<Note, 'text' | 'trainId' | 'link'> {
  const { text, trainId, link } = from as Partial<Record<keyof Note, unknown>>;
  if (typeof text !== 'string' || text.length > TEXT) return wrong(`has a text of at most ${TEXT} characters`);
  if (trainId !== undefined && !Number.isSafeInteger(trainId)) return wrong('is of a train by its ID, a whole number');
  if (link !== undefined && (typeof link !== 'string' || link.length > LINK)) return wrong(`has a link of at most ${LINK} characters`);
  return { text, ...(trainId !== undefined && { trainId: trainId as number }), ...(link !== undefined && { link }) };
}

function newNote(from: object, who: string): { readonly note: Note; readonly picture: Uint8Array | undefined } {
  const content = contentOf(from);
  const { picture } = from as { picture?: unknown };
  if (picture !== undefined && typeof picture !== 'string') return wrong('has a picture as base64');
  const at = Date.now();
  const id = `${new Date(at).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')}-${randomBytes(4).toString('hex')}`;
  return { note: { id, at, who, ...content, hasPicture: picture !== undefined }, picture: picture === undefined ? undefined : readPng(picture, PICTURE_BYTES) };
}

/** A file that somebody wrote by hand is read as carefully as what comes from a page. */
function readNote(from: object, id: string): Note {
  const { id: own, at, who, hasPicture } = from as Partial<Record<keyof Note, unknown>>;
  if (own !== id) return wrong('has the ID that its file is called by');
  if (typeof at !== 'number' || Number.isNaN(new Date(at).getTime())) return wrong('has a time in milliseconds since 1970');
  if (typeof who !== 'string' || who.length > 60) return wrong('says who made it');
  if (typeof hasPicture !== 'boolean') return wrong('says whether it has a picture');
  return { id, at, who, ...contentOf(from), hasPicture };
}

async function notesIn(files: KeptFiles, before: string | null, onBad: (id: string, error: Error) => void): Promise<Note[]> {
  if (before !== null && !ID.test(before)) return wrong('is known by its ID, as the list has it');
  const ids = (await files.list()).map(({ name }) => name.replace(/\.json$/, '')).filter((id) => ID.test(id) && (before === null || id < before)).reverse();
  const notes: Note[] = [];
  for (const id of ids) {
    if (notes.length === NOTES_AT_ONCE) break;
    const content = await files.read(`${id}.json`);
    try {
      // Removed meanwhile.
      if (content) notes.push(readNote(readJson(content), id));
    } catch (error) {
      onBad(id, error as Error);
    }
  }
  return notes;
}
