import type { ControlVerb, EditFile, EditorTypes, FrozenTrainInfo, TriedView } from '@trainyard/control';
import type { YardStore } from '../data/yard-store.ts';
import { FileClient, type FileText } from './file-client.ts';
import { insertSnippet } from './insert-snippet.ts';
import { listFile } from './list-file.ts';
import { monaco, setTypes } from './monaco.ts';
import type { CodePlace } from './open-at.ts';
import { problemsOf, problemsOfTry, type Problem } from './problems.ts';
import { saveOutcome, type Save, type SaveOutcome } from './save-outcome.ts';

export interface EditorShown {
  readonly files: readonly EditFile[];
  /** Path of the file in the editor. */
  readonly open: string | undefined;
  readonly dirty: ReadonlySet<string>;
  /** What became of the last save, or of a file that could not be read. */
  readonly said: { readonly tone: SaveOutcome['is'] | 'error'; readonly text: string } | undefined;
  /** Somebody else saved this file meanwhile. */
  readonly conflict: { readonly path: string; readonly theirs: FileText } | undefined;
  readonly snippets: EditorTypes['snippets'];
  readonly problems: readonly Problem[];
  /** Trains that code can be tried on, the newest first. */
  readonly frozen: readonly FrozenTrainInfo[];
  readonly tried: readonly TriedView[] | undefined;
  /** A place to be shown; a new object each time. */
  readonly place: CodePlace | undefined;
}

type Model = monaco.editor.ITextModel;

/** TypeScript checks what runs, and offers what else is there; a folder may have hundreds of files, of which the rest is read when it is opened. */
const MOST_READ = 60;

/** The files of the list as this page has them: one for the life of the page, so that what is not saved outlives a change of pages. */
export class EditorSession {
  readonly client = new FileClient();
  readonly #store: YardStore;
  readonly #listeners = new Set<() => void>();
  readonly #models = new Map<string, { readonly model: Model; hash: string | undefined; saved: number }>();
  #shown: EditorShown = { files: [], open: undefined, dirty: new Set(), said: undefined, conflict: undefined, snippets: [], problems: [], frozen: [], tried: undefined, place: undefined };
  #save: Save | undefined;
  #filesSeen = '';
  #sourcesSeen = '';
  #typesTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(store: YardStore) {
    this.#store = store;
    store.subscribe(() => this.#follow());
    addEventListener('beforeunload', (event) => this.#shown.dirty.size > 0 && event.preventDefault());
    this.#follow();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly shown = (): EditorShown => this.#shown;

  model(path: string): Model | undefined {
    return this.#models.get(path)?.model;
  }

  /** The list's path of a model; undefined for declarations that only TypeScript has. */
  pathOf(model: Model): string | undefined {
    return [...this.#models].find(([, one]) => one.model === model)?.[0];
  }

  open(place: CodePlace): void {
    const path = listFile(this.#shown.files.map(({ path }) => path), place.file);
    if (path === undefined) return this.#update({ said: { tone: 'error', text: `${place.file} is not in the folder of the list: it cannot be opened here.` } });
    void this.#trying(async () => {
      if (!this.#models.has(path)) await this.#read(path);
      this.#update({ open: path, place: { ...place, file: path }, ...(this.#shown.said?.tone === 'error' && { said: undefined }) });
    });
  }

  /** A file that is there when it is saved the first time. */
  create(path: string): void {
    if (this.#shown.files.some((file) => file.path === path)) return this.open({ file: path });
    this.#take(path, { text: path.endsWith('.ts') ? "import { view } from '@trainyard/core';\n" : '', hash: undefined });
    this.#mark(path, true);
    this.#update({ files: sorted([...this.#shown.files, { path, bytes: 0, used: false }]), open: path, place: { file: path } });
  }

  /** Saves, which loads it. `over`: in place of what somebody else has saved. */
  async save(path = this.#shown.open, over?: FileText): Promise<void> {
    const file = path === undefined ? undefined : this.#models.get(path);
    if (path === undefined || !file) return;
    const { model } = file;
    const { generation } = this.#store.snapshot().state!;
    const version = model.getAlternativeVersionId();
    await this.#trying(async () => {
      const saved = await this.client.write(path, model.getValue(), over ? over.hash : file.hash);
      if ('theirs' in saved) {
        if (saved.theirs) return this.#update({ conflict: { path, theirs: saved.theirs } });
        file.hash = undefined;
        throw new Error(`${path} was taken away meanwhile, and is not saved. Save once more to make it anew.`);
      }
      Object.assign(file, { hash: saved.hash, saved: version });
      this.#mark(path, model.getAlternativeVersionId() !== version);
      this.#save = { path, used: this.#shown.files.find((one) => one.path === path)?.used ?? false, generation: generation.number, failures: generation.failures, at: performance.now() };
      this.#update({ conflict: undefined });
      this.#follow();
    });
  }

  /** What somebody else has saved comes in place of what is here; undo brings it back. */
  takeTheirs(): void {
    const { conflict } = this.#shown;
    if (!conflict) return;
    this.#take(conflict.path, conflict.theirs);
    this.#update({ conflict: undefined });
  }

  leaveConflict(): void {
    this.#update({ conflict: undefined });
  }

  insert(snippet: string, chosen: ReadonlyMap<string, string>, editor: monaco.editor.ICodeEditor): void {
    const model = editor.getModel();
    if (!model) return;
    const edits = insertSnippet(model.getValue(), model.getOffsetAt(editor.getPosition() ?? { lineNumber: 1, column: 1 }), snippet, chosen);
    editor.pushUndoStop();
    editor.executeEdits('snippet', edits.map(({ from, to, text }) => ({ range: monaco.Range.fromPositions(model.getPositionAt(from), model.getPositionAt(to)), text, forceMoveMarkers: true })));
    editor.pushUndoStop();
    editor.focus();
  }

  /** Others freeze trains, too: asked for whenever somebody is about to choose one. */
  async listFrozen(): Promise<void> {
    await this.#trying(async () => this.#update({ frozen: await this.client.frozen() }));
  }

  /** Runs the open file as it is here, saved or not, on a frozen train: the newest, and the view it was frozen for, unless they are named. */
  async tryOpen({ name, view }: { readonly name?: string | undefined; readonly view?: string | undefined } = {}): Promise<void> {
    const file = this.#shown.open;
    const text = file === undefined ? undefined : this.model(file)?.getValue();
    if (file === undefined || text === undefined) return;
    await this.#trying(async () => {
      const tried = await this.client.tryOn({ name, view, file, text });
      this.#update({ tried, problems: this.#problems(tried) });
    });
  }

  /** Asks the yard for something, and says what it answers. */
  async ask(verb: ControlVerb): Promise<boolean> {
    const { ok, message } = await this.#store.request(verb);
    this.#update({ said: { tone: ok ? 'loaded' : 'error', text: message ?? 'Done.' } });
    if (ok && verb.verb === 'freeze') await this.listFrozen();
    return ok;
  }

  async #trying(what: () => Promise<void>): Promise<void> {
    try {
      await what();
    } catch (error) {
      this.#update({ said: { tone: 'error', text: (error as Error).message } });
    }
  }

  /** The yard said something: other files, other sources, another generation. */
  #follow(): void {
    const { state, tree, changed, hello } = this.#store.snapshot();
    if (!state || !hello?.edit) return;
    // Other programs save, too: then the code is loaded again, or refused.
    const files = [changed['files'], state.generation.number, state.generation.failures].join();
    if (files !== this.#filesSeen) {
      this.#filesSeen = files;
      void this.#trying(() => this.#refresh());
    }
    const sources = (tree?.sources ?? []).flatMap(({ keys }) => keys.map(({ path, dtype, shape }) => `${path} ${dtype} ${shape.length}`)).join('\n');
    if (this.#sourcesSeen === '' || sources !== this.#sourcesSeen) {
      // At once the first time; slow sources come one by one.
      clearTimeout(this.#typesTimer);
      this.#typesTimer = setTimeout(() => void this.#trying(() => this.#getTypes()), this.#sourcesSeen === '' ? 0 : 2000);
      this.#sourcesSeen = sources || ' ';
    }
    const problems = this.#problems(this.#shown.tried);
    const said = this.#save ? saveOutcome(this.#save, state.generation, performance.now()) : undefined;
    if (said && said.is !== 'waiting') this.#save = undefined;
    const news = {
      ...(JSON.stringify(problems) !== JSON.stringify(this.#shown.problems) && { problems }),
      ...(said && said.text !== this.#shown.said?.text && { said: { tone: said.is, text: said.text } }),
      // What was tried is of the code before.
      ...(said?.is === 'loaded' && { tried: undefined }),
    };
    if (Object.keys(news).length) this.#update(news);
  }

  #problems(tried: readonly TriedView[] | undefined): readonly Problem[] {
    const { state } = this.#store.snapshot();
    return [...(state ? problemsOf(state) : []), ...problemsOfTry(tried ?? [])];
  }

  async #getTypes(): Promise<void> {
    const types = await this.client.types();
    setTypes(types);
    this.#update({ snippets: types.snippets });
  }

  /** Reads what is new or was changed by others; what is edited here stays, and its save will ask. */
  async #refresh(): Promise<void> {
    const files = await this.client.list();
    const readable = files.filter(({ tooLarge }) => !tooLarge);
    const scripts = readable.filter(({ path, used }) => !used && /\.m?tsx?$/.test(path)).map(({ path }) => path);
    const read = new Set([...readable.filter(({ used }) => used).map(({ path }) => path), ...[...this.#models.keys()].filter((path) => readable.some((file) => file.path === path)), ...scripts.slice(0, MOST_READ)]);
    await Promise.all([...read].filter((path) => !this.#shown.dirty.has(path)).map((path) => this.#read(path)));
    const { dirty, open } = this.#shown;
    for (const [path, { model }] of this.#models) {
      if (read.has(path) || dirty.has(path)) continue;
      model.dispose();
      this.#models.delete(path);
    }
    const unsaved = [...dirty].filter((path) => !files.some((file) => file.path === path)).map((path): EditFile => ({ path, bytes: 0, used: false }));
    this.#update({ files: sorted([...files, ...unsaved]), open: open !== undefined && this.#models.has(open) ? open : (readable.find(({ used }) => used) ?? readable[0])?.path });
  }

  /** What was typed while the file was on its way stays, saved meanwhile or not. */
  async #read(path: string): Promise<void> {
    const version = this.model(path)?.getVersionId();
    const text = await this.client.read(path);
    if (this.model(path)?.getVersionId() === version) this.#take(path, text);
  }

  #take(path: string, { text, hash }: { readonly text: string; readonly hash: string | undefined }): void {
    const known = this.#models.get(path);
    if (known) {
      if (known.hash === hash && !this.#shown.dirty.has(path)) return;
      if (known.model.getValue() !== text) known.model.pushEditOperations([], [{ range: known.model.getFullModelRange(), text }], () => null);
      Object.assign(known, { hash, saved: known.model.getAlternativeVersionId() });
      this.#mark(path, false);
      return;
    }
    const model = monaco.editor.createModel(text, undefined, monaco.Uri.from({ scheme: 'file', path: `/${path}` }));
    const file = { model, hash, saved: model.getAlternativeVersionId() };
    this.#models.set(path, file);
    model.onDidChangeContent(() => this.#mark(path, file.hash === undefined || model.getAlternativeVersionId() !== file.saved));
  }

  #mark(path: string, isDirty: boolean): void {
    if (this.#shown.dirty.has(path) === isDirty) return;
    const dirty = new Set(this.#shown.dirty);
    if (isDirty) dirty.add(path);
    else dirty.delete(path);
    this.#update({ dirty });
  }

  #update(part: Partial<EditorShown>): void {
    this.#shown = { ...this.#shown, ...part };
    for (const listener of this.#listeners) listener();
  }
}

const sorted = (files: readonly EditFile[]): readonly EditFile[] => files.toSorted((a, b) => (a.path < b.path ? -1 : 1));

const sessions = new WeakMap<YardStore, EditorSession>();

export function sessionOf(store: YardStore): EditorSession {
  let session = sessions.get(store);
  if (!session) sessions.set(store, (session = new EditorSession(store)));
  return session;
}
