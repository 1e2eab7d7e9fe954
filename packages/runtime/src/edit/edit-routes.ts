import { routes } from '@trainyard/control';
import { YardError } from '@trainyard/core';
import type { PageParts } from '../control/page-routes.ts';
import { readJson } from '../control/read-json.ts';
import { json, type Route } from '../control/route.ts';
import { typesRoute } from './editor-types.ts';
import { filesRoute } from './files-route.ts';
import { FrozenTries } from './frozen-tries.ts';
import { ProjectFiles } from './project-files.ts';

/** What an editor in the page needs; files and types only where editing is allowed. */
export function editRoutes({ options: { engine, source, folder, edit = false }, changed }: PageParts): readonly Route[] {
  const { onSave } = engine;
  engine.onSave = () => {
    onSave();
    changed('files');
  };
  const tries = frozenRoute(new FrozenTries(() => engine.made), edit);
  if (!edit) return [tries];
  const files = filesRoute({
    files: new ProjectFiles(folder),
    used: () => [...engine.made.files, ...(engine.made.file === undefined ? [] : [engine.made.file])],
    saved: (path, who) => {
      engine.journal.add({ trainId: (engine.state().trains.lastTrainId ?? -1) + 1, who, what: 'write', name: path });
      changed('files');
    },
  });
  return [tries, files, typesRoute({ folder, tree: () => source.tree, what: () => source.status.what })];
}

function frozenRoute(tries: FrozenTries, edit: boolean): Route {
  return {
    at: routes.frozen,
    bodyLimit: 2_000_000,
    answer: async (request) => {
      const { method, rest } = request;
      if (method === 'GET' && rest === '') return json(tries.list());
      if (method !== 'POST' || rest !== 'try') throw new YardError('METHOD', 'Frozen trains are listed with GET, and tried with POST to /api/frozen/try.');
      const asked = readJson(await request.body());
      if (!edit && 'text' in asked) throw new YardError('ROLE', 'Other code than what is saved is tried only where files can be edited: start it with --edit.');
      return json(await tries.run(asked));
    },
  };
}
