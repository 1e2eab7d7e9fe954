import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { hostname } from 'node:os';
import { YardError } from '@trainyard/core';
import type { Role } from '@trainyard/control';
import { isEveryAddress, isLoopback, isOurHost, nameInHost } from './host-names.ts';
import { Logins } from './logins.ts';
import { isPassword, readPassword } from './password.ts';
import { isSameText } from './same-text.ts';
import { TokenBuckets } from './token-bucket.ts';

export interface AccessOptions {
  /** Tokens of the yard whose place it takes: open browsers have them. New ones otherwise. */
  readonly token?: string | undefined;
  readonly lookToken?: string | undefined;
  /** Address to listen at; loopback without it. */
  readonly host?: string | undefined;
  /** Addresses of pages that may use it besides its own, such as `https://hub.example`. */
  readonly allowOrigin?: readonly string[] | undefined;
  readonly passwordFile?: string | undefined;
  /** Header in which a proxy that knows its people says who it is. */
  readonly proxyHeader?: string | undefined;
}

/** Who asks, after access was granted. */
export interface Caller {
  readonly role: Role;
  /** As the proxy says, whatever the page says. */
  readonly who?: string;
}

const LOOPBACK = '127.0.0.1';
/** Requests that try to prove themselves by a password in a header. */
const PROOFS = { burst: 20, perSecond: 1 };

/** Who may come in: by a token, by a password, or by the word of a proxy. */
export class Access {
  readonly token: string;
  readonly lookToken: string;
  readonly host: string;
  readonly #origins: ReadonlySet<string>;
  readonly #hosts: ReadonlySet<string>;
  readonly #proxyHeader: string | undefined;
  readonly #password: string | undefined;
  readonly #logins: Logins | undefined;
  readonly #badProofs = new TokenBuckets(PROOFS);

  /** Throws `ACCESS` for options that would let everybody in, and `PASSWORD_FILE`. */
  constructor({ token, lookToken, host, allowOrigin = [], passwordFile, proxyHeader }: AccessOptions = {}) {
    this.token = token ?? randomBytes(16).toString('hex');
    this.lookToken = lookToken ?? randomBytes(16).toString('hex');
    this.host = host ?? LOOPBACK;
    const origins = allowOrigin.map(readOrigin);
    this.#origins = new Set(origins.map(({ origin }) => origin));
    this.#hosts = new Set(origins.map(({ hostname }) => hostname.replace(/^\[|\]$/g, '')));
    if (proxyHeader !== undefined && !/^[a-z\d-]{1,60}$/i.test(proxyHeader)) throw new YardError('ACCESS', `--proxy-header takes the name of a header, such as X-Remote-User, not "${proxyHeader}".`);
    this.#proxyHeader = proxyHeader?.toLowerCase();
    this.#password = passwordFile === undefined ? undefined : readPassword(passwordFile);
    // A proxy keeps the password to itself: nobody logs in with it.
    this.#logins = this.#password === undefined || proxyHeader !== undefined ? undefined : new Logins(this.#password);
    if (!isLoopback(this.host) && passwordFile === undefined && proxyHeader === undefined) {
      throw new YardError('ACCESS', `--host ${this.host} lets other machines in: say --password-file FILE, or --proxy-header NAME when a proxy in front asks people who they are. Without --host, ssh -L reaches it.`);
    }
  }

  /** Other machines reach it. */
  get isOpen(): boolean {
    return !isLoopback(this.host);
  }

  /** What other machines call it, when they reach it. */
  get name(): string {
    return isEveryAddress(this.host) ? hostname() : this.host.includes(':') ? `[${this.host}]` : this.host;
  }

  /** Whether people can log in by a password: the page is given to everybody, and asks for it. */
  get hasLogin(): boolean {
    return this.#logins !== undefined;
  }

  /** Where programs of this machine find it. */
  url(port: number): string {
    const host = isEveryAddress(this.host) ? (this.host === '::' ? '::1' : LOOPBACK) : this.host;
    return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  }

  /** Throws `HOST` and `ORIGIN`: the page that asks is another's, whatever token it has. */
  checkPage(request: IncomingMessage): void {
    const { host, origin } = request.headers;
    const name = nameInHost(host);
    if (name === undefined || !isOurHost(name, this.host, this.#hosts)) {
      throw new YardError('HOST', 'The address of the page names a host that is not known here: use localhost, or start yard with --allow-origin and the address.');
    }
    if (origin === undefined || this.#origins.has(origin)) return;
    if (!URL.canParse(origin) || new URL(origin).host !== host?.toLowerCase()) {
      throw new YardError('ORIGIN', `A page of ${/^[\w.:/[\]-]{1,100}$/.test(origin) ? origin : 'another site'} may not ask here: when it is yours, start yard with --allow-origin and its address.`);
    }
  }

  /** Undefined: nobody known. */
  caller(request: IncomingMessage, target: URL): Caller | undefined {
    const who = this.#named(request);
    const given = target.searchParams.get('token') ?? bearer(request) ?? '';
    const role = isSameText(given, this.token) ? 'control' : isSameText(given, this.lookToken) ? 'look' : undefined;
    if (role) return { role, ...(who !== undefined && { who }) };
    if (who !== undefined) return this.#isProven(request) ? { role: 'control', who } : undefined;
    const id = this.#logins && cookie(request, this.#cookieName);
    return id !== undefined && this.#logins!.knows(id) ? { role: 'control' } : undefined;
  }

  /** What somebody unknown is told. */
  get refusal(): YardError {
    if (this.#logins) return new YardError('LOGIN', 'The password is needed.');
    if (this.#proxyHeader !== undefined) return new YardError('PROXY', `The proxy in front has to say who it is in ${this.#proxyHeader}${this.#password === undefined ? '' : ', and the password as Authorization: Bearer'}.`);
    return new YardError('TOKEN', 'The token is missing or wrong.');
  }

  /** Gives back the cookie. Throws `PASSWORD`, `WAIT`, and `LOGIN` where there is no password. */
  logIn(password: unknown, request: IncomingMessage): string {
    if (!this.#logins) throw new YardError('LOGIN', 'There is no password here: open the whole address that yard printed.');
    const id = this.#logins.logIn(password, request.socket.remoteAddress ?? '');
    // Without a path it is for what lies beside the login, whatever prefix stands before.
    return `${this.#cookieName}=${id}; HttpOnly; SameSite=Strict${request.headers.origin?.startsWith('https:') === true ? '; Secure' : ''}`;
  }

  /** Cookies are those of a host, not of its port: two yards on a machine each have their own. */
  get #cookieName(): string {
    return `trainyard-${createHash('sha256').update(this.token).digest('hex').slice(0, 8)}`;
  }

  #named(request: IncomingMessage): string | undefined {
    if (this.#proxyHeader === undefined) return undefined;
    const [name, second] = request.headersDistinct[this.#proxyHeader] ?? [];
    return second === undefined ? nameOf(name) : undefined;
  }

  /** With a password, a proxy shows it: the header alone anybody on the way could write. */
  #isProven(request: IncomingMessage): boolean {
    if (this.#password === undefined) return true;
    const address = request.socket.remoteAddress ?? '';
    if (this.#badProofs.isSpent(address)) return false;
    if (isPassword(bearer(request), this.#password)) return true;
    this.#badProofs.take(address);
    return false;
  }
}

export function mayOnlyLook(): YardError {
  return new YardError('ROLE', 'Who came by the address for looking can change nothing; yard ps says the address for control.');
}

/** What somebody is called, on one short line. */
export function nameOf(who: unknown): string | undefined {
  return typeof who === 'string' && /^[\p{L}\p{N} ().,@_-]{1,60}$/u.test(who) ? who : undefined;
}

function bearer(request: IncomingMessage): string | undefined {
  return /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
}

function cookie(request: IncomingMessage, name: string): string | undefined {
  return request.headers.cookie?.split(/; */).find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1);
}

function readOrigin(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '') throw new YardError('ACCESS', `--allow-origin takes the address of a page, such as https://hub.example, not "${text}".`);
  return url;
}
