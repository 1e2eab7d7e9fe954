import { expect, test } from 'vitest';
import { checkEndpoint } from './check-endpoint.ts';

const HOSTS = ['tcp://127.0.0.1:4545', 'tcp://localhost:1', 'tcp://[::1]:65535', 'tcp://exflong-12.desy.de:45454', 'ipc:///tmp/a b.sock', 'inproc://here'];
test.each(HOSTS)('%s', (endpoint) => {
  checkEndpoint(endpoint, 'connect');
  checkEndpoint(endpoint, 'listen');
});

test.each(['tcp://*:4545', 'tcp://127.0.0.1:0', 'tcp://0.0.0.0:*'])('%s is for listening only', (endpoint) => {
  checkEndpoint(endpoint, 'listen');
  expect(() => checkEndpoint(endpoint, 'connect')).toThrow(/tcp:\/\/host:port/);
});

test.each(['', 'nope', 'tcp://', 'tcp://127.0.0.1', 'tcp://127.0.0.1:', 'tcp://127.0.0.1:99999', 'tcp://:4545', 'tcp://a b:1', 'udp://1.2.3.4:5', 'http://127.0.0.1:80', 'tcp://127.0.0.1:4545/x', 'ipc://', 'tcp://::1:4545'])('"%s" is none', (endpoint) => {
  for (const to of ['connect', 'listen'] as const) expect(() => checkEndpoint(endpoint, to)).toThrow(expect.objectContaining({ code: 'BRIDGE_ENDPOINT' }));
});
