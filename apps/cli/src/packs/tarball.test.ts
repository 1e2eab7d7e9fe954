import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { temporary } from '../run-yard.test.support.ts';
import { readTarball } from './tarball.ts';

const place = temporary();
afterAll(place.remove);

/** One entry of a tarball, written by hand so that it may lie. */
function entry(name: string, content: string, { type = '0', size = content.length, prefix = '' } = {}): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write(type, 156);
  header.write('ustar\x0000', 257);
  header.write(prefix, 345);
  header.fill(' ', 148, 156);
  header.write(`${header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, 148);
  const body = Buffer.alloc(Math.ceil(content.length / 512) * 512);
  body.write(content);
  return Buffer.concat([header, body]);
}

function tarball(...entries: Buffer[]): string {
  const path = place.at(`${Math.random()}.tgz`);
  writeFileSync(path, gzipSync(Buffer.concat([...entries, Buffer.alloc(1024)])));
  return path;
}

test('files come without the leading folder, with long names too', () => {
  const long = `package/${'a/'.repeat(60)}b.js`;
  const record = `path=${long}\n`;
  const pax = `${record.length + 4} ${record}`;
  const files = readTarball(tarball(entry('package/package.json', '{}'), entry('x', pax, { type: 'x' }), entry('short', 'long'), entry('c.js', 'prefixed', { prefix: 'package/dist' })));
  expect(files.map(({ path, data }) => [path, data.toString()])).toEqual([['package.json', '{}'], [long.slice(8), 'long'], ['dist/c.js', 'prefixed']]);
});

test.each([
  ['a path that leads outside', entry('package/../../evil', 'x'), 'PACK_UNSAFE'],
  ['an absolute path', entry('/etc/evil', 'x'), 'PACK_UNSAFE'],
  ['a path that leads outside in an extended header', Buffer.concat([entry('x', '22 path=package/../../e\n'.replace('22', '24'), { type: 'x' }), entry('a', 'x')]), 'PACK_UNSAFE'],
  ['a symbolic link', entry('package/link', '', { type: '2' }), 'PACK_UNSAFE'],
  ['a hard link', entry('package/link', '', { type: '1' }), 'PACK_UNSAFE'],
  ['a device', entry('package/null', '', { type: '3' }), 'PACK_UNSAFE'],
  ['a file that is longer than the tarball', entry('package/a', 'x', { size: 1e9 }), 'PACK_TARBALL'],
  ['a damaged header', Buffer.alloc(512, 7), 'PACK_TARBALL'],
])('%s is refused', (_, bytes, code) => {
  expect(() => readTarball(tarball(bytes))).toThrow(expect.objectContaining({ code }) as Error);
});

test('what is no tarball, or is cut short, is refused', () => {
  writeFileSync(place.at('text.tgz'), 'hello');
  expect(() => readTarball(place.at('text.tgz'))).toThrow(/not a complete tarball/);
  const whole = gzipSync(entry('package/package.json', '{}'));
  writeFileSync(place.at('cut.tgz'), whole.subarray(0, whole.length - 12));
  expect(() => readTarball(place.at('cut.tgz'))).toThrow(/not a complete tarball/);
});
