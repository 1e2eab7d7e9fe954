import { createHash, randomBytes } from 'node:crypto';
import { YardError } from '@trainyard/core';
import { isPassword } from './password.ts';
import { TokenBucket, TokenBuckets } from './token-bucket.ts';

const HOURS = 12;
const MOST = 1000;
/** Guesses of one address, and of all together. */
const OF_ONE = { burst: 6, perSecond: 1 / 10 };
const OF_ALL = { burst: 60, perSecond: 1 };

/** Who has said the password: a random id each, in a cookie, for twelve hours. */
export class Logins {
  readonly #password: string;
  readonly #now: () => number;
  /** What the id hashes to -> when it ends. */
  readonly #until = new Map<string, number>();
  readonly #ofOne: TokenBuckets;
  readonly #ofAll: TokenBucket;

  constructor(password: string, now: () => number = Date.now) {
    this.#password = password;
    this.#now = now;
    this.#ofOne = new TokenBuckets(OF_ONE, now);
    this.#ofAll = new TokenBucket(OF_ALL, now);
  }

  /** Gives back the id. Throws `PASSWORD`, and `WAIT` after too many guesses, whatever was guessed. */
  logIn(given: unknown, address: string): string {
    if (!this.#ofOne.take(address) || !this.#ofAll.take()) throw new YardError('WAIT', 'Too many passwords were tried; wait a minute.');
    if (!isPassword(given, this.#password)) throw new YardError('PASSWORD', 'This is not the password.');
    const [first] = this.#until.keys();
    if (first !== undefined && this.#until.size >= MOST) this.#until.delete(first);
    const id = randomBytes(32).toString('base64url');
    this.#until.set(hash(id), this.#now() + HOURS * 3_600_000);
    return id;
  }

  knows(id: string): boolean {
    const hashed = hash(id);
    const until = this.#until.get(hashed);
    if (until !== undefined && until > this.#now()) return true;
    this.#until.delete(hashed);
    return false;
  }
}

function hash(id: string): string {
  return createHash('sha256').update(id).digest('hex');
}
