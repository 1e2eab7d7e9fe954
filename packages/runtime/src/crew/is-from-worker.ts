import type { FromWorker } from '../worker/messages.ts';

/** The fields without which a message cannot be handled, by its type; the others are not worth a look. */
const FIELDS: { readonly [type in FromWorker['type']]?: readonly string[] } = {
  results: ['outcomes', 'times', 'logs'], reduced: ['outcomes', 'times', 'logs', 'blocks'], state: ['state'], restored: ['notes', 'givenUp'],
  checkpoint: ['checkpoint'], finished: ['finals', 'blocks', 'notes'], warning: ['warning'], spent: ['message'], 'scan-points': ['finals', 'memory'],
};

/** Whether a message that came from a worker is one of ours: code of the user runs there, too, and may have found the port. */
export function isFromWorker(message: unknown): message is FromWorker {
  if (typeof message !== 'object' || message === null) return false;
  const { type } = message as { type?: unknown };
  if (typeof type !== 'string') return false;
  const fields = Object.hasOwn(FIELDS, type) ? FIELDS[type as FromWorker['type']]! : [];
  return fields.every((field) => {
    const value = (message as Record<string, unknown>)[field];
    return typeof value === 'string' || (typeof value === 'object' && value !== null);
  });
}
