import { fileURLToPath } from 'node:url';
import type { Where } from '@trainyard/core';

/** An error in the user's words: its message, and the first line of the user's own files in its stack. */
export interface UserError {
  readonly message: string;
  readonly code?: string;
  readonly where?: Where;
  /** What else is wrong with the file. */
  readonly more?: readonly UserError[];
}

/**
 * Reads an error thrown by user code. Source maps are on in workers, so the stack names the user's own lines. `files` are the user's; one
 * that ends in `/` is a folder, all of which is.
 */
export function asUserError(error: unknown, files: readonly string[]): UserError {
  if (!(error instanceof Error)) return { message: `threw ${String(error)}, which is not an Error` };
  const where = firstUserFrame(error.stack ?? '', files) ?? (error as { where?: Where }).where;
  const { code, more = [] } = error as { code?: unknown; more?: readonly unknown[] };
  const plain = error.name === 'Error' || error.name === 'YardError' || error.name.endsWith('Error') && typeof code === 'string';
  return {
    message: plain ? error.message : `${error.name}: ${error.message}`,
    ...(typeof code === 'string' && { code }),
    ...(where && { where }),
    ...(Array.isArray(more) && more.length > 0 && { more: more.map((other) => asUserError(other, files)) }),
  };
}

function firstUserFrame(stack: string, files: readonly string[]): Where | undefined {
  for (const row of stack.split('\n')) {
    const match = /\(?((?:file:\/\/|\/)[^()]*?):(\d+):(\d+)\)?$/.exec(row.trim());
    if (!match) continue;
    const file = match[1]!.startsWith('file:') ? fileURLToPath(match[1]!) : match[1]!;
    if (files.some((one) => (one.endsWith('/') ? file.startsWith(one) : file === one))) return { file, line: Number(match[2]), column: Number(match[3]) };
  }
  return undefined;
}
