import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { YardError, formatWhere, parseProcessList, readParameter, type ParamValue, type Where } from '@trainyard/core';
import { parseModule, type Module } from '../code/syntax.ts';
import { LIST_GROUP, type CodeStep, type GenerationCode, type ParamDescriptor } from '../worker/generation.ts';
import { instanceOf, placesInCode, type PlaceInCode } from './place-in-code.ts';
import { listWith, placeInList, type PlaceInList } from './place-in-list.ts';
import { replaceFile } from './replace-file.ts';
import { inQuotes, withValue } from './written-literal.ts';

/** The code that runs, and the parameter with the value that is to stand in it. */
export interface ToWrite {
  /** The list or views file. */
  readonly file: string;
  readonly code: Pick<GenerationCode, 'steps' | 'listParameters'>;
  readonly param: Valued;
  /** All that there are, with the values that they have. */
  readonly params: readonly Valued[];
}
type Valued = Pick<ParamDescriptor, 'group' | 'name' | 'spec' | 'value'>;

/** A file with the value in it. */
interface Rewritten {
  readonly where: Where;
  readonly before: string;
  readonly after: string;
}

/** Somebody else may save the file at the same moment: then what is there now is looked at. */
const TRIES = 3;

/**
 * Writes a value to where the user wrote the parameter's default: nothing else of the file changes. Gives back the place, and whether anything had to
 * be written. Throws `WRITE_PLACE` where the value is not written out, with the place and what to do.
 */
export function writeParameter(wanted: ToWrite): Where & { readonly changed: boolean } {
  for (let i = 1; ; i++) {
    const { where, before, after } = rewritten(wanted);
    const now = readFileSync(where.file);
    const same = now.equals(Buffer.from(before));
    if (!same && i < TRIES) continue;
    if (!same) throw new YardError('WRITE_PLACE', `${formatWhere(where)}: the file is not UTF-8, or changes all the time: nothing was written.`, where);
    if (before !== after) replaceFile(where.file, after);
    return { ...where, changed: before !== after };
  }
}

function rewritten(wanted: ToWrite): Rewritten {
  const { file, code, param } = wanted;
  const isStep = code.steps.some((one) => one.kind === 'plugin' && one.as === param.group);
  // A list's own parameter is also the default of those of its name in views files.
  if (isStep || Object.hasOwn(code.listParameters, param.name)) return inList(wanted, isStep);
  const step = code.steps.find((one) => one.kind === 'views' && isOf(one, param.group, code));
  if (step?.kind !== 'views') throw new YardError('WRITE_PLACE', `${basename(file)} has no place for ${param.group}.${param.name}.`, { file });
  return inCode(wanted, step);
}

/** Whether the views of a group come from this step: by its stem, else by what the file exports. */
function isOf(step: Extract<CodeStep, { kind: 'views' }>, group: string, { steps }: ToWrite['code']): boolean {
  if (step.stem === group) return true;
  const views = steps.filter((one) => one.kind === 'views');
  if (views.some(({ stem }) => stem === group)) return false;
  return views.length === 1 || Object.keys(step.written).some((name) => name.startsWith(`${group}/`)) || instanceOf(...opened(step), group) !== undefined;
}

function opened(step: Extract<CodeStep, { kind: 'views' }>): [entry: Module, modules: ReadonlyMap<string, Module>] {
  const modules = new Map<string, Module>();
  for (const file of new Set([step.file, ...step.files])) {
    const module = parseModule(file);
    if (!module) throw new YardError('WRITE_PLACE', `${file} has syntax errors as it is saved: mend them first, nothing was written.`, { file });
    modules.set(file, module);
  }
  return [modules.get(step.file)!, modules];
}

function inCode({ param: { group, name, spec, value } }: ToWrite, step: Extract<CodeStep, { kind: 'views' }>): Rewritten {
  const find = (modules: ReadonlyMap<string, Module>): PlaceInCode[] => placesInCode(modules.get(step.file)!, modules, step.stem, group, name);
  const [entry, modules] = opened(step);
  const [place, other] = find(modules);
  const key = `${group}.${name}`;
  if (!place) {
    const made = instanceOf(entry, modules, group);
    const where: Where = made ?? { file: step.file };
    throw new YardError('WRITE_PLACE', made
      ? `${formatWhere(made)}: group(...) says nothing of ${name}, so ${key} has the value of its class: write ${name}: ${JSON.stringify(value)} there.`
      : `${step.file}: there is no place where ${key} is written as a value of its own, such as ${name}: slider(...) in parameters({ ... }): write ${JSON.stringify(value)} where it comes from.`, where);
  }
  const where = { file: place.module.file, line: place.line, column: place.column };
  if (other) throw new YardError('WRITE_PLACE', `${formatWhere(where)} and ${other.module.file}:${other.line} both declare ${key}: write ${JSON.stringify(value)} by hand.`, where);
  const before = place.module.text;
  const after = place.literal && withValue(before, place.literal, value, (now, was) => inQuotes(now, was[0]!));
  // What was written is read again before it is kept: it must be that value, at that place.
  const parsed = after === undefined ? undefined : parseModule(where.file, after);
  const again = parsed && find(new Map(modules).set(where.file, parsed)).find((one) => one.module === parsed);
  if (after === undefined || !isNow(again, spec, value)) throw notThere(where, key, place.text, value);
  return { where, before, after };
}

function inList({ file, code, params, param: { group, name, spec, value } }: ToWrite, isStep: boolean): Rewritten {
  const before = readFileSync(file, 'utf8');
  const { list, problems } = parseProcessList(before, file);
  const key = `${group}.${name}`;
  if (!list) throw new YardError('WRITE_PLACE', `${file} has errors as it is saved (${problems[0]!.message}): mend them first, nothing was written.`, { file });
  const step = list.steps.find((one) => one.kind === 'plugin' && one.as === group);
  const path = isStep ? ['steps', step?.index ?? -1, 'params', name] : ['parameters', name];
  const place = placeInList(before, path);
  if (!place) {
    const where = step?.where ?? { file };
    const what = code.steps.find((one) => one.kind === 'plugin' && one.as === group);
    throw new YardError('WRITE_PLACE', `${formatWhere(where)}: the list does not say ${name}${what?.kind === 'plugin' ? `, ${key} has the default of ${what.id}` : ''}: write ${step ? `params: { ${name}: ${JSON.stringify(value)} } in this step` : `${name}: ${JSON.stringify(value)} there`}.`, where);
  }
  const where = { file, line: place.line, column: place.column };
  const others = isStep ? [] : params.filter((one) => one.name === name && JSON.stringify(one.value) !== JSON.stringify(value) && (one.group === LIST_GROUP || code.steps.every((other) => other.kind !== 'plugin' || other.as !== one.group)));
  if (others.length) throw new YardError('WRITE_PLACE', `${formatWhere(where)}: this parameter of the list is also that of ${others.map((one) => `${one.group}.${name}, which is ${JSON.stringify(one.value)}`).join(', ')}: set them to one value first.`, where);
  const after = place.literal && listWith(before, path, place.literal, value);
  const again = after === undefined ? undefined : placeInList(after, path);
  if (after === undefined || parseProcessList(after, file).problems.length > problems.length || !isNow(again, spec, value)) throw notThere(where, key, place.text, value);
  return { where, before, after };
}

function isNow(place: PlaceInCode | PlaceInList | undefined, spec: ToWrite['param']['spec'], value: ParamValue): boolean {
  if (!place?.literal) return false;
  try {
    const written = 'items' in place.literal ? place.literal.items.map((item) => item.value) : place.literal.value;
    return JSON.stringify(readParameter('', spec, written)) === JSON.stringify(value);
  } catch {
    return false;
  }
}

function notThere(where: Where, key: string, text: string, value: ParamValue): YardError {
  const said = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  return new YardError('WRITE_PLACE', `${formatWhere(where)}: ${key} is \`${said.replaceAll(/\s+/g, ' ')}\` there, which is not a value that can be replaced: write ${JSON.stringify(value)} by hand.`, where);
}
