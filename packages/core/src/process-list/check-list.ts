import { fillTemplate, parseDataPath, templateNames } from '../data-path.ts';
import { readParameter } from '../parameters.ts';
import { asViewParameter, mainOutput, type PluginSpec } from '../plugin-spec.ts';
import { YardError, didYouMean, type Problem } from '../problem.ts';
import { closest } from '../suggest.ts';
import { listParameterOf, type PluginStep, type ProcessList } from './model.ts';
import type { ParsedList } from './parse-list.ts';

/** The part of a spec that a check needs: no code. */
export type CheckableSpec = Omit<PluginSpec, 'load'>;

/**
 * Checks a parsed list against the installed plugins' specs: known plugins, parameters' names, types and ranges, inputs
 * produced by an earlier step. Gives all problems at once. Views of user files are known only after loading them: their
 * names come in as `viewsOf(file)`, or undefined while they are not known.
 */
export function checkProcessList(parsed: ParsedList, plugins: ReadonlyMap<string, CheckableSpec>, viewsOf: (file: string) => readonly string[] | undefined = () => undefined): Problem[] {
  const { list, place } = parsed;
  const problems: Problem[] = [...parsed.problems];
  if (!list) return problems;
  const say = (code: string, message: string, ...path: (string | number)[]): void => {
    problems.push({ severity: 'error', code, message, where: place('steps', ...path) });
  };
  const produced = new Set<string>();
  // Views files whose views are not known yet, and steps whose plugin is not: names of theirs cannot be judged.
  let open = false;
  const unknown = new Set<string>();
  const used = new Set<string>();
  for (const step of list.steps) {
    const { index } = step;
    if (step.kind === 'views') {
      const names = viewsOf(step.file);
      if (names) for (const name of names) produced.add(name);
      else open = true;
      continue;
    }
    const spec = plugins.get(step.plugin);
    if (!spec) {
      say('LIST_UNKNOWN_PLUGIN', `There is no plugin "${step.plugin}".${didYouMean(step.plugin, plugins.keys())}`, index, 'plugin');
      produced.add(step.as);
      unknown.add(step.as);
      for (const name of Object.keys(step.params)) checkReference(step.params[name], list, used, (code, message) => say(code, message, index, 'params', name));
      continue;
    }
    if (step.major !== undefined && Number.parseInt(spec.version, 10) !== step.major) say('LIST_PLUGIN_MAJOR', `The list asks for ${step.plugin} of major version ${step.major}; installed is ${spec.version}.`, index, 'plugin');
    checkInputs(step, spec, list, used, (name) => open || produced.has(name) || unknown.has(name.split('/')[0]!) || didYouMean(name, produced), (code, message, ...at) => say(code, message, index, ...at));
    checkParams(step, spec, list, used, (code, message, ...at) => say(code, message, index, ...at));
    produced.add(step.as);
    for (const output of Object.keys(spec.outputs)) produced.add(`${step.as}/${output}`);
  }
  for (const name of Object.keys(list.parameters)) {
    if (!used.has(name) && !list.steps.some((step) => step.kind === 'views')) {
      problems.push({ severity: 'warning', code: 'LIST_PARAMETER_UNUSED', message: `No step takes the list parameter "${name}"; a step takes it as "{${name}}".`, where: place('parameters', name) });
    }
  }
  return problems;
}

type Say = (code: string, message: string, ...path: (string | number)[]) => void;

/** `makes` gives true for what an earlier step makes, or may make; else what was meant. */
function checkInputs(step: PluginStep, spec: CheckableSpec, list: ProcessList, used: Set<string>, makes: (name: string) => true | string, say: Say): void {
  const names = Object.keys(spec.inputs);
  const values = { ...defaultsOf(spec), ...list.parameters, ...step.params };
  for (const [name, path] of Object.entries(step.in)) {
    if (!Object.hasOwn(spec.inputs, name) && !spec.moreInputs) {
      say('LIST_UNKNOWN_INPUT', `${step.plugin} has no input "${name}"; it has ${names.join(', ')}.${didYouMean(name, names)}`, 'in', name);
      continue;
    }
    if (typeof path !== 'string') continue;
    try {
      for (const template of templateNames(path)) used.add(template);
      const parsed = parseDataPath(fillTemplate(path, values));
      if (parsed.kind !== 'view') continue;
      const made = makes(parsed.name);
      if (made !== true) say('LIST_INPUT_NOT_PRODUCED', `No earlier step makes "view#${parsed.name}".${made}`, 'in', name);
    } catch (error) {
      say(error instanceof YardError ? error.code : 'PATH_SYNTAX', (error as Error).message, 'in', name);
    }
  }
  const misspelt = meantBy(step.in, names);
  for (const name of names) {
    if (!(name in step.in) && !misspelt.has(name) && !spec.inputs[name]!.optional) say('LIST_INPUT_MISSING', `${step.plugin} needs its input "${name}": ${spec.inputs[name]!.does}`, 'plugin');
  }
}

function checkParams(step: PluginStep, spec: CheckableSpec, list: ProcessList, used: Set<string>, say: Say): void {
  const names = Object.keys(spec.parameters);
  for (const [name, value] of Object.entries(step.params)) {
    const parameter = Object.hasOwn(spec.parameters, name) ? spec.parameters[name] : undefined;
    if (!parameter) {
      say('LIST_UNKNOWN_PARAMETER', `${step.plugin} has no parameter "${name}"; it has ${names.join(', ') || 'none'}.${didYouMean(name, names)}`, 'params', name);
      continue;
    }
    const reference = listParameterOf(value);
    if (!checkReference(value, list, used, (code, message) => say(code, message, 'params', name))) continue;
    try {
      readParameter(name, asViewParameter(parameter), reference === undefined ? value : list.parameters[reference]);
    } catch (error) {
      say(error instanceof YardError ? error.code : 'PARAM_TYPE', (error as Error).message, 'params', name);
    }
  }
  const misspelt = meantBy(step.params, names);
  for (const name of names) {
    if (!(name in step.params) && !misspelt.has(name) && spec.parameters[name]!.default === undefined) say('LIST_PARAMETER_MISSING', `${step.plugin} needs the parameter "${name}"${spec.parameters[name]!.does ? `: ${spec.parameters[name]!.does.replace(/\.$/, '')}` : ''}.`, 'plugin');
  }
}

/** Known names that unknown ones were meant to be: one slip is one problem. */
function meantBy(given: Readonly<Record<string, unknown>>, known: readonly string[]): Set<string | undefined> {
  return new Set(Object.keys(given).filter((name) => !known.includes(name)).map((name) => closest(name, known)));
}

function defaultsOf(spec: CheckableSpec): Record<string, unknown> {
  return Object.fromEntries(Object.entries(spec.parameters).map(([name, parameter]) => [name, parameter.default]));
}

/** Whether `"{name}"` names a list parameter that there is; other values pass. */
function checkReference(value: unknown, list: ProcessList, used: Set<string>, say: (code: string, message: string) => void): boolean {
  const reference = listParameterOf(value);
  if (reference === undefined) return true;
  used.add(reference);
  if (reference in list.parameters) return true;
  say('LIST_PARAMETER_UNDEFINED', `"{${reference}}" takes a list parameter that "parameters:" does not have.${didYouMean(reference, Object.keys(list.parameters))}`);
  return false;
}

/** `view#iq` is the main output of step `iq`: the full name `iq/<output>`. */
export function mainOutputName(step: PluginStep, spec: CheckableSpec): string {
  return `${step.as}/${mainOutput(spec)}`;
}
