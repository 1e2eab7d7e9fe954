import { endpointUrl } from './socket-url.ts';

/** Asks the yard over HTTP; throws an error with its sentence when it refuses, or with ours when it does not answer. */
export async function askYard(path: string, init?: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(endpointUrl(path, location), init);
  } catch (error) {
    throw new Error('The yard does not answer. Is it still running?', { cause: error });
  }
  if (response.ok) return response;
  const { message } = (await response.json().catch(() => ({}))) as { message?: string };
  throw new Error(message ?? `The yard answered with ${response.status} ${response.statusText}.`);
}
