/** Jenkins' lookup3 checksum of newer structures of a file, over all bytes, from an initial value of zero. */
export function lookup3(bytes: Buffer): number {
  let a = (0xdeadbeef + bytes.length) | 0;
  let [b, c] = [a, a];
  let at = 0;
  for (; bytes.length - at > 12; at += 12) {
    a = (a + bytes.readInt32LE(at)) | 0;
    b = (b + bytes.readInt32LE(at + 4)) | 0;
    c = (c + bytes.readInt32LE(at + 8)) | 0;
    a = (a - c) ^ rotated(c, 4); c = (c + b) | 0;
    b = (b - a) ^ rotated(a, 6); a = (a + c) | 0;
    c = (c - b) ^ rotated(b, 8); b = (b + a) | 0;
    a = (a - c) ^ rotated(c, 16); c = (c + b) | 0;
    b = (b - a) ^ rotated(a, 19); a = (a + c) | 0;
    c = (c - b) ^ rotated(b, 4); b = (b + a) | 0;
  }
  if (at === bytes.length) return c >>> 0;
  const rest = Buffer.alloc(12);
  bytes.copy(rest, 0, at);
  a = (a + rest.readInt32LE(0)) | 0;
  b = (b + rest.readInt32LE(4)) | 0;
  c = (c + rest.readInt32LE(8)) | 0;
  c = (c ^ b) - rotated(b, 14);
  a = (a ^ c) - rotated(c, 11);
  b = (b ^ a) - rotated(a, 25);
  c = (c ^ b) - rotated(b, 16);
  a = (a ^ c) - rotated(c, 4);
  b = (b ^ a) - rotated(a, 14);
  c = (c ^ b) - rotated(b, 24);
  return c >>> 0;
}

function rotated(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
