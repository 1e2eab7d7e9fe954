// All features of the editor. TypeScript's part imports this file for its worker, when the first file is opened: too late for the services in it.
import 'monaco-editor/internal/common/workers.js';
import 'monaco-editor/languages/definitions/python/register.js';
import 'monaco-editor/languages/definitions/typescript/register.js';
import 'monaco-editor/languages/definitions/yaml/register.js';
import * as monaco from 'monaco-editor/editor/editor.api.js';
import { typescriptDefaults } from 'monaco-editor/languages/features/typescript/register.js';
import type { EditorTypes } from '@trainyard/control';

// Files of their own from the page's own address: no blob, no eval, and below any prefix.
self.MonacoEnvironment = {
  getWorker: (_, label) => label === 'typescript' || label === 'javascript'
    ? new Worker(new URL('monaco-editor/languages/features/typescript/ts.worker.js', import.meta.url), { type: 'module' })
    : new Worker(new URL('monaco-editor/editor/editor.worker.js', import.meta.url), { type: 'module' }),
};

/** Numbers of TypeScript's own enums, of which the editor's are a part. */
const ES2024: number = 11;
const BUNDLER: number = 100;

// As the yard compiles, and as `yard new views` writes it for other editors.
typescriptDefaults.setCompilerOptions({
  target: ES2024, lib: ['esnext', 'dom'], module: 99, moduleResolution: BUNDLER, strict: true, noEmit: true, skipLibCheck: true,
  experimentalDecorators: true, allowImportingTsExtensions: true, allowJs: true, allowNonTsExtensions: true, types: [],
});
// Every file of the list counts, also one that nobody has open.
typescriptDefaults.setEagerModelSync(true);
// Completion is `language.ts`'s: it knows data paths, and asks TypeScript for the rest.
typescriptDefaults.setModeConfiguration({ ...typescriptDefaults.modeConfiguration, completionItems: false });

/** What TypeScript knows beside the files: `@trainyard/*`, and the data paths of the stream. */
export function setTypes({ files, sources }: EditorTypes): void {
  typescriptDefaults.setExtraLibs([
    ...Object.entries(files).map(([path, content]) => ({ filePath: `file:///${path.replace(/^(file:)?\/+/, '')}`, content })),
    { filePath: 'file:///.stream/data-paths.d.ts', content: sources },
  ]);
}

/** Colours of the page's own properties, as they are now. */
export function setEditorTheme(theme: 'dark' | 'light'): void {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string): string => style.getPropertyValue(name).trim();
  monaco.editor.defineTheme('trainyard', {
    base: theme === 'dark' ? 'vs-dark' : 'vs',
    inherit: true,
    rules: [],
    colors: {
      'editor.background': color('--sunken'), 'editor.foreground': color('--text'), 'editorLineNumber.foreground': color('--soft'), 'editorWidget.background': color('--panel'), 'editorWidget.border': color('--edge'),
      'editorSuggestWidget.background': color('--panel'), 'editorHoverWidget.background': color('--panel'), 'editorCodeLens.foreground': color('--warn'), 'editorError.foreground': color('--bad'), 'editorWarning.foreground': color('--warn'),
    },
  });
  monaco.editor.setTheme('trainyard');
}

export { monaco };
