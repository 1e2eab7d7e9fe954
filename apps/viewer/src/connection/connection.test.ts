import { expect, it } from 'vitest';
import { decodeHalf } from './float16.ts';
import { linkTo } from './page-token.ts';
import { endpointUrl } from './socket-url.ts';

it('endpointUrl stays below the page, whatever stands before it, and passes the token on', () => {
  expect(endpointUrl('/api/socket', { href: 'http://127.0.0.1:8080/?token=abc' }, true)).toBe('ws://127.0.0.1:8080/api/socket?token=abc');
  expect(endpointUrl('/api/tree', { href: 'https://hub.example/user/me/proxy/4000/?token=abc' })).toBe('https://hub.example/user/me/proxy/4000/api/tree?token=abc');
  expect(endpointUrl('/api/socket', { href: 'https://hub.example/p/index.html' }, true)).toBe('wss://hub.example/p/api/socket');
});

it('linkTo gives the address with one token, another, or none', () => {
  expect(linkTo({ href: 'http://127.0.0.1:8080/p/?token=mine#tab=2' }, 'look', 'tab=1&large=a%20b')).toBe('http://127.0.0.1:8080/p/?token=look#tab=1&large=a%20b');
  for (const none of [null, 'login-mine']) expect(linkTo({ href: 'https://hub.example/p/?token=mine' }, none, '')).toBe('https://hub.example/p/');
});

it('decodeHalf reads IEEE 754 binary16', () => {
  expect([0x0000, 0x3c00, 0xc000, 0x7bff, 0x0001, 0x7c00].map(decodeHalf)).toEqual([0, 1, -2, 65_504, 2 ** -24, Infinity]);
  expect(decodeHalf(0x7e00)).toBeNaN();
});
