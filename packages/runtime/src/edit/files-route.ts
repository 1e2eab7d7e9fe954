import { routes } from '@trainyard/control';
import { YardError } from '@trainyard/core';
import { json, type Route } from '../control/route.ts';
import { FILE_LIMIT, type ProjectFiles } from './project-files.ts';

export interface FilesRouteParts {
  readonly files: ProjectFiles;
  /** Absolute paths of what runs. */
  readonly used: () => readonly string[];
  /** Somebody has saved one. */
  readonly saved: (path: string, who: string) => void;
}

/** The files of the list's folder, for the editor in the page. Who may only look sees none: they may hold what is not for everybody. */
export function filesRoute({ files, used, saved }: FilesRouteParts): Route {
  return {
    at: routes.files,
    reads: 'control',
    bodyLimit: FILE_LIMIT,
    answer: async (request) => {
      const { method, rest, header, who } = request;
      if (method === 'GET' && rest === '') return json(await files.list(new Set(used())));
      if (method === 'GET') {
        const { text, hash } = await files.read(rest);
        return { type: 'text/plain; charset=utf-8', body: text, headers: { 'x-hash': hash } };
      }
      if (method !== 'PUT' || rest === '') throw new YardError('METHOD', 'A file is read with GET and saved with PUT.');
      const hash = await files.write(rest, await request.body(), header('x-hash') || undefined);
      saved(rest, who);
      return { ...json({ path: rest, hash }), headers: { 'x-hash': hash } };
    },
  };
}
