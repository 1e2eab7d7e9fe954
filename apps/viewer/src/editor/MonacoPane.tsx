import { useEffect, useRef } from 'react';
import { useTheme } from '../ui/theme.ts';
import type { EditorSession, EditorShown } from './editor-session.ts';
import { monaco, setEditorTheme } from './monaco.ts';
import { ProblemMarks } from './problem-marks.ts';

/** The text of the open file. Where the caret was in each file is kept. */
export function MonacoPane({ session, shown, onEditor }: { readonly session: EditorSession; readonly shown: EditorShown; readonly onEditor: (editor: monaco.editor.IStandaloneCodeEditor | undefined) => void }) {
  const box = useRef<HTMLDivElement>(null);
  const editor = useRef<monaco.editor.IStandaloneCodeEditor>(undefined);
  const theme = useTheme();
  useEffect(() => setEditorTheme(theme), [theme]);

  useEffect(() => {
    const made = monaco.editor.create(box.current!, {
      model: null, automaticLayout: true, fontSize: 13, glyphMargin: true, minimap: { enabled: false }, scrollBeyondLastLine: false, fixedOverflowWidgets: true, tabSize: 2, wordWrap: 'on', wrappingIndent: 'indent',
      quickSuggestions: { strings: true, other: true, comments: false }, suggest: { showWords: false }, wordBasedSuggestions: 'off', ariaLabel: 'Code', 'semanticHighlighting.enabled': false, padding: { top: 4 },
    });
    made.addAction({ id: 'yard.save', label: 'Save and load', keybindings: [monaco.KeyMod.CtrlCmd | monaco.KeyCode.KeyS], run: () => session.save() });
    editor.current = made;
    onEditor(made);
    return () => {
      onEditor(undefined);
      keep(made, session);
      made.dispose();
      editor.current = undefined;
    };
  }, [session, onEditor]);

  const { open: path, place } = shown;
  // Also when the same file is asked for again: a declaration of a library may be shown in its place.
  useEffect(() => {
    const model = path === undefined ? undefined : session.model(path);
    const here = editor.current;
    if (!here || !model) return;
    if (here.getModel() !== model) {
      keep(here, session);
      here.setModel(model);
      here.updateOptions({ readOnly: false });
      const before = places.get(path!);
      if (before) here.restoreViewState(before);
    }
  }, [session, path, place]);

  useEffect(() => {
    const here = editor.current;
    if (!here || !place || place.file !== path) return;
    if (place.line !== undefined) {
      const at = { lineNumber: place.line, column: place.column ?? 1 };
      here.setPosition(at);
      here.revealPositionInCenter(at);
    }
    here.focus();
  }, [place, path]);

  const marks = useRef<ProblemMarks>(undefined);
  useEffect(() => {
    marks.current ??= new ProblemMarks();
    marks.current.show(shown.problems, shown.files.flatMap(({ path }) => {
      const model = session.model(path);
      return model ? [[path, model] as const] : [];
    }));
  }, [session, shown.problems, shown.files, path]);

  return <div className="monaco-box" ref={box} />;
}

const places = new Map<string, monaco.editor.ICodeEditorViewState>();

function keep(editor: monaco.editor.ICodeEditor, session: EditorSession): void {
  const model = editor.getModel();
  const path = model ? session.pathOf(model) : undefined;
  const state = editor.saveViewState();
  if (path !== undefined && state) places.set(path, state);
}
