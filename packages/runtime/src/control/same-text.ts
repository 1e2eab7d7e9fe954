import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const key = randomBytes(32);

/** Whether a secret is the one wanted; how long it takes says nothing of how much of it is right, nor of its length. */
export function isSameText(given: string, wanted: string): boolean {
  return timingSafeEqual(digest(given), digest(wanted));
}

function digest(text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
