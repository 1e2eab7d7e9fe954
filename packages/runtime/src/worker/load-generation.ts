import {
  GroupInstance, ParamSet, YardError, asParameter, asViewParameter, collectDeclarations, groupOfRecord, groupsOfModule, listParameterOf, mainOutput, readParameter, workspace,
  type Group, type ParamValue, type Parameter, type PluginSpec,
} from '@trainyard/core';
import { createHash } from 'node:crypto';
import { basename, dirname } from 'node:path';
import { DEFAULT, type ViewCode } from '../code/hash.ts';
import type { ScannedView } from '../code/scan.ts';
import type { Pythons } from '../python/pythons.ts';
import { LIST_GROUP, userFiles, type CodeStep, type GenerationCode, type GenerationDescriptor, type ParamDescriptor, type ScanDescriptor, type ViewDescriptor } from './generation.ts';
import { applyChosen } from './chosen-parameters.ts';
import { link, runsInPool, type Graph, type LinkedView } from './link.ts';
import { linkScans, type LinkedScan } from '../scan/link-scans.ts';
import { reachOf, takersReach } from './reach.ts';

/** A generation as this worker holds it. */
export interface LoadedGeneration {
  readonly code: GenerationCode;
  readonly graph: Graph;
  readonly scans: readonly LinkedScan[];
  readonly groups: readonly Group[];
  readonly descriptor: GenerationDescriptor;
  /** The user's files: where an error may be theirs. */
  readonly files: readonly string[];
  /** Sets a parameter in this worker; the value is already checked. */
  readonly set: (group: string, name: string, value: ParamValue) => void;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

type Place = { readonly file: string; readonly line: number; readonly column: number };

/** Imports the code of a generation, resolves its names and says what it holds. Throws what is wrong; nothing else changes. `imported` is called after each file of the user; `pythons` starts what these ask for. */
export async function loadGeneration(code: GenerationCode, imported: () => void = () => undefined, pythons?: Pythons): Promise<LoadedGeneration> {
  const groups: Group[] = [];
  const mainOutputs = new Map<string, string>();
  const codes = new Map<string, ViewCode>();
  const places = new Map<string, Place>();
  const listSet = new ParamSet(Object.fromEntries(Object.entries(code.listParameters).map(([name, value]) => [name, asParameter(value)])));
  const listSpecs: Record<string, Parameter> = { ...listSet.specs };
  const stepOf = new Map<string, number>();
  for (const [i, step] of code.steps.entries()) {
    const before = groups.length;
    if (step.kind === 'views') groups.push(...(await loadViews(step, code, imported, codes, places)));
    else groups.push(await loadPlugin(step, listSet, listSpecs, mainOutputs, codes));
    for (const group of groups.slice(before)) stepOf.set(group.name, i);
    await addPython(groups.slice(before), step, pythons, codes, places);
  }
  if (Object.keys(listSpecs).length) groups.unshift({ name: LIST_GROUP, views: new Map(), actions: new Map(), constants: new Map(), params: listWithSpecs(listSet, listSpecs) });
  const list = groups.find((group) => group.name === LIST_GROUP);
  for (const group of groups) if (list && !group.outer && group !== list) group.outer = list;
  const twice = groups.find((group, i) => groups.findIndex((other) => other.name === group.name) !== i);
  if (twice) throw new YardError('GROUP_TWICE', `Two groups are called "${twice.name}": rename a class, a prefix or a step ("as:").`);
  const notes = applyChosen(groups, code.kept, code.overrides);
  const graph = link(groups, mainOutputs, (id) => codes.get(id) ?? { hash: id, parts: {} }, (id) => places.get(id));
  const scans = linkScans(graph, groups, (id) => places.get(id));
  return {
    code,
    graph,
    scans,
    groups,
    descriptor: describe(code, graph, scans, groups, places, stepOf, notes),
    files: userFiles(code),
    set: (group, name, value) => {
      const found = groups.find((one) => one.name === group);
      if (found) found.params.values[name] = value;
    },
  };
}

async function loadViews(step: Extract<CodeStep, { kind: 'views' }>, code: GenerationCode, imported: () => void, codes: Map<string, ViewCode>, places: Map<string, Place>): Promise<Group[]> {
  workspace.folder = dirname(step.file);
  const { result, declared } = await collectDeclarations(async () => {
    const exports = (await import(step.url)) as Record<string, unknown>;
    imported();
    return exports;
  });
  const groups = groupsOfModule(step.stem, result, declared.parameters, declared.constants);
  for (const group of groups) {
    for (const name of group.views.keys()) {
      const written = step.written[group.name === step.stem ? name : `${group.name}/${name}`] ?? ofInstance(step, result, group.name, name);
      if (!written) continue;
      const { file, line, column, hash, parts } = written;
      codes.set(`${group.name}/${name}`, { hash, parts });
      places.set(`${group.name}/${name}`, { file, line, column });
    }
    // A list's parameter of the same name is the default here, too.
    for (const name of Object.keys(group.params.specs)) {
      if (Object.hasOwn(code.listParameters, name)) useAsDefault(group, name, code.listParameters[name]!);
    }
  }
  return groups;
}

function useAsDefault({ name: group, params }: Group, name: string, wanted: ParamValue): void {
  const value = readParameter(`${group}.${name}`, params.specs[name]!, wanted);
  (params.specs as Record<string, Parameter>)[name] = { ...params.specs[name]!, default: value };
  params.values[name] = value;
}

/** A view of an instance is written in its class; the values that it was made with are part of its code. */
function ofInstance(step: Extract<CodeStep, { kind: 'views' }>, exports: Readonly<Record<string, unknown>>, group: string, name: string): ScannedView | undefined {
  const instance = Object.entries(exports).map(([key, value]) => (value instanceof GroupInstance && (value.prefix ?? key) === group ? value : undefined)).find((value) => value !== undefined);
  // A class exported under another name; the bundler adds `$1` to the second class of a name.
  const className = instance?.class.name ?? (Object.entries(exports).find(([key, value]) => key === group && typeof value === 'function')?.[1] as { name: string } | undefined)?.name;
  const written = className === undefined ? undefined : step.written[`${className.replace(/\$\d+$/, '')}/${name}`];
  if (!written) return undefined;
  const values = sha256(JSON.stringify(instance?.values ?? null));
  return { ...written, hash: sha256(written.hash + values), parts: { ...written.parts, [`what group(${className ?? ''}) is given`]: DEFAULT + values } };
}

async function loadPlugin(step: Extract<CodeStep, { kind: 'plugin' }>, listSet: ParamSet, listSpecs: Record<string, Parameter>, mainOutputs: Map<string, string>, codes: Map<string, ViewCode>): Promise<Group> {
  const { plugins } = (await import(step.url)) as { plugins: readonly PluginSpec[] };
  const spec = plugins.find((plugin) => plugin.id === step.id);
  if (!spec) throw new YardError('PLUGIN_UNKNOWN', `The pack no longer has the plugin "${step.id}".`, step.where);
  const own: Record<string, Parameter> = {};
  const getters: Record<string, () => ParamValue> = {};
  const initial: Record<string, ParamValue> = {};
  let set = new ParamSet({});
  for (const [name, parameter] of Object.entries(spec.parameters)) {
    const view = withPicture(asViewParameter(parameter), step);
    const reference = listParameterOf(step.params[name]);
    if (reference !== undefined) {
      listSpecs[reference] = { ...view, default: readParameter(reference, view, listSet.values[reference]) };
      getters[name] = () => listSet.values[reference]!;
      continue;
    }
    const given = Object.hasOwn(step.params, name) ? readParameter(name, view, step.params[name]) : parameter.default;
    if (given === undefined) throw new YardError('LIST_PARAMETER_MISSING', `${step.id} needs the parameter "${name}".`, step.where);
    own[name] = { ...view, default: given };
    initial[name] = given;
    getters[name] = () => set.values[name]!;
  }
  set = new ParamSet(own);
  Object.assign(set.values, initial);
  const params = {};
  for (const [name, get] of Object.entries(getters)) Object.defineProperty(params, name, { enumerable: true, get });
  workspace.folder = step.folder;
  const { build } = await spec.load();
  let made: ReturnType<typeof build>;
  try {
    made = build({ inputs: step.in, params });
  } catch (error) {
    // Of several steps with the same plugin, which one it was.
    if (error instanceof YardError && !error.where) throw new YardError(error.code, `${step.as} (${step.id}): ${error.message}`, step.where);
    throw error;
  }
  const group = groupOfRecord(step.as, made, set);
  const missing = Object.keys(spec.outputs).find((output) => !group.views.has(output));
  if (missing !== undefined) throw new YardError('PLUGIN_OUTPUT', `The plugin ${step.id} promises the output "${missing}" but does not make it.`, step.where);
  mainOutputs.set(step.as, `${step.as}/${mainOutput(spec)}`);
  const parts = { [`the version of ${step.id}`]: spec.version, 'the inputs in the list': sha256(JSON.stringify(step.in)), 'the parameters in the list': DEFAULT + sha256(JSON.stringify(step.params)) };
  const hash = sha256(JSON.stringify([step.id, parts]));
  for (const name of group.views.keys()) codes.set(`${step.as}/${name}`, { hash: hash + name, parts });
  return group;
}

/** A plugin's region lies on an input: what that is in this list. */
function withPicture({ on, ...parameter }: Parameter, { in: inputs }: { readonly in: Readonly<Record<string, string>> }): Parameter {
  return on !== undefined && Object.hasOwn(inputs, on) ? { ...parameter, on: inputs[on]! } : parameter;
}

/** The Python files that a step calls are code of all its views; a plugin's views are written where its function is. */
async function addPython(groups: readonly Group[], { kind }: CodeStep, pythons: Pythons | undefined, codes: Map<string, ViewCode>, places: Map<string, Place>): Promise<void> {
  const python = await pythons?.loaded();
  if (!python) return;
  const files = Object.fromEntries(Array.from(python.files, ([file, hash]) => [basename(file), hash]));
  for (const id of groups.flatMap((group) => Array.from(group.views.keys(), (name) => `${group.name}/${name}`))) {
    const own = codes.get(id);
    if (own) codes.set(id, { hash: sha256(own.hash + JSON.stringify(files)), parts: { ...own.parts, ...files } });
    const { file, line = 1, column = 1 } = python.where ?? {};
    if (kind === 'plugin' && file !== undefined) places.set(id, { file, line, column });
  }
}

function listWithSpecs(set: ParamSet, specs: Record<string, Parameter>): ParamSet {
  const whole = new ParamSet(specs);
  whole.values = set.values;
  return whole;
}

function describe(code: GenerationCode, graph: Graph, scans: readonly LinkedScan[], groups: readonly Group[], places: ReadonlyMap<string, Place>, stepOf: ReadonlyMap<string, number>, notes: readonly string[]): GenerationDescriptor {
  const params: ParamDescriptor[] = groups.flatMap(({ name: group, params: set }) => Object.entries(set.specs).map(([name, spec]) => ({
    group, name, spec: { ...spec, ...(spec.on !== undefined && { on: graph.pictures.get(`${group}.${name}`)! }) }, value: set.values[name]!, structural: graph.structural.has(`${group}.${name}`),
  })));
  const reaches = takersReach(graph.views);
  return {
    number: code.number,
    views: graph.views.map((view, i) => describeView(view, reaches.get(view.id)!, places, (stepOf.get(view.group.name) ?? 0) * STEP_RANK + (placeOf(view, places)?.line ?? i))),
    params,
    actions: graph.actions.map(({ group, name, action, of }) => ({ group: group.name, name, from: of.key, title: action.title, trains: action.trains, into: constantKey(graph, action.into) })),
    scans: scans.map(describeScan),
    constants: [...graph.constants.keys()],
    paths: [...graph.paths.keys()],
    reach: reachOf(graph.views),
    reduces: graph.actions.length > 0 || graph.views.some((view) => view.stage === 'reduce'),
    notes,
  };
}

function describeScan({ id, view, scan, sets, by }: LinkedScan): ScanDescriptor {
  const { title, trains, atMost, timeoutMs } = scan;
  return {
    id, group: view.group.name, name: view.name, title, trains, atMost,
    ...(timeoutMs !== undefined && { timeoutMs }),
    views: [id, ...scan.of.map((of) => `${id}.${of}`)],
    sets,
    ...(by ? { by: by.key, ...(scan.by!.points !== undefined && { points: scan.by!.points }) } : { points: sets.reduce((product, { values }) => product * values.length, 1) }),
  };
}

function constantKey(graph: Graph, constant: unknown): string {
  return [...graph.constants].find(([, one]) => one === constant)![0];
}

/** More lines than a file has. */
const STEP_RANK = 1e6;

function placeOf(view: LinkedView, places: ReadonlyMap<string, Place>): Place | undefined {
  return places.get(view.id) ?? places.get(view.id.split('.')[0]!);
}

function describeView(view: LinkedView, reach: number, places: ReadonlyMap<string, Place>, rank: number): ViewDescriptor {
  const { kind, options, reducer } = view.spec;
  const window = options.average ?? reducer?.window;
  const where = placeOf(view, places);
  return {
    id: view.id,
    group: view.group.name,
    name: view.name,
    kind,
    ...(options.title !== undefined && { title: options.title }),
    ...(options.unit !== undefined && { unit: options.unit }),
    hidden: view.hidden,
    rank,
    stage: view.stage,
    inPool: runsInPool(view),
    cumulative: view.spec.scan !== undefined || (reducer !== undefined && reducer.window === undefined),
    ...(window !== undefined && { window }),
    ...(reach > 0 && { reach }),
    ...(options.every !== undefined && { every: options.every }),
    ...(options.timeoutMs !== undefined && { timeoutMs: options.timeoutMs }),
    inputs: view.inputs.map((input) => ({ name: input.name, from: input.key, optional: input.optional, ...((input.stale !== undefined || input.shift !== undefined) && { earlier: true as const }) })),
    hash: view.hash,
    ...(where && { where }),
  };
}

