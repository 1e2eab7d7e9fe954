import { hostname, userInfo } from 'node:os';
import type { Access } from '@trainyard/runtime';
import { colour, say } from './output.ts';

const AT_HOME_PORT = 8080;

/** How others reach the page, on standard error: the whole address for control is said by the command itself. */
export function sayAddresses(access: Access, url: string, edit: boolean): void {
  const { port } = new URL(url);
  say(`To look only: http://${access.isOpen ? access.name : 'localhost'}:${port}/?token=${access.lookToken}`);
  if (access.isOpen) say(colour('yellow', openWarning(access, port, edit)));
  else say(`From another machine: ssh -L ${AT_HOME_PORT}:127.0.0.1:${port} ${userName()}@${hostname()}, then http://localhost:${AT_HOME_PORT}/?token=${access.token}`);
}

function openWarning(access: Access, port: string, edit: boolean): string {
  const how = access.hasLogin ? 'whoever knows the password' : 'whoever the proxy lets in';
  return `Other machines reach this at http://${access.name}:${port}/: ${how} can change it${edit ? ' and, with --edit, run programs as you' : ''}. What goes over the network is not encrypted, the password and the token included: put a proxy with TLS in front, or use ssh -L and no --host.`;
}

/** Numbers have no name on some nodes. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'USER';
  }
}
