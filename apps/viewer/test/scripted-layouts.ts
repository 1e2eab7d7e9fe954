import type { KeptLayout, Layout } from '@trainyard/control';
import type { Answer, Asked, ScriptedYard } from './scripted-yard.ts';

/** Layouts by name, as a yard keeps them; all pages are told of a change. */
export function scriptedLayouts(yard: ScriptedYard): Map<string, KeptLayout> {
  const kept = new Map<string, KeptLayout>();
  yard.routes = ({ method, path, body }: Asked): Answer | undefined => {
    if (path === 'api/layouts') return { json: Array.from(kept.values(), ({ name, at, who }) => ({ name, at, who })) };
    if (!path.startsWith('api/layouts/')) return undefined;
    const name = decodeURIComponent(path.slice('api/layouts/'.length));
    if (method === 'PUT') kept.set(name, { name, at: Date.now(), who: 'anna', layout: JSON.parse(body) as Layout });
    else if (method === 'DELETE') kept.delete(name);
    else return kept.has(name) ? { json: kept.get(name) } : { status: 404, json: { code: 'NOT_FOUND', message: `There is no layout "${name}".` } };
    yard.tell({ type: 'changed', what: 'layouts' });
    return { json: { name } };
  };
  return kept;
}
