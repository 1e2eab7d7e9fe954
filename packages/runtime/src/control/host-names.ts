import { isIP } from 'node:net';
import { hostname } from 'node:os';

/** `127.0.0.1`, `::1` and `localhost`: only this machine reaches them. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** The name in a Host header, without its port and brackets; undefined for what is none. */
export function nameInHost(header: string | undefined): string | undefined {
  const [, bracketed, plain] = /^(?:\[([\da-f:.]{2,45})\]|([a-z\d._-]{1,253}))(?::\d{1,5})?$/i.exec(header ?? '') ?? [];
  return (bracketed ?? plain)?.toLowerCase();
}

/** `0.0.0.0` and `::` stand for all addresses of the machine. */
export function isEveryAddress(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/**
 * Whether a page that the browser took for this host may be ours. A page of somebody else's name whose address was turned to ours (DNS rebinding) has that
 * name here; a number cannot be turned.
 */
export function isOurHost(name: string, host: string, allowed: ReadonlySet<string>): boolean {
  if (isLoopback(name) || allowed.has(name)) return true;
  if (isLoopback(host)) return false;
  return name === host || isIP(name) !== 0 || (isEveryAddress(host) && [hostname(), hostname().split('.')[0]].some((own) => own?.toLowerCase() === name));
}
