import { useEffect, useState } from 'react';
import { routes, type Note } from '@trainyard/control';
import { askYard } from '../connection/ask-yard.ts';
import { endpointUrl } from '../connection/socket-url.ts';
import { useYard } from '../panels/use-yard.ts';

/** The notes as they are now, newest first, and why there are none to be had. */
export function useNotes(): { readonly notes: readonly Note[] | undefined; readonly problem: string } {
  const changed = useYard(({ changed }) => changed['notes'] ?? 0);
  const link = useYard(({ link }) => link);
  const [notes, setNotes] = useState<readonly Note[]>();
  const [problem, setProblem] = useState('');
  useEffect(() => {
    if (link !== 'open') return undefined;
    let over = false;
    const ask = async () => {
      try {
        const list = (await (await askYard(routes.notes)).json()) as readonly Note[];
        if (!over) setNotes(list);
        if (!over) setProblem('');
      } catch (error) {
        if (!over) setProblem((error as Error).message);
      }
    };
    void ask();
    return () => void (over = true);
  }, [changed, link]);
  return { notes, problem };
}

export const pictureUrl = ({ id }: Note): string => endpointUrl(`${routes.notes}/${id}.png`, location);

export interface NewNote {
  readonly text: string;
  readonly trainId?: number | undefined;
  readonly link?: string | undefined;
  readonly picture?: Blob | undefined;
}

export async function postNote({ picture, ...note }: NewNote): Promise<void> {
  const body = JSON.stringify({ ...note, ...(picture && { picture: await base64Of(picture) }) });
  await askYard(routes.notes, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
}

export async function removeNote({ id }: Note): Promise<void> {
  await askYard(`${routes.notes}/${id}`, { method: 'DELETE' });
}

function base64Of(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve((reader.result as string).replace(/^[^,]*,/, '')));
    reader.addEventListener('error', () => reject(new Error('The picture could not be read.')));
    reader.readAsDataURL(blob);
  });
}
