import { useEffect, useState } from 'react';
import { NOTES_AT_ONCE, routes, type Note } from '@trainyard/control';
import { askYard } from '../connection/ask-yard.ts';
import { endpointUrl } from '../connection/socket-url.ts';
import { useYard } from '../panels/use-yard.ts';

interface Notes {
  /** As they are now, newest first. */
  readonly notes: readonly Note[] | undefined;
  /** Why there are none to be had. */
  readonly problem: string;
  /** Asks for older ones; absent when there are none. */
  readonly more: (() => void) | undefined;
}

export function useNotes(): Notes {
  const changed = useYard(({ changed }) => changed['notes'] ?? 0);
  const link = useYard(({ link }) => link);
  const [notes, setNotes] = useState<readonly Note[]>();
  const [parts, setParts] = useState(1);
  const [hasMore, setHasMore] = useState(false);
  const [problem, setProblem] = useState('');
  useEffect(() => {
    if (link !== 'open') return undefined;
    let over = false;
    const ask = async () => {
      try {
        const found: Note[] = [];
        let isFull = true;
        for (let part = 0; part < parts && isFull; part += 1) {
          const last = found.at(-1);
          const list = (await (await askYard(last ? `${routes.notes}?before=${last.id}` : routes.notes)).json()) as readonly Note[];
          found.push(...list);
          isFull = list.length === NOTES_AT_ONCE;
        }
        if (over) return;
        setNotes(found);
        setHasMore(isFull);
        setProblem('');
      } catch (error) {
        if (!over) setProblem((error as Error).message);
      }
    };
    void ask();
    return () => void (over = true);
  }, [changed, link, parts]);
  return { notes, problem, more: hasMore ? () => setParts(parts + 1) : undefined };
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
