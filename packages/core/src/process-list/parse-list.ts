import { LineCounter, isMap, isScalar, isSeq, parseDocument, visit, type Document, type Node, type Pair, type YAMLMap } from 'yaml';
import type { ParamValue } from '../parameters.ts';
import { didYouMean, type Problem, type Where } from '../problem.ts';
import type { PluginStep, ProcessList, Step, ViewsStep } from './model.ts';

const LIMIT = 1_000_000;
const TOO_DEEP = 'This file is nested too deeply for a process list.';
/** What the YAML parser says, where it speaks to programmers. */
const SYNTAX: Readonly<Record<string, string>> = { RESOURCE_EXHAUSTION: TOO_DEEP, MULTIPLE_DOCS: 'A file holds one process list: no second "---".' };

/** A list and where each of its parts stands. `place(step, 'params', 'sigma')` is what a check points at. */
export interface ParsedList {
  readonly list: ProcessList | undefined;
  readonly problems: Problem[];
  readonly place: (...path: (string | number)[]) => Where;
}

/** Reads the text of a process list; gives all problems of its form at once, each with line and column. */
export function parseProcessList(text: string, file: string): ParsedList {
  const problems: Problem[] = [];
  const lines = new LineCounter();
  const whereAt = (offset: number | undefined): Where => {
    if (offset === undefined) return { file };
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const say = (code: string, message: string, node?: Node | null): void => {
    problems.push({ severity: 'error', code, message, where: whereAt(node?.range?.[0]) });
  };
  const nothing: ParsedList = { list: undefined, problems, place: () => ({ file }) };
  if (text.length > LIMIT) {
    say('LIST_TOO_LARGE', `A process list has at most ${LIMIT} characters; this file has ${text.length}.`);
    return nothing;
  }
  let document: Document.Parsed;
  try {
    document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
    visit(document, { Alias: (_, alias) => say('LIST_ALIAS', `A process list has no aliases (*${alias.source}): write the value out, or take it from "parameters:" as "{name}".`, alias) });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    say('LIST_SYNTAX', TOO_DEEP);
    return nothing;
  }
  for (const error of [...document.errors, ...document.warnings]) {
    const message = SYNTAX[error.code] ?? error.message.split('\n')[0]!;
    const where = whereAt(error.pos[0]);
    // The parser says the same again for every level that it gives up on.
    if (problems.at(-1)?.message !== message) problems.push({ severity: 'error', code: 'LIST_SYNTAX', message, where });
  }
  if (problems.length) return nothing;
  const root = document.contents;
  const place = (...path: (string | number)[]): Where => {
    for (let n = path.length; n >= 0; n--) {
      const node = (n === 0 ? root : document.getIn(path.slice(0, n), true)) as Node | undefined;
      const key = keyNode(document.getIn(path.slice(0, n - 1), true), path[n - 1]);
      const start = (key ?? node)?.range?.[0];
      if (start !== undefined) return whereAt(start);
    }
    return { file };
  };
  if (!isMap(root)) {
    say('LIST_FORM', 'A process list begins with "trainyard: 1" and has "steps:".', root);
    return { ...nothing, place };
  }
  knownKeys(root, ['trainyard', 'parameters', 'steps', 'title'], 'a process list', say);
  const version = root.get('trainyard') as unknown;
  if (version !== 1) say('LIST_VERSION', `A process list says "trainyard: 1" at its top${version === undefined ? '' : `; this one says ${JSON.stringify(version)}, which this Trainyard does not read`}.`, (root.get('trainyard', true) as Node | undefined) ?? root);
  const parameters = readParameters(root, say);
  const stepsNode = root.get('steps', true);
  const steps: Step[] = [];
  if (!isSeq(stepsNode)) say('LIST_STEPS', 'A process list has "steps:", a list of plugins and views files.', (stepsNode as Node | undefined) ?? root);
  else {
    for (const [i, item] of stepsNode.items.entries()) {
      const step = readStep(item as Node, i, say, whereAt);
      if (step) steps.push(step);
    }
    sameNames(steps, problems);
  }
  return { list: { file, parameters, steps }, problems, place };
}

type Say = (code: string, message: string, node?: Node | null) => void;

function keyNode(parent: unknown, key: string | number | undefined): Node | undefined {
  if (!isMap(parent)) return undefined;
  return parent.items.find((pair: Pair) => isScalar(pair.key) && pair.key.value === key)?.key as Node | undefined;
}

function knownKeys(map: YAMLMap, known: readonly string[], what: string, say: Say): void {
  for (const pair of map.items) {
    const key = isScalar(pair.key) ? String(pair.key.value) : '';
    if (!known.includes(key)) say('LIST_UNKNOWN_KEY', `"${key}" is no part of ${what}; it may have ${known.join(', ')}.${didYouMean(key, known)}`, pair.key as Node);
  }
}

function readParameters(root: YAMLMap, say: Say): Record<string, ParamValue> {
  const node = root.get('parameters', true) as Node | undefined;
  if (node === undefined) return {};
  if (!isMap(node)) {
    say('LIST_PARAMETERS', '"parameters:" is a map of names and values, such as { sigma: 5 }.', node);
    return {};
  }
  const parameters: Record<string, ParamValue> = Object.create(null) as Record<string, ParamValue>;
  for (const pair of node.items) {
    const value = (pair.value as Node | null)?.toJSON() as unknown;
    const fits = ['number', 'boolean', 'string'].includes(typeof value) || (Array.isArray(value) && value.every((item) => typeof item === 'number'));
    const name: unknown = isScalar(pair.key) ? pair.key.value : undefined;
    if (typeof name !== 'string' || !/^\w+$/.test(name)) say('LIST_PARAMETERS', 'The name of a parameter is of letters, digits and "_".', pair.key as Node);
    else if (fits) parameters[name] = value as ParamValue;
    else say('LIST_PARAMETERS', 'A parameter is a number, true or false, a text, or a list of numbers.', pair.key as Node);
  }
  return parameters;
}

function readStep(node: Node, index: number, say: Say, whereAt: (offset: number | undefined) => Where): Step | undefined {
  if (!isMap(node)) {
    say('LIST_STEP', `Step ${index + 1} is a map with "plugin:" or "views:".`, node);
    return undefined;
  }
  const where = whereAt(node.range?.[0]);
  const text = (key: string): string | undefined => {
    const value = node.get(key, true) as Node | undefined;
    if (value === undefined) return undefined;
    if (isScalar(value) && typeof value.value === 'string' && value.value !== '') return value.value;
    say('LIST_STEP', `"${key}:" of step ${index + 1} is a text.`, value);
    return undefined;
  };
  const on = node.get('on') ?? true;
  if (typeof on !== 'boolean') say('LIST_STEP', `"on:" of step ${index + 1} is true or false.`, node.get('on', true) as Node);
  if (node.has('views')) {
    knownKeys(node, ['views', 'on'], 'a views step', say);
    const file = text('views');
    if (on === false || file === undefined) return undefined;
    return { kind: 'views', file, index, where } satisfies ViewsStep;
  }
  if (!node.has('plugin')) {
    say('LIST_STEP', `Step ${index + 1} has neither "plugin:" nor "views:".`, node);
    return undefined;
  }
  knownKeys(node, ['plugin', 'in', 'params', 'as', 'on'], 'a plugin step', say);
  const name = text('plugin');
  if (on === false || name === undefined) return undefined;
  const [plugin, major, ...more] = name.split('@') as [string, string?];
  const goodMajor = major === undefined || /^\d+$/.test(major);
  if (more.length || !goodMajor) say('LIST_PLUGIN_NAME', `"${name}" must read pack/plugin or pack/plugin@major.`, node.get('plugin', true) as Node);
  const inputs = mapOf(node, 'in', index, say);
  for (const [key, value] of Object.entries(inputs)) {
    if (typeof value !== 'string') say('LIST_INPUT', `Input "${key}" of step ${index + 1} is a data path.`, node.getIn(['in', key], true) as Node);
  }
  return {
    kind: 'plugin',
    plugin,
    ...(major !== undefined && goodMajor && { major: Number(major) }),
    as: text('as') ?? plugin.split('/')[1] ?? plugin,
    in: inputs as Record<string, string>,
    params: mapOf(node, 'params', index, say),
    index,
    where,
  } satisfies PluginStep;
}

function mapOf(step: YAMLMap, key: string, index: number, say: Say): Record<string, unknown> {
  const node = step.get(key, true) as Node | undefined;
  if (node === undefined) return {};
  if (!isMap(node)) {
    say('LIST_STEP', `"${key}:" of step ${index + 1} is a map of names and values.`, node);
    return {};
  }
  return Object.assign(Object.create(null), node.toJSON()) as Record<string, unknown>;
}

function sameNames(steps: readonly Step[], problems: Problem[]): void {
  const seen = new Map<string, Step>();
  for (const step of steps) {
    if (step.kind !== 'plugin') continue;
    if (seen.has(step.as)) problems.push({ severity: 'error', code: 'LIST_NAME_TWICE', message: `Two steps are called "${step.as}": give one another name with "as:".`, where: step.where });
    if (!/^[\w-]+$/.test(step.as)) problems.push({ severity: 'error', code: 'LIST_NAME', message: `"as: ${step.as}" must be of letters, digits, "_" and "-".`, where: step.where });
    seen.set(step.as, step);
  }
}
