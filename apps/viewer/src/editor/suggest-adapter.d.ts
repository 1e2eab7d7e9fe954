declare module 'monaco-editor/languages/features/typescript/languageFeatures.js' {
  import type { CancellationToken, editor, languages, Position, Uri } from 'monaco-editor/editor/editor.api.js';

  /** TypeScript's own completion, which the editor registers by itself unless it is told not to. */
  export class SuggestAdapter {
    constructor(worker: (...uris: Uri[]) => Promise<unknown>);
    readonly triggerCharacters: string[];
    provideCompletionItems(model: editor.ITextModel, position: Position, context: languages.CompletionContext, token: CancellationToken): Promise<languages.CompletionList | undefined>;
    resolveCompletionItem(item: languages.CompletionItem, token: CancellationToken): Promise<languages.CompletionItem>;
  }
}
