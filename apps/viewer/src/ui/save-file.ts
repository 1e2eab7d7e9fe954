/** Gives the browser a file to save. */
export function saveFile(name: string, content: Blob | string, type = 'text/plain'): void {
  const url = URL.createObjectURL(typeof content === 'string' ? new Blob([content], { type }) : content);
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** A name that every file system takes: `TimingTool-edge-2123456000.png`. */
export function fileName(title: string, train: number | undefined, end: string): string {
  const plain = title.normalize('NFKD').replace(/[^\w.-]+/g, '-').replace(/^[-.]+|[-.]+$/g, '').slice(0, 80) || 'panel';
  return `${plain}${train === undefined ? '' : `-${train}`}.${end}`;
}

/** The name that the yard gave a file; undefined where it gave none. */
export function servedName(response: { readonly headers: Headers }): string | undefined {
  return /filename="([^"\\/]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1];
}
