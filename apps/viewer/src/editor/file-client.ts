import { routes, type EditFile, type EditorTypes, type FrozenTrainInfo, type TriedView } from '@trainyard/control';
import { AskError, askYard } from '../connection/ask-yard.ts';

export interface FileText {
  readonly text: string;
  /** Names this text: a save says which one it replaces. */
  readonly hash: string;
}

/** A save went through, or somebody else has saved since the file was read: then what is there now, undefined where it was taken away. */
export type Saved = { readonly hash: string } | { readonly theirs: FileText | undefined };

/** The files of the list over HTTP. What the yard refuses is thrown with its own sentence. */
export class FileClient {
  async list(): Promise<readonly EditFile[]> {
    return (await askYard(routes.files)).json() as Promise<EditFile[]>;
  }

  async read(path: string): Promise<FileText> {
    const response = await askYard(at(path));
    return { text: await response.text(), hash: response.headers.get('x-hash') ?? '' };
  }

  /** `hash`: of the text that it replaces; absent for a new file. */
  async write(path: string, text: string, hash?: string): Promise<Saved> {
    try {
      const response = await askYard(at(path), { method: 'PUT', body: text, headers: { 'content-type': 'text/plain; charset=utf-8', ...(hash !== undefined && { 'x-hash': hash }) } });
      return { hash: response.headers.get('x-hash') ?? '' };
    } catch (error) {
      if (error instanceof AskError && error.status === 409) return { theirs: await this.read(path).catch(() => undefined) };
      throw error;
    }
  }

  async types(): Promise<EditorTypes> {
    return (await askYard(routes.types)).json() as Promise<EditorTypes>;
  }

  /** The newest first. */
  async frozen(): Promise<readonly FrozenTrainInfo[]> {
    return (await askYard(routes.frozen)).json() as Promise<FrozenTrainInfo[]>;
  }

  /** Runs code on a frozen train: one view or all, with this text in place of the saved file. */
  async tryOn(what: { readonly name?: string | undefined; readonly view?: string | undefined; readonly file?: string; readonly text?: string }): Promise<readonly TriedView[]> {
    return (await askYard(`${routes.frozen}/try`, { method: 'POST', body: JSON.stringify(what), headers: { 'content-type': 'application/json' } })).json() as Promise<TriedView[]>;
  }
}

const at = (path: string): string => `${routes.files}/${path.split('/').map(encodeURIComponent).join('/')}`;
