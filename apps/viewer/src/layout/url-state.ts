import { LAYOUT_LIMITS, readLayout, type Layout } from '@trainyard/control';

/** Where one is in a layout: Back goes through these. */
export interface Stop {
  readonly tab: number;
  readonly large?: string | undefined;
  readonly page?: string | undefined;
}

/** What the page's address says after `#`: enough to show a colleague the same. */
export interface UrlState extends Stop {
  /** A layout that is kept on the server under this name. */
  readonly name?: string | undefined;
  /** The layout itself, where it is kept nowhere. Without both: the one that follows the code. */
  readonly layout?: Layout | undefined;
  /** The layout goes on fitting the window. */
  readonly fits?: boolean | undefined;
  /** The train at which the page stands still. */
  readonly train?: number | undefined;
}

/** `layout=night&tab=2&large=camera`; empty for the first tab of the layout that follows the code. */
export async function writeUrlState({ name, layout, fits, train, ...stop }: UrlState): Promise<string> {
  const parts: [string, string | undefined][] = [['layout', name], ['l', layout && toBase64Url(await deflate(JSON.stringify(layout)))], ['fits', fits && layout ? '1' : undefined], ['train', train === undefined ? undefined : String(train)]];
  return withStop(new URLSearchParams(parts.filter((part): part is [string, string] => part[1] !== undefined)).toString(), stop);
}

/** The same fragment at another place of the layout. */
export function withStop(fragment: string, { tab, large, page }: Stop): string {
  const parts = new URLSearchParams(fragment.replace(/^#/, ''));
  for (const [key, value] of [['tab', tab > 0 ? String(tab + 1) : undefined], ['large', large], ['page', page]] as const) {
    parts.delete(key);
    if (value !== undefined) parts.set(key, value);
  }
  return parts.toString();
}

/** Reads what `writeUrlState` wrote. Throws `RangeError` that begins with `LINK:` and says in a sentence what is wrong. */
export async function readUrlState(fragment: string): Promise<UrlState> {
  const wrong = (what: string, cause?: unknown): never => {
    throw new RangeError(`LINK: ${what}`, { cause });
  };
  const from = new URLSearchParams(fragment.replace(/^#/, ''));
  const whole = (key: string, most: number): number | undefined => {
    const text = from.get(key);
    if (text === null) return undefined;
    return /^\d{1,16}$/.test(text) && Number(text) <= most ? Number(text) : wrong(`${key} is no number up to ${most}.`);
  };
  const short = (key: string): string | undefined => {
    const text = from.get(key);
    return text === null || text === '' ? undefined : text.length <= LAYOUT_LIMITS.text ? text : wrong(`${key} is longer than ${LAYOUT_LIMITS.text} characters.`);
  };
  const tab = whole('tab', LAYOUT_LIMITS.tabs);
  const packed = from.get('l');
  let layout: Layout | undefined;
  if (packed !== null) {
    try {
      layout = readLayout(JSON.parse(await inflate(fromBase64Url(packed), LAYOUT_LIMITS.bytes)));
    } catch (error) {
      wrong(error instanceof RangeError ? error.message.replace(/^\w+: /, 'its layout cannot be read: ') : 'its layout is cut short or damaged.', error);
    }
  }
  return clean({ name: short('layout'), layout, fits: layout && from.get('fits') === '1' ? true : undefined, tab: Math.max(0, (tab ?? 1) - 1), large: short('large'), page: short('page'), train: whole('train', Number.MAX_SAFE_INTEGER) });
}

function clean(state: UrlState): UrlState {
  return Object.fromEntries(Object.entries(state).filter(([, value]) => value !== undefined)) as unknown as UrlState;
}

async function deflate(text: string): Promise<Uint8Array> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Stops as soon as there is more than `most`, however much would follow. */
async function inflate(bytes: Uint8Array<ArrayBuffer>, most: number): Promise<string> {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.byteLength;
    if (size > most) {
      void reader.cancel();
      throw new RangeError(`LINK: it has more than ${most} bytes.`);
    }
    text += decoder.decode(value, { stream: true });
  }
}

function toBase64Url(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
}
