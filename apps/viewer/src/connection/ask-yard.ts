import { whoHeader } from './my-name.ts';
import { endpointUrl } from './socket-url.ts';

/** What the yard refused: its sentence, its code, and the status; without a status it did not answer. */
export class AskError extends Error {
  readonly status: number | undefined;
  /** `NOT_FOUND`, `CONFLICT`. */
  readonly code: string | undefined;

  constructor(message: string, status?: number, code?: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
    this.code = code;
  }
}

/** Asks the yard over HTTP, in the name of whoever sits here; throws an `AskError` when it refuses, or does not answer. What was stopped by its signal throws that signal's reason. */
export async function askYard(path: string, init?: RequestInit): Promise<Response> {
  let response: Response;
  try {
    const headers = new Headers(init?.headers);
    for (const [name, value] of Object.entries(whoHeader(init?.method))) headers.set(name, value);
    response = await fetch(endpointUrl(path, location), { ...init, headers });
  } catch (error) {
    if (init?.signal?.aborted) throw init.signal.reason;
    throw new AskError('The yard does not answer. Is it still running?', undefined, undefined, { cause: error });
  }
  if (response.ok) return response;
  const { code, message } = (await response.json().catch(() => ({}))) as { code?: string; message?: string };
  throw new AskError(message ?? `The yard answered with ${response.status} ${response.statusText}.`, response.status, code);
}
