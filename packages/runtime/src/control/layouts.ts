import { LAYOUT_LIMITS, readLayout, routes, type KeptLayout, type Layout, type ListedLayout } from '@trainyard/control';
import { YardError } from '@trainyard/core';
import { KeptFiles } from '../project/kept-files.ts';
import { keptName } from './kept-name.ts';
import type { PageParts } from './page-routes.ts';
import { readJson } from './read-json.ts';
import { json, type Route } from './route.ts';

const LIMITS = { files: 200, bytes: 8_000_000, memoryBytes: 8_000_000 };

/** Layouts by name: the list without what is in them, and GET, PUT, DELETE of one. The last who saves one counts, and is named. */
export function layoutsRoute({ options: { project }, changed }: PageParts): Route {
  const files = new KeptFiles(project.keptFolder('layouts'), LIMITS);
  return {
    at: routes.layouts,
    bodyLimit: LAYOUT_LIMITS.bytes,
    answer: async (request) => {
      const { method, rest, who } = request;
      if (rest === '') {
        if (method !== 'GET') throw new YardError('METHOD', 'A layout is saved by PUT below its name.');
        const found = await Promise.all((await files.list()).map(({ name }) => layoutIn(files, name.replace(/\.json$/, '')).then(({ name, at, who }): ListedLayout => ({ name, at, who }), () => undefined)));
        return json(found.filter((one) => one !== undefined));
      }
      const name = keptName(rest);
      switch (method) {
        case 'GET':
          return json(await layoutIn(files, name));
        case 'PUT': {
          const kept: KeptLayout = { name, at: Date.now(), who, layout: layoutOf(readJson(await request.body())) };
          await files.write(`${name}.json`, Buffer.from(JSON.stringify(kept)));
          changed('layouts');
          return json({ name, at: kept.at, who, ...files.where });
        }
        case 'DELETE':
          if (!(await files.remove(`${name}.json`))) throw absent(name);
          changed('layouts');
          return json({ name });
        case 'POST':
          throw new YardError('METHOD', 'A layout is saved by PUT.');
      }
    },
  };
}

/** A file that somebody wrote by hand is read as carefully as what comes from a page. */
async function layoutIn(files: KeptFiles, name: string): Promise<KeptLayout> {
  const content = await files.read(`${name}.json`);
  if (!content) throw absent(name);
  const { at, who, layout } = readJson(content) as Partial<Record<keyof KeptLayout, unknown>>;
  return { name, at: typeof at === 'number' ? at : 0, who: typeof who === 'string' ? who.slice(0, 60) : '', layout: layoutOf(layout) };
}

function layoutOf(value: unknown): Layout {
  try {
    return readLayout(value);
  } catch (error) {
    throw new YardError('LAYOUT', `The layout cannot be read: ${(error as Error).message.replace('LAYOUT: ', '')}`);
  }
}

function absent(name: string): YardError {
  return new YardError('NOT_FOUND', `There is no layout "${name}".`);
}
