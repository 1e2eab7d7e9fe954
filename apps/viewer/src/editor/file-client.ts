import { routes, type EditFile, type EditorTypes, type TriedView } from '@trainyard/control';
import { endpointUrl } from '../connection/socket-url.ts';

export interface FileText {
  readonly text: string;
  /** Names this text: a save says which one it replaces. */
  readonly hash: string;
}

/** A save went through, or somebody else has saved since the file was read: then what is there now, undefined where it was taken away. */
export type Saved = { readonly hash: string } | { readonly theirs: FileText | undefined };

/** The files of the list over HTTP. What the yard refuses is thrown with its own sentence. */
export class FileClient {
  readonly #page: { readonly href: string };

  constructor(page: { readonly href: string }) {
    this.#page = page;
  }

  async list(): Promise<readonly EditFile[]> {
    return (await this.#ask(routes.files)).json() as Promise<EditFile[]>;
  }

  async read(path: string): Promise<FileText> {
    const response = await this.#ask(at(path));
    return { text: await response.text(), hash: response.headers.get('x-hash') ?? '' };
  }

  /** `hash`: of the text that it replaces; absent for a new file. */
  async write(path: string, text: string, hash?: string): Promise<Saved> {
    const response = await this.#send(at(path), { method: 'PUT', body: text, headers: { 'content-type': 'text/plain; charset=utf-8', ...(hash !== undefined && { 'x-hash': hash }) } });
    if (response.status === 409) return { theirs: await this.read(path).catch(() => undefined) };
    await told(response);
    return { hash: response.headers.get('x-hash') ?? '' };
  }

  async types(): Promise<EditorTypes> {
    return (await this.#ask(routes.types)).json() as Promise<EditorTypes>;
  }

  /** Runs code on the frozen train: one view or all, with this text in place of the saved file. */
  async tryOn(what: { readonly view?: string; readonly file?: string; readonly text?: string }): Promise<readonly TriedView[]> {
    const response = await this.#send(`${routes.frozen}/try`, { method: 'POST', body: JSON.stringify(what), headers: { 'content-type': 'application/json' } });
    await told(response);
    return response.json() as Promise<TriedView[]>;
  }

  async #ask(route: string): Promise<Response> {
    const response = await this.#send(route, {});
    await told(response);
    return response;
  }

  async #send(route: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(endpointUrl(route, this.#page), init);
    } catch (error) {
      throw new Error('The yard does not answer: nothing was read or saved. It is tried again when you do.', { cause: error });
    }
  }
}

const at = (path: string): string => `${routes.files}/${path.split('/').map(encodeURIComponent).join('/')}`;

async function told(response: Response): Promise<void> {
  if (response.ok) return;
  const said = (await response.json().catch(() => ({}))) as { message?: string };
  throw new Error(said.message ?? `The yard answered ${response.status} ${response.statusText}.`);
}
