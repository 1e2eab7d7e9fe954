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
  try {
    return read(error, files);
  } catch {
    // Whatever was thrown may throw itself, when it is asked what it is.
    return { message: 'threw something that does not let itself be read' };
  }
}

/** Characters of a message, and of the part of a stack that is looked at: a view may throw a text of any length. */
const LONGEST = 2000;
const LONGEST_STACK = 20_000;

function read(error: unknown, files: readonly string[]): UserError {
  if (!(error instanceof Error)) return { message: `threw ${cut(String(error))}, which is not an Error` };
  const name = String(error.name);
  const message = String(error.message);
  // The frames come after the message.
  const stack = String(error.stack ?? '').slice(message.length > LONGEST ? message.length : 0);
  const where = firstUserFrame(stack.slice(0, LONGEST_STACK), files) ?? placeIn(error);
  const { code, more } = error as { code?: unknown; more?: unknown };
  const plain = name === 'Error' || name === 'YardError' || name.endsWith('Error') && typeof code === 'string';
  return {
    message: message.endsWith('buffer allocation failed') ? 'asked for an array that is larger than the memory there is' : cut(plain ? message : `${name}: ${message}`),
    ...(typeof code === 'string' && { code: cut(code) }),
    ...(where && { where }),
    ...(Array.isArray(more) && more.length > 0 && { more: more.slice(0, 100).map((other) => asUserError(other, files)) }),
  };
}

function cut(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)} ... (${text.length} characters)` : text;
}

/** The place that an error of ours names. */
function placeIn(error: Error): Where | undefined {
  const { where } = error as { where?: Where };
  if (typeof where?.file !== 'string') return undefined;
  const { file, line, column } = where;
  return { file, ...(typeof line === 'number' && { line }), ...(typeof column === 'number' && { column }) };
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
