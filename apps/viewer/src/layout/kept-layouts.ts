import { routes, type KeptLayout, type Layout, type ListedLayout } from '@trainyard/control';
import { askYard } from '../connection/ask-yard.ts';

/** Names that layouts can be kept under. */
export const layoutNamePattern = '[A-Za-z0-9][A-Za-z0-9 _.\\-]{0,59}';

const at = (name: string): string => `${routes.layouts}/${encodeURIComponent(name)}`;

/** The layouts that are kept on the server, by name. */
export async function keptLayouts(): Promise<readonly ListedLayout[]> {
  const list = (await (await askYard(routes.layouts)).json()) as readonly ListedLayout[];
  return list.toSorted((a, b) => a.name.localeCompare(b.name));
}

export async function keptLayout(name: string): Promise<KeptLayout> {
  return (await (await askYard(at(name))).json()) as KeptLayout;
}

export async function keepLayout(name: string, layout: Layout): Promise<void> {
  await askYard(at(name), { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(layout) });
}

export async function dropLayout(name: string): Promise<void> {
  await askYard(at(name), { method: 'DELETE' });
}
