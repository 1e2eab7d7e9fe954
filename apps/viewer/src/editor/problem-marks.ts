import { listFile } from './list-file.ts';
import { monaco } from './monaco.ts';
import type { Problem } from './problems.ts';

type Model = monaco.editor.ITextModel;

interface Mark {
  readonly model: Model;
  readonly decoration: string;
}

const OWNER = 'yard';

/** What the yard said of lines, as underlines and signs beside them. A mark goes with its line while it is edited, until the yard says something else. */
export class ProblemMarks {
  #marks = new Map<string, Mark>();

  show(problems: readonly Problem[], files: readonly (readonly [string, Model])[]): void {
    const next = new Map<string, Mark>();
    const markers = new Map<Model, monaco.editor.IMarkerData[]>(files.map(([, model]) => [model, []]));
    for (const problem of problems) {
      const path = listFile(files.map(([path]) => path), problem.file);
      const model = files.find(([name]) => name === path)?.[1];
      if (!model) continue;
      // The same fault of the same view at the same line is the same mark, whatever train it comes with.
      const key = `${path}:${problem.line}:${problem.column ?? ''}:${problem.from}:${problem.view ?? problem.message}`;
      const before = this.#marks.get(key);
      const range = (before && model.getDecorationRange(before.decoration)) ?? rangeOf(problem, model);
      const [decoration] = model.deltaDecorations(before ? [before.decoration] : [], [{
        range,
        options: { isWholeLine: true, glyphMarginClassName: `glyph ${problem.severity}`, glyphMarginHoverMessage: { value: problem.message }, stickiness: monaco.editor.TrackedRangeStickiness.NeverGrowsWhenTypingAtEdges },
      }]);
      next.set(key, { model, decoration });
      markers.get(model)!.push({
        startLineNumber: range.startLineNumber, startColumn: range.startColumn, endLineNumber: range.endLineNumber, endColumn: range.endColumn,
        message: problem.message, severity: problem.severity === 'error' ? monaco.MarkerSeverity.Error : monaco.MarkerSeverity.Warning, source: 'yard',
      });
    }
    for (const [key, { model, decoration }] of this.#marks) if (!next.has(key) && !model.isDisposed()) model.deltaDecorations([decoration], []);
    this.#marks = next;
    for (const [model, data] of markers) monaco.editor.setModelMarkers(model, OWNER, data);
  }
}

/** From the column to the end of the word or line; a line that is no longer there is the last. */
function rangeOf({ line, column }: Problem, model: Model): monaco.Range {
  const row = Math.min(Math.max(1, line), model.getLineCount());
  const from = Math.min(column ?? (model.getLineFirstNonWhitespaceColumn(row) || 1), model.getLineMaxColumn(row));
  const word = column === undefined ? undefined : model.getWordAtPosition({ lineNumber: row, column: from });
  return new monaco.Range(row, from, row, word?.endColumn ?? model.getLineMaxColumn(row));
}
