import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Role } from '@trainyard/control';

/** Who asks, after access was granted. */
export interface Caller {
  readonly role: Role;
}

/** Who may come in: by a token in the address or in a header. */
export class Access {
  readonly token: string;
  readonly lookToken: string;

  constructor({ token, lookToken }: { readonly token?: string | undefined; readonly lookToken?: string | undefined }) {
    this.token = token ?? randomBytes(16).toString('hex');
    this.lookToken = lookToken ?? randomBytes(16).toString('hex');
  }

  caller(request: IncomingMessage, target: URL): Caller | undefined {
    const given = target.searchParams.get('token') ?? request.headers.authorization?.replace(/^Bearer /, '') ?? '';
    if (isSame(given, this.token)) return { role: 'control' };
    return isSame(given, this.lookToken) ? { role: 'look' } : undefined;
  }
}

function isSame(given: string, wanted: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)];
  return one.length === other.length && timingSafeEqual(one, other);
}
