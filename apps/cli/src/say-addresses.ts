import { hostname, userInfo } from 'node:os';
import type { Access } from '@trainyard/runtime';
import { colour, say } from './output.ts';

const AT_HOME_PORT = 8080;

/** How others reach the page, on standard error: the whole address for control is said by the command itself. */
export function sayAddresses(access: Access, url: string, edit: boolean): void {
  const { port } = new URL(url);
  say(`To look only: http://${access.isOpen ? access.name : 'localhost'}:${port}/?token=${access.lookToken}`);
  const { people } = access;
  const risk = edit && people.includes('change') ? ' and, with --edit, run programs as you' : '';
  if (access.isOpen) say(colour('yellow', `Other machines reach this at http://${access.name}:${port}/: ${people}${risk}. What goes over the network is not encrypted, the password and the token included: put a proxy with TLS in front, or use ssh -L and no --host.`));
  else if (people !== '') say(`Without a token, ${people}${risk}.`);
  if (!access.isOpen) say(`From another machine: ssh -L ${AT_HOME_PORT}:127.0.0.1:${port} ${userName()}@${hostname()}, then http://localhost:${AT_HOME_PORT}/?token=${access.token}`);
}

/** Numbers have no name on some nodes. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'USER';
  }
}
