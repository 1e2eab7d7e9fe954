import { YardError } from '@trainyard/core';

const SIGNATURE = Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const END = Buffer.of(0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82);
const MOST_PIXELS = 20_000;

/** The bytes of a PNG in base64 (or a data URL of it): from signature and header to the end mark. Throws `PICTURE`. */
export function readPng(base64: string, mostBytes: number): Uint8Array {
  const wrong = (what: string): never => {
    throw new YardError('PICTURE', `The picture ${what}.`);
  };
  const text = base64.replace(/^data:image\/png;base64,/, '');
  if (!/^[A-Za-z\d+/]*={0,2}$/.test(text)) return wrong('is no base64');
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length > mostBytes) return wrong(`has more than ${mostBytes} bytes`);
  const begins = bytes.length > 45 && bytes.subarray(0, 8).equals(SIGNATURE) && bytes.readUInt32BE(8) === 13 && bytes.subarray(12, 16).toString('latin1') === 'IHDR';
  if (!begins || !bytes.subarray(-12).equals(END)) return wrong('is no PNG');
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  if (width === 0 || height === 0 || width > MOST_PIXELS || height > MOST_PIXELS) return wrong(`is ${width} by ${height} pixels`);
  return bytes;
}
