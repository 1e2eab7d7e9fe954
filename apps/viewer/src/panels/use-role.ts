import { useYard } from './use-yard.ts';

/** Why this page can change nothing; undefined where it can. */
export function useLookOnly(): string | undefined {
  return useYard(({ hello }) => (hello?.role === 'look' ? 'This address is for looking. Who started the yard has the one that can change things.' : undefined));
}
