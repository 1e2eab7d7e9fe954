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
  /** Whose password lets people look. */
  readonly lookPasswordFile?: string | undefined;
  /** Header in which a proxy that knows its people says who it is. */
  readonly proxyHeader?: string | undefined;
  /** With a proxy: these may control, others look. Without it all control. */
  readonly controlUsers?: readonly string[] | undefined;
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
  readonly #controlUsers: ReadonlySet<string> | undefined;
  readonly #password: string | undefined;
  readonly #logins: Logins | undefined;
  readonly #badProofs = new TokenBuckets(PROOFS);

  /** Throws `ACCESS` for options that would let everybody in, and `PASSWORD_FILE`. */
  constructor({ token, lookToken, host, allowOrigin = [], passwordFile, lookPasswordFile, proxyHeader, controlUsers }: AccessOptions = {}) {
    this.token = token ?? randomBytes(16).toString('hex');
    this.lookToken = lookToken ?? randomBytes(16).toString('hex');
    this.host = host ?? LOOPBACK;
    const origins = allowOrigin.map(readOrigin);
    this.#origins = new Set(origins.map(({ origin }) => origin));
    this.#hosts = new Set(origins.map(({ hostname }) => hostname.replace(/^\[|\]$/g, '')));
    if (proxyHeader !== undefined && !/^[a-z\d-]{1,60}$/i.test(proxyHeader)) throw new YardError('ACCESS', `--proxy-header takes the name of a header, such as X-Remote-User, not "${proxyHeader}".`);
    this.#proxyHeader = proxyHeader?.toLowerCase();
    if (proxyHeader !== undefined && lookPasswordFile !== undefined) throw new YardError('ACCESS', '--look-password-file is for people who log in here; with --proxy-header say --control-users NAMES, and the others look.');
    if (proxyHeader === undefined && controlUsers !== undefined) throw new YardError('ACCESS', '--control-users names people whom a proxy in front knows: say --proxy-header NAME as well.');
    for (const name of controlUsers ?? []) if (nameOf(name) === undefined) throw new YardError('ACCESS', `--control-users takes names with commas between them, such as anna,ben; "${name.slice(0, 60)}" is none.`);
    this.#controlUsers = controlUsers && new Set(controlUsers);
    this.#password = passwordFile === undefined ? undefined : readPassword(passwordFile, '--password-file');
    const look = lookPasswordFile === undefined ? undefined : readPassword(lookPasswordFile, '--look-password-file');
    if (look !== undefined && look === this.#password) throw new YardError('ACCESS', '--password-file and --look-password-file hold the same password: who looks could control.');
    // A proxy keeps the password to itself: nobody logs in with it.
    this.#logins = (this.#password ?? look) === undefined || proxyHeader !== undefined ? undefined : new Logins({ control: this.#password, look });
    if (!isLoopback(this.host) && !this.#logins && proxyHeader === undefined) {
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

  /** What people without a token may do, as the start says it; empty where nobody else comes in. */
  get people(): string {
    const users = this.#controlUsers && [...this.#controlUsers].join(', ');
    if (this.#proxyHeader !== undefined) return users === undefined ? 'whoever the proxy lets in can change it (--control-users says who may; the others then look)' : `whoever the proxy lets in can look, and ${users} can change it`;
    if (!this.#logins) return '';
    return `whoever knows the password can ${this.#password === undefined ? 'look' : 'change it'}`;
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
    const given = tokenIn(request, target);
    const role = isSameText(given, this.token) ? 'control' : isSameText(given, this.lookToken) ? 'look' : this.#logins?.roleOf(given);
    if (role) return { role, ...(who !== undefined && { who }) };
    if (who === undefined || !this.#isProven(request)) return undefined;
    return { role: this.#controlUsers?.has(who) === false ? 'look' : 'control', who };
  }

  /** Whose requests are counted together: of nobody known those of an address, so that strangers on the same machine spend none of who is known. */
  countedAs(request: IncomingMessage, target: URL, caller: Caller | undefined): string {
    const address = request.socket.remoteAddress ?? '';
    return caller ? `${address} ${caller.who ?? createHash('sha256').update(tokenIn(request, target)).digest('hex')}` : address;
  }

  /** What somebody unknown is told. */
  get refusal(): YardError {
    if (this.#logins) return new YardError('LOGIN', 'The password is needed.');
    if (this.#proxyHeader !== undefined) return new YardError('PROXY', `The proxy in front has to say who it is in ${this.#proxyHeader}${this.#password === undefined ? '' : ', and the password as Authorization: Bearer'}.`);
    return new YardError('TOKEN', 'The token is missing or wrong.');
  }

  /** Gives back what counts as a token from then on, as long as the login lasts. Throws `PASSWORD`, `WAIT`, and `LOGIN` where there is no password. */
  logIn(password: unknown, address: string): string {
    if (!this.#logins) throw new YardError('LOGIN', 'There is no password here: open the whole address that yard printed.');
    return this.#logins.logIn(password, address);
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

/** The same in a header, where letters beyond ASCII, and any others, may be percent-encoded. */
export function nameInHeader(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : nameOf(decodeURIComponent(text));
  } catch {
    return undefined;
  }
}

function tokenIn(request: IncomingMessage, target: URL): string {
  return target.searchParams.get('token') ?? bearer(request) ?? '';
}

function bearer(request: IncomingMessage): string | undefined {
  return /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
}

function readOrigin(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '') throw new YardError('ACCESS', `--allow-origin takes the address of a page, such as https://hub.example, not "${text}".`);
  return url;
}
