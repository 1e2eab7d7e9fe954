import { expect, it } from 'vitest';
import type { YardState } from '@trainyard/control';
import { badGeneration, everything, goodGeneration, outcome, sampleTree, view } from '../../test/script.ts';
import { knownPaths, pathAt } from './data-paths.ts';
import { findDeclaration } from './find-declaration.ts';
import { insertSnippet, pathsIn, type Edit } from './insert-snippet.ts';
import { listFile } from './list-file.ts';
import { problemsOf, problemsOfTry } from './problems.ts';

it('pathAt finds the string around the caret, closed or not, where it is a data path or begins as one', () => {
  const line = "  { camera: 'karabo#A/B/C:output[data.x]', n: 'none' },";
  expect(pathAt(line, 20)).toEqual({ text: 'karabo#A/B/C:output[data.x]', from: 14, to: 41 });
  expect(pathAt(line, 41)?.from).toBe(14);
  expect(pathAt(line, 13)).toBeUndefined();
  expect(pathAt(line, 50)).toBeUndefined();
  expect(pathAt("view.image({ a: 'kar", 21)).toEqual({ text: 'kar', from: 18, to: 21 });
  expect(pathAt("view.image({ a: '", 18)).toBeUndefined();
  expect(pathAt('@From("view#li") line: Vector', 12)?.text).toBe('view#li');
});

it('knownPaths gives keys with dtype, shape and rate, views by their name, and the train ID', () => {
  const paths = knownPaths(sampleTree, everything(8).state.views, { [sampleTree.sources[0].name]: 10 });
  expect(paths[0]).toMatchObject({ path: 'karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]', what: 'uint16 1024 × 1024', rate: '10.0 Hz' });
  expect(paths.find(({ path }) => path === 'view#edge')).toMatchObject({ what: 'scalar, px' });
  expect(paths.at(-1)?.path).toBe('internal#train_id');
});

it('listFile takes the longest path of the list that fits', () => {
  expect(listFile(['views.ts', 'night/views.ts'], '/home/user/night/views.ts')).toBe('night/views.ts');
  expect(listFile(['views.ts'], '/home/user/otherviews.ts')).toBeUndefined();
});

const state = (part: Partial<YardState>) => ({ generation: goodGeneration, views: [], ...part });

it('problemsOf gives what kept the save from loading, and each failing view at its line with its train', () => {
  const failing = view({ name: 'broken', kind: 'scalar', newest: outcome('failed', 'Too few axes.', 18), counts: { value: 0, none: 0, missing: 0, failed: 12, late: 0, dropped: 0 } });
  const found = problemsOf(state({ generation: badGeneration, views: [failing] }));
  expect(found).toMatchObject([
    { line: 27, column: 5, severity: 'error', from: 'load', fix: badGeneration.error!.fix },
    { line: 18, severity: 'error', from: 'run', message: 'views/broken, train 2123456000: Too few axes. (12 times)', view: 'views/broken' },
  ]);
});

it('a failure is no problem any more when the view gives values on newer code', () => {
  const before = { ...outcome('failed', 'Too few axes.', 18), at: goodGeneration.loadedAt - 1000 };
  expect(problemsOf(state({ views: [view({ name: 'mended', kind: 'scalar', lastFailure: before })] }))).toEqual([]);
  expect(problemsOf(state({ views: [view({ name: 'not yet run', kind: 'scalar', newest: before })] }))).toEqual([]);
  expect(problemsOf(state({ views: [view({ name: 'now and then', kind: 'scalar', lastFailure: outcome('failed', 'Too few axes.', 18) })] }))).toMatchObject([{ severity: 'warning', line: 18 }]);
});

it('problemsOfTry has the views that failed on the frozen train', () => {
  const where = { file: '/n/views.ts', line: 3 };
  expect(problemsOfTry([{ view: 'views/a', outcome: 'value', message: '' }, { view: 'views/b', outcome: 'failed', message: 'No.', where }])).toMatchObject([{ file: '/n/views.ts', line: 3, from: 'try' }]);
});

it('findDeclaration knows entries of parameters() and fields with @Param, and nothing else of the same name', () => {
  const text = "const q = { sigma: 3 };\nconst p = parameters({ half: slider(10, 1, 100, 'px', 1),\n  sigma: 5,\n  mode: choice('sum', ['sum', 'mean']) });\nclass Edge {\n  @Param({ min: 0, max: 1023 }) row = 550;\n  @Param()\n  'use': number = 4;\n  column = 3;\n}\n";
  expect(['half', 'sigma', 'mode', 'row', 'column'].map((name) => findDeclaration(text, name))).toEqual([2, 3, 4, 6, undefined]);
  expect(findDeclaration('@Param({ max: 3 })\n  row: number = 2;', 'row')).toBe(2);
});

const applied = (text: string, edits: readonly Edit[]): string => edits.toReversed().sort((a, b) => b.from - a.from).reduce((now, { from, to, text }) => now.slice(0, from) + text + now.slice(to), text);

it('insertSnippet joins imports, takes the chosen paths, and goes below the line of the caret', () => {
  const text = "import { view } from '@trainyard/core';\n\nexport const a = view.scalar({}, () => 1);\nexport const b = 2;\n";
  const snippet = "import { parameters, view } from '@trainyard/core';\nimport { mean } from '@trainyard/statistics';\n\nexport const m = view.reduce('karabo#A/B/C.x', mean());\n";
  expect(pathsIn(snippet)).toEqual(['karabo#A/B/C.x']);
  expect(applied(text, insertSnippet(text, text.indexOf('scalar'), snippet, new Map([['karabo#A/B/C.x', 'karabo#D/E/F.y']])))).toBe(
    "import { view, parameters } from '@trainyard/core';\nimport { mean } from '@trainyard/statistics';\n\nexport const a = view.scalar({}, () => 1);\n\nexport const m = view.reduce('karabo#D/E/F.y', mean());\n\nexport const b = 2;\n");
  expect(applied('', insertSnippet('', 0, snippet))).toMatch(/^import \{ parameters, view \} from '@trainyard\/core';\nimport \{ mean \} .*\n\nexport const m/);
});
