import { YardError } from '@trainyard/core';

/** A body that is a JSON object. Throws `BODY`. */
export function readJson(body: Uint8Array): object {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    throw new YardError('BODY', 'The body is not JSON.');
  }
  if (typeof value !== 'object' || value === null) throw new YardError('BODY', 'The body is no JSON object.');
  return value;
}
