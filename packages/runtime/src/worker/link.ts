import {
  YardError, canonicalKey, didYouMean, fillTemplate, formatDataPath, parseDataPath, templateNames, isView,
  type Action, type Constant, type DataPath, type Group, type ViewInput, type ViewSpec, type Where,
} from '@trainyard/core';
import { createHash } from 'node:crypto';
import type { LinkedCode } from '../code/code-changes.ts';
import type { ViewCode } from '../code/hash.ts';
import { checkWritten } from './check-written.ts';

/** A view with its place in the graph. */
export interface LinkedView {
  readonly id: string;
  readonly group: Group;
  readonly name: string;
  readonly spec: ViewSpec;
  readonly inputs: readonly LinkedInput[];
  stage: 'pool' | 'reduce';
  /** Whether its function can run on any worker: all it takes is of this train and of pool views. */
  poolInputs: boolean;
  readonly hidden: boolean;
  /** Of its code and of all that it takes. */
  readonly hash: string;
  readonly code: LinkedCode;
}

/** Where an input's value comes from: another view, or a path of the train. */
export interface LinkedInput {
  readonly name: string;
  readonly optional: boolean;
  readonly stale?: number;
  readonly shift?: number;
  readonly pulses?: string;
  /** `view#group/name`, or the canonical text of a path. */
  readonly key: string;
  readonly view?: string;
  /** A view other than `compute` gives its array alone: units and axes are for panels and files. */
  readonly bare?: boolean;
  readonly path?: DataPath;
}

export interface LinkedAction {
  readonly group: Group;
  readonly name: string;
  readonly action: Action;
  readonly of: LinkedInput;
}

export interface Graph {
  /** Inputs before those that take them. */
  readonly views: readonly LinkedView[];
  readonly actions: readonly LinkedAction[];
  readonly constants: ReadonlyMap<string, Constant>;
  readonly paths: ReadonlyMap<string, DataPath>;
  /** `group.name` of parameters used in paths. */
  readonly structural: ReadonlySet<string>;
  /** `group.name` of regions that name a picture -> the view's id or the data path. */
  readonly pictures: ReadonlyMap<string, string>;
}

/** A view whose function runs on any worker. One with `average` does, too: only its mean is made in train order. */
export function runsInPool(view: LinkedView): boolean {
  return view.spec.call !== undefined && view.poolInputs;
}

/** Resolves names and paths of all groups; a name that no view has throws `VIEW_UNKNOWN` with the nearest one. What is wrong with other views is in the error's `more`. */
export function link(groups: readonly Group[], mainOutputs: ReadonlyMap<string, string>, codeOf: (id: string) => ViewCode, placeOf: (id: string) => Where | undefined = () => undefined): Graph {
  return new Linker(groups, mainOutputs, codeOf, placeOf).graph();
}

class Linker {
  readonly #groups: readonly Group[];
  readonly #mainOutputs: ReadonlyMap<string, string>;
  readonly #codeOf: (id: string) => ViewCode;
  readonly #placeOf: (id: string) => Where | undefined;
  readonly #ids = new Map<ViewSpec, string>();
  readonly #owners = new Map<ViewSpec, Group>();
  readonly #linked = new Map<string, LinkedView>();
  readonly #pending = new Set<string>();
  readonly #broken = new Map<string, unknown>();
  readonly #specs = new Map<string, ViewSpec>();
  readonly #paths = new Map<string, DataPath>();
  readonly #structural = new Set<string>();

  constructor(groups: readonly Group[], mainOutputs: ReadonlyMap<string, string>, codeOf: (id: string) => ViewCode, placeOf: (id: string) => Where | undefined) {
    this.#groups = groups;
    this.#placeOf = placeOf;
    this.#mainOutputs = mainOutputs;
    this.#codeOf = codeOf;
    for (const group of groups) {
      for (const [name, spec] of group.views) {
        const id = `${group.name}/${name}`;
        // The same view exported twice keeps its first name.
        if (!this.#ids.has(spec)) this.#own(spec, id, group);
      }
    }
  }

  #own(spec: ViewSpec, id: string, group: Group): void {
    this.#ids.set(spec, id);
    this.#owners.set(spec, group);
    this.#specs.set(id, spec);
  }

  graph(): Graph {
    const ids = [...this.#specs.keys()];
    const wrong = new Set<YardError>();
    for (const id of ids) {
      try {
        this.#view(id);
      } catch (error) {
        if (!(error instanceof YardError)) throw error;
        wrong.add(error);
      }
    }
    const [first, ...more] = wrong;
    if (first) throw Object.assign(first, { more });
    const actions = this.#groups.flatMap((group) => Array.from(group.actions, ([name, action]) => ({
      group, name, action, of: this.#input({ name: 'value', ...asRef(action.of) }, group, `${group.name}/${name}`),
    })));
    const constants = new Map(this.#groups.flatMap((group) => Array.from(group.constants, ([name, constant]) => [`${group.name}.${name}`, constant] as const)));
    for (const { action, group, name } of actions) {
      if (![...constants.values()].includes(action.into)) throw new YardError('ACTION_NO_CONSTANT', `The action ${group.name}/${name} keeps its result in a constant that is not exported: export const dark = keep().`);
    }
    const views = [...this.#linked.values()];
    for (const view of views) this.#place(view);
    return { views, actions, constants, paths: this.#paths, structural: this.#structural, pictures: this.#pictures() };
  }

  #pictures(): Map<string, string> {
    return new Map(this.#groups.flatMap((group) => Object.entries(group.params.specs).flatMap(([name, { on }]): [string, string][] => (on === undefined ? [] : [[`${group.name}.${name}`, this.#picture(on, group, `${group.name}.${name}`)]]))));
  }

  #picture(on: string, group: Group, key: string): string {
    const path = on.includes('#') ? parseDataPath(this.#fill(on, group)) : ({ kind: 'view', name: on } as const);
    if (path.kind === 'view') return this.#byName(path.name, group, key);
    return formatDataPath(path.kind === 'karabo' ? { ...path, key: canonicalKey(path.key) } : path);
  }

  #view(id: string): LinkedView {
    const known = this.#linked.get(id);
    if (known) return known;
    if (this.#broken.has(id)) throw this.#broken.get(id);
    if (this.#pending.has(id)) throw new YardError('VIEW_CYCLE', `The view ${id} takes itself as input: ${[...this.#pending, id].join(' -> ')}.`);
    this.#pending.add(id);
    try {
      return this.#resolve(id);
    } catch (error) {
      // Whoever takes it, or is in a circle with it, has the same error, said once.
      this.#broken.set(id, error);
      throw error;
    } finally {
      this.#pending.delete(id);
    }
  }

  #resolve(id: string): LinkedView {
    const spec = this.#specs.get(id)!;
    const group = this.#owners.get(spec)!;
    this.#at(id, () => checkWritten(id, spec));
    const inputs = spec.inputs.map((input) => this.#at(id, () => this.#input(input, group, id)));
    const taken = inputs.flatMap((input) => (input.view ? [this.#linked.get(input.view)!] : []));
    const own = this.#codeOf(id);
    const how = sha256(JSON.stringify([spec.kind, spec.options, spec.reducer?.name, inputs, ...(spec.scan ? [spec.scan] : [])]));
    const hash = sha256([own.hash, how, ...taken.map((view) => view.hash)].join());
    const code: LinkedCode = Object.assign({ [id]: { parts: own.parts, how } }, ...taken.map((view) => view.code));
    const linked: LinkedView = { id, group, name: id.slice(group.name.length + 1), spec, inputs, stage: 'pool', poolInputs: true, hidden: spec.options.hidden === true || spec.kind === 'compute', hash, code };
    this.#linked.set(id, linked);
    return linked;
  }

  /** What is wrong with a view is said at the line where it is written. */
  #at<T>(id: string, work: () => T): T {
    try {
      return work();
    } catch (error) {
      const where = this.#placeOf(id);
      if (!(error instanceof YardError) || error.where || !where) throw error;
      throw new YardError(error.code, error.message, where);
    }
  }

  #input(input: ViewInput, group: Group, id: string): LinkedInput {
    const { name, from, optional = false, stale, shift, pulses } = input;
    if (shift !== undefined && Number.isInteger(shift) && shift > 0) throw new YardError('INPUT_SHIFT', `${id} takes a later train (shifted by ${shift}); only earlier ones are at hand: shifted(path, -${shift}).`);
    const more = { name, optional, ...(stale !== undefined && { stale }), ...(shift !== undefined && { shift }), ...(pulses !== undefined && { pulses }) };
    if (isView(from)) {
      let target = this.#ids.get(from);
      if (target === undefined) {
        // Not exported: computed for this view only, never listed.
        target = `${id}.${name}`;
        this.#own({ ...from, options: { ...from.options, hidden: true } }, target, group);
        this.#ids.set(from, target);
      }
      return this.#fromView(more, target);
    }
    const path = parseDataPath(this.#fill(from, group));
    if (path.kind === 'view') {
      const target = this.#byName(path.name, group, id);
      return this.#fromView(more, target);
    }
    const canonical = path.kind === 'karabo' ? { ...path, key: canonicalKey(path.key) } : path;
    const key = formatDataPath(canonical);
    this.#paths.set(key, canonical);
    return { ...more, key, path: canonical };
  }

  /** A template's name is a parameter of the group, else of the file, else of the list. */
  #fill(text: string, group: Group): string {
    const chain: Group[] = [];
    for (let at: Group | undefined = group; at; at = at.outer) chain.unshift(at);
    for (const name of templateNames(text)) {
      const owner = chain.findLast((one) => Object.hasOwn(one.params.specs, name));
      if (owner) this.#structural.add(`${owner.name}.${name}`);
    }
    return fillTemplate(text, Object.assign({}, ...chain.map((one) => one.params.values)) as Record<string, unknown>);
  }

  #fromView(more: Omit<LinkedInput, 'key'>, target: string): LinkedInput {
    const view = this.#view(target);
    return { ...more, key: `view#${target}`, view: view.id, bare: view.spec.kind !== 'compute' };
  }

  /** `view#name`: a full id, a step's main output, a view of the same group, or the only view of that name. */
  #byName(name: string, group: Group, id: string): string {
    const main = this.#mainOutputs.get(name);
    for (const candidate of [name, main, `${group.name}/${name}`]) if (candidate !== undefined && this.#specs.has(candidate)) return candidate;
    const same = [...this.#specs.keys()].filter((other) => other.split('/')[1] === name);
    if (same.length === 1) return same[0]!;
    if (same.length > 1) throw new YardError('VIEW_AMBIGUOUS', `${id} takes view#${name}, which may be ${same.join(' or ')}: write the group, too.`);
    const words = [...this.#specs.keys(), ...this.#mainOutputs.keys(), ...Array.from(this.#specs.keys(), (key) => key.split('/')[1]!)];
    throw new YardError('VIEW_UNKNOWN', `${id} takes view#${name}, but there is no view of that name.${didYouMean(name, words)}`);
  }

  /** A view is in the reduce stage when it remembers, or takes what does. */
  #place(view: LinkedView): void {
    view.poolInputs = view.inputs.every((input) => input.stale === undefined && input.shift === undefined && (input.view === undefined || this.#linked.get(input.view)!.stage === 'pool'));
    const remembers = view.spec.reducer !== undefined || view.spec.options.average !== undefined || view.spec.scan !== undefined;
    view.stage = remembers || !view.poolInputs ? 'reduce' : 'pool';
  }
}

function asRef(input: Action['of']): Omit<ViewInput, 'name'> {
  if (typeof input === 'string' || isView(input)) return { from: input };
  return input;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
