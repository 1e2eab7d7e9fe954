import { createHash, randomBytes } from 'node:crypto';
import { LOGIN_PREFIX, type Role } from '@trainyard/control';
import { YardError } from '@trainyard/core';
import { isPassword } from './password.ts';
import { TokenBucket, TokenBuckets } from './token-bucket.ts';

const HOURS = 12;
const MOST = 1000;
/** Guesses of one address, and of all together. */
const OF_ONE = { burst: 6, perSecond: 1 / 10 };
const OF_ALL = { burst: 60, perSecond: 1 };

interface Login {
  readonly role: Role;
  /** When it ends. */
  readonly until: number;
}

/** Who has said a password: a random id each, which is a token for twelve hours. */
export class Logins {
  readonly #passwords: Readonly<Record<Role, string | undefined>>;
  readonly #now: () => number;
  /** What the id hashes to -> the login. */
  readonly #logins = new Map<string, Login>();
  readonly #ofOne: TokenBuckets;
  readonly #ofAll: TokenBucket;

  constructor(passwords: Readonly<Record<Role, string | undefined>>, now: () => number = Date.now) {
    this.#passwords = passwords;
    this.#now = now;
    this.#ofOne = new TokenBuckets(OF_ONE, now);
    this.#ofAll = new TokenBucket(OF_ALL, now);
  }

  /** Gives back the id. Throws `PASSWORD`, and `WAIT` after too many guesses, whatever was guessed. */
  logIn(given: unknown, address: string): string {
    if (!this.#ofOne.take(address) || !this.#ofAll.take()) throw new YardError('WAIT', 'Too many passwords were tried; wait a minute.');
    const role = (['control', 'look'] as const).find((one) => this.#passwords[one] !== undefined && isPassword(given, this.#passwords[one]));
    if (!role) throw new YardError('PASSWORD', 'This is not the password.');
    const [first] = this.#logins.keys();
    if (first !== undefined && this.#logins.size >= MOST) this.#logins.delete(first);
    const id = `${LOGIN_PREFIX}${randomBytes(32).toString('base64url')}`;
    this.#logins.set(hash(id), { role, until: this.#now() + HOURS * 3_600_000 });
    return id;
  }

  /** Undefined: no login, or one that has ended. */
  roleOf(id: string): Role | undefined {
    if (!id.startsWith(LOGIN_PREFIX)) return undefined;
    const hashed = hash(id);
    const login = this.#logins.get(hashed);
    if (login && login.until > this.#now()) return login.role;
    this.#logins.delete(hashed);
    return undefined;
  }
}

function hash(id: string): string {
  return createHash('sha256').update(id).digest('hex');
}
