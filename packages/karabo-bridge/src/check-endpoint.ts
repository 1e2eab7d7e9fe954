import { BridgeError, quote } from './bridge-error.ts';

/**
 * Holds an address against what ZeroMQ takes: `tcp://host:port` or `ipc://path`; to listen, host and port may be `*`.
 * ZeroMQ itself takes port 99999 for 34463, and says "Invalid argument" to the rest.
 *
 * @throws {BridgeError} BRIDGE_ENDPOINT
 */
export function checkEndpoint(endpoint: string, to: 'connect' | 'listen'): void {
  const [, host, port] = /^tcp:\/\/(\[[^\]\s]+\]|[^\s:/[\]]+):(\d+|\*)$/.exec(endpoint) ?? [];
  const free = to === 'listen';
  const isTcp = host !== undefined && port !== undefined && (free || host !== '*') && (port === '*' ? free : Number(port) <= 65_535 && (free || Number(port) > 0));
  if (isTcp || /^(ipc|inproc):\/\/.+/.test(endpoint)) return;
  throw new BridgeError('BRIDGE_ENDPOINT', `Cannot ${free ? 'listen at' : 'connect to'} ${quote(endpoint)}: it must look like tcp://host:port, with a port up to 65535, or ipc://path`);
}
