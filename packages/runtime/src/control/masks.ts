import { join } from 'node:path';
import { routes } from '@trainyard/control';
import { YardError } from '@trainyard/core';
import { readNpyHeader } from '@trainyard/stack';
import { KeptFiles } from '../project/kept-files.ts';
import { keptName } from './kept-name.ts';
import type { PageParts } from './page-routes.ts';
import { json, type Route } from './route.ts';

const MASK_BYTES = 64_000_000;
const LIMITS = { files: 200, bytes: 1_000_000_000, memoryBytes: 200_000_000 };

/** Masks that were drawn, .npy of uint8 below their names; who keeps one is told the path by which a view reads it. */
export function masksRoute({ options: { project }, changed }: PageParts): Route {
  const files = new KeptFiles(project.claimed ? project.folderOf('masks') : undefined, LIMITS);
  const pathOf = (name: string): { path?: string } => (files.folder === undefined ? {} : { path: join(files.folder, `${name}.npy`) });
  return {
    at: routes.masks,
    bodyLimit: MASK_BYTES,
    answer: async (request) => {
      const { method, rest } = request;
      if (rest === '') {
        if (method !== 'GET') throw new YardError('METHOD', 'A mask is saved by PUT below its name.');
        return json((await files.list()).filter(({ name }) => name.endsWith('.npy')).map(({ name, bytes, at }) => ({ name: name.slice(0, -4), bytes, at, ...pathOf(name.slice(0, -4)) })));
      }
      const name = keptName(rest);
      switch (method) {
        case 'GET': {
          const content = await files.read(`${name}.npy`);
          if (!content) throw absent(name);
          return { type: 'application/octet-stream', body: content };
        }
        case 'PUT': {
          const content = await request.body();
          const shape = maskShape(content);
          await files.write(`${name}.npy`, content);
          changed('masks');
          return json({ name, shape, ...pathOf(name), ...files.where });
        }
        case 'DELETE':
          if (!(await files.remove(`${name}.npy`))) throw absent(name);
          changed('masks');
          return json({ name });
        case 'POST':
          throw new YardError('METHOD', 'A mask is saved by PUT.');
      }
    },
  };
}

/** Throws `MASK` for what is no .npy of uint8, or has not the bytes that its header says. */
function maskShape(content: Uint8Array): readonly number[] {
  const wrong = (what: string): never => {
    throw new YardError('MASK', `A mask is a .npy file of uint8: ${what}.`);
  };
  let header;
  try {
    header = readNpyHeader(content, 'mask');
  } catch (error) {
    return wrong((error as Error).message);
  }
  const { dtype, shape, offset, fortran } = header;
  if (dtype !== 'uint8') return wrong(`this one is of ${dtype}`);
  if (fortran || shape.length === 0 || shape.length > 4) return wrong('it has one to four axes, the last one running fastest');
  const bytes = shape.reduce((product, length) => product * length, 1);
  if (offset + bytes !== content.length) return wrong(`its header says ${bytes} bytes of shape (${shape.join(', ')}), there are ${content.length - offset}`);
  return shape;
}

function absent(name: string): YardError {
  return new YardError('NOT_FOUND', `There is no mask "${name}".`);
}
