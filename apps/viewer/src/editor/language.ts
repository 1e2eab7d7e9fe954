import { getTypeScriptWorker } from 'monaco-editor/languages/features/typescript/register.js';
import { SuggestAdapter } from 'monaco-editor/languages/features/typescript/languageFeatures.js';
import type { YardStore } from '../data/yard-store.ts';
import { knownPaths, pathAt } from './data-paths.ts';
import type { EditorSession } from './editor-session.ts';
import { findDeclaration } from './find-declaration.ts';
import { listFile } from './list-file.ts';
import { monaco } from './monaco.ts';
import { newestValue } from './newest-value.ts';

const LANGUAGE = 'typescript';
const { CompletionItemKind } = monaco.languages;

/** What the editor knows beyond TypeScript: data paths, what the yard found and how to mend it, parameters that were moved. Once a page. */
export function speakYard(store: YardStore, session: EditorSession): void {
  const paths = () => {
    const { tree, state, rates } = store.snapshot();
    return knownPaths(tree, state?.views ?? [], rates);
  };
  const typescript = new SuggestAdapter(async (...uris) => (await getTypeScriptWorker())(...uris));

  monaco.languages.registerCompletionItemProvider(LANGUAGE, {
    triggerCharacters: [...typescript.triggerCharacters, "'", '"', '`', '#', '/', ':', '['],
    provideCompletionItems: (model, position, context, token) => {
      const at = pathAt(model.getLineContent(position.lineNumber), position.column);
      if (at) {
        const range = new monaco.Range(position.lineNumber, at.from, position.lineNumber, at.to);
        return { suggestions: paths().map(({ path, what, rate, doc }) => ({ label: { label: path, description: [what, rate].filter(Boolean).join(', ') }, kind: path.startsWith('view#') ? CompletionItemKind.Function : CompletionItemKind.Field, insertText: path, filterText: path, range, detail: [what, rate].filter(Boolean).join(', '), documentation: doc })) };
      }
      // Inside another string or a comment these characters mean nothing.
      if (context.triggerCharacter !== undefined && !typescript.triggerCharacters.includes(context.triggerCharacter)) return undefined;
      return typescript.provideCompletionItems(model, position, context, token);
    },
    resolveCompletionItem: (item, token) => ('uri' in item ? typescript.resolveCompletionItem(item, token) : item),
  });

  monaco.languages.registerHoverProvider(LANGUAGE, {
    provideHover: async (model, { lineNumber, column }) => {
      const at = pathAt(model.getLineContent(lineNumber), column);
      const known = at && paths().find(({ path }) => path === at.text);
      if (!at) return undefined;
      const range = new monaco.Range(lineNumber, at.from, lineNumber, at.to);
      if (!known) return /^(karabo|view)#/.test(at.text) ? { range, contents: [{ value: at.text.startsWith('view#') ? 'There is no view of this name in what runs.' : 'This path has not been seen in the stream.' }] } : undefined;
      const value = await newestValue(store, known.path);
      return { range, contents: [{ value: `**${[known.what, known.rate].filter(Boolean).join(', ')}**` }, { value: known.doc }, ...(value === undefined ? [] : [{ value: `newest: \`${value}\`` }])] };
    },
  });

  monaco.languages.registerCodeActionProvider(LANGUAGE, {
    provideCodeActions: (model, range) => {
      const path = session.pathOf(model);
      const here = session.shown().problems.filter(({ file, line, fix }) => fix !== undefined && path !== undefined && listFile([path], file) === path && line >= range.startLineNumber && line <= range.endLineNumber);
      return {
        actions: here.map(({ line, fix, message }) => {
          const first = model.getLineFirstNonWhitespaceColumn(line) || 1;
          return {
            title: `Write instead: ${fix}`, kind: 'quickfix', isPreferred: true, diagnostics: monaco.editor.getModelMarkers({ resource: model.uri }).filter((marker) => marker.message === message),
            edit: { edits: [{ resource: model.uri, versionId: undefined, textEdit: { range: new monaco.Range(line, first, line, model.getLineMaxColumn(line)), text: fix! } }] },
          };
        }),
        dispose: () => {},
      };
    },
  });

  const moved = new monaco.Emitter<monaco.languages.CodeLensProvider>();
  const lenses: monaco.languages.CodeLensProvider = {
    onDidChange: moved.event,
    provideCodeLenses: (model) => ({
      lenses: (store.snapshot().state?.parameters ?? []).flatMap(({ group, name, value, default: written }) => {
        if (JSON.stringify(value) === JSON.stringify(written)) return [];
        const line = findDeclaration(model.getValue(), name);
        if (line === undefined) return [];
        return [{ range: new monaco.Range(line, 1, line, 1), id: `${group}/${name}`, command: { id: 'yard.write', title: `runs with ${JSON.stringify(value)}, here ${JSON.stringify(written)}: write to source`, arguments: [group, name] } }];
      }),
      dispose: () => {},
    }),
  };
  monaco.languages.registerCodeLensProvider(LANGUAGE, lenses);
  let parameters = '';
  store.subscribe(() => {
    const now = JSON.stringify(store.snapshot().state?.parameters.map(({ group, name, value, default: written }) => [group, name, value, written]));
    if (now !== parameters) moved.fire(lenses);
    parameters = now;
  });
  monaco.editor.registerCommand('yard.write', (_, group: string, name: string) => void session.ask({ verb: 'write', group, name }));
  monaco.editor.registerEditorOpener({
    openCodeEditor: (source, resource, where) => {
      const model = monaco.editor.getModel(resource);
      const path = model ? session.pathOf(model) : undefined;
      if (path === undefined) {
        // A declaration of a library: looked at where it is, never edited.
        if (!model) return false;
        source.setModel(model);
        source.updateOptions({ readOnly: true });
        return true;
      }
      const start = where === undefined ? undefined : 'lineNumber' in where ? where : { lineNumber: where.startLineNumber, column: where.startColumn };
      session.open({ file: path, line: start?.lineNumber, column: start?.column });
      return true;
    },
  });
}
