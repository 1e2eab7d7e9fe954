import { createHash } from 'node:crypto';
import { YardError, didYouMean, formatWhere, readParameter, type ParamValue } from '@trainyard/core';
import type { ConstantState, ParameterState } from '@trainyard/control';
import { splitKey } from '../worker/chosen-parameters.ts';
import { writeParameter } from '../write/write-parameter.ts';
import type { GenerationCode, GenerationDescriptor, KeptParameter, ParamDescriptor, ViewDescriptor } from '../worker/generation.ts';
import type { ConstantValue, ToWorker } from '../worker/messages.ts';
import type { Journal } from '../project/journal.ts';
import { KeptParameters } from '../project/kept-parameters.ts';
import type { ProjectFolder } from '../project/project-folder.ts';
import type { WorkerHandle } from '../crew/worker-handle.ts';

/** Those who have to hear of a change: each at its own moment, the same train for all. */
export interface Staff {
  /** To all workers, from the next train that is handed out. */
  tell(message: ToWorker): void;
  /** The ID from which the change holds, as far as it is known. */
  nextTrain(): number;
}

/** What is changed while views run, by a person, an action or a scan: parameters, constants. Every change is journalled. */
export class Controls {
  readonly #staff: Staff;
  readonly #journal: Journal;
  readonly #project: ProjectFolder;
  /** Live views find their parameters again after a restart; a run starts from the file. */
  readonly #keepsParameters: boolean;
  readonly #constants = new Map<string, ConstantValue & { at: number }>();
  #descriptor: GenerationDescriptor | undefined;
  #values: Record<string, ParamValue> = {};
  /** Set since a generation began to load. */
  readonly #since = new Set<string>();
  readonly #kept: KeptParameters;
  /** What scans have set for now, as it was before, by `group.name`. */
  beforeScans: () => ReadonlyMap<string, ParamValue> = () => new Map();
  #saved: string;

  constructor(staff: Staff, journal: Journal, project: ProjectFolder, keepsParameters: boolean) {
    this.#staff = staff;
    this.#journal = journal;
    this.#project = project;
    this.#keepsParameters = keepsParameters;
    this.#kept = new KeptParameters(keepsParameters ? project.parameters() : {});
    this.#saved = JSON.stringify(this.#kept.all);
    const at = Date.now();
    for (const constant of project.constants()) this.#constants.set(constant.key, { ...constant, at });
  }

  /** What the next generation starts from, besides its code. */
  choose(): Readonly<Record<string, KeptParameter>> {
    this.#since.clear();
    return this.#kept.all;
  }

  /** A generation takes over, with the values that it has settled on; those that were set while it loaded are newer and win. */
  adopt(descriptor: GenerationDescriptor, who: string): void {
    const during = [...this.#since].map((key) => [key, this.#values[key]!] as const);
    this.#descriptor = descriptor;
    this.#values = Object.fromEntries(descriptor.params.map((param) => [keyOf(param), param.value]));
    this.#keep();
    for (const [key, value] of during) this.#setAgain(key, value, who);
  }

  #setAgain(key: string, value: ParamValue, who: string): void {
    const [group, name] = splitKey(key);
    try {
      this.set(group, name, value, who);
    } catch {
      // The parameter is gone, or its range another: what the new code has stays.
    }
  }

  #keep(): void {
    this.#kept.note((this.#descriptor?.params ?? []).map((param) => ({ ...param, value: this.#values[keyOf(param)]! })));
    const kept = this.#keptAfterScans();
    const text = JSON.stringify(kept);
    if (!this.#keepsParameters || text === this.#saved) return;
    this.#saved = text;
    this.#project.saveParameters(kept);
  }

  /** What a scan has set for now is not what is to be found after a restart. */
  #keptAfterScans(): Record<string, KeptParameter> {
    const before = this.beforeScans();
    if (before.size === 0) return this.#kept.all;
    const kept = new KeptParameters(this.#kept.all);
    kept.note((this.#descriptor?.params ?? []).flatMap((param) => (before.has(keyOf(param)) ? [{ ...param, value: before.get(keyOf(param))! }] : [])));
    return kept.all;
  }

  /** Tells a worker that joins what was set and recorded since its code was written. */
  greet(worker: WorkerHandle): void {
    for (const param of this.#descriptor?.params ?? []) worker.send({ type: 'set', group: param.group, name: param.name, value: this.#values[keyOf(param)]! });
    for (const constant of this.#constants.values()) worker.send({ type: 'constant', constant });
  }

  /** What a parameter is now; undefined when there is none of that name. */
  value(group: string, name: string): ParamValue | undefined {
    return this.#values[`${group}.${name}`];
  }

  /** Sets a parameter; gives back which (`group.name`), and whether paths depend on it, so that a generation must start. Throws what is wrong with the value. */
  set(group: string, name: string, value: unknown, who: string): { readonly value: ParamValue; readonly keys: readonly string[]; readonly structural: boolean } {
    const found = this.#named(group, name);
    // All are read before the first is set: a value that fits one and not the other changes nothing.
    const read = found.map((param) => readParameter(keyOf(param), param.spec, value));
    for (const [i, param] of found.entries()) {
      const key = keyOf(param);
      this.#journal.add({ trainId: this.#staff.nextTrain(), who, what: 'parameter', name: key, value: read[i]!, before: this.#values[key]! });
      this.#values = { ...this.#values, [key]: read[i]! };
      this.#since.add(key);
      this.#staff.tell({ type: 'set', group: param.group, name, value: read[i]! });
    }
    this.#keep();
    return { value: read[0]!, keys: found.map(keyOf), structural: found.some((param) => param.structural) };
  }

  #named(group: string, name: string): readonly ParamDescriptor[] {
    const params = this.#descriptor?.params ?? [];
    const found = params.filter((param) => param.name === name && (group === '' || param.group === group));
    if (found.length === 0) throw new YardError('SET_UNKNOWN', `There is no parameter ${group ? `${group}.` : ''}${name}.${didYouMean(name, params.map((param) => param.name))}`);
    return found;
  }

  /** Writes the value that a parameter has now into the user's file, as its default; gives back in words what it did. Throws `WRITE_PLACE`. */
  write(group: string, name: string, file: string, code: GenerationCode, who: string): string {
    const [found, other] = this.#named(group, name);
    const key = keyOf(found!);
    if (other) throw new YardError('WRITE_PLACE', `There are several parameters of this name: say which, such as ${key} or ${keyOf(other)}.`);
    if (this.beforeScans().has(key)) throw new YardError('WRITE_PLACE', `${key} is set by a scan at the moment: write it when the scan has ended.`);
    const params = this.#descriptor!.params.map((param) => ({ ...param, value: this.#values[keyOf(param)]! }));
    const param = params.find((one) => keyOf(one) === key)!;
    const { changed, ...where } = writeParameter({ file, code, param, params });
    if (!changed) return `${formatWhere(where)} says ${name} = ${JSON.stringify(param.value)} already`;
    this.#journal.add({ trainId: this.#staff.nextTrain(), who, what: 'write', name: key, value: param.value, before: param.spec.default });
    return `${name} = ${JSON.stringify(param.value)} is written at ${formatWhere(where)}`;
  }

  /** A constant was recorded: it is kept, and every worker gets it at one train boundary. */
  record(constant: ConstantValue): void {
    this.#constants.set(constant.key, { ...constant, at: Date.now() });
    this.#project.saveConstant(constant);
    this.#staff.tell({ type: 'constant', constant });
    this.#journal.add({ trainId: this.#staff.nextTrain(), who: 'action', what: 'constant', name: constant.key, value: markOf(constant) });
  }

  /** The constants that the code uses and that are there: each output names what it was made with. */
  inUse(): { readonly key: string; readonly mark: string }[] {
    return (this.#descriptor?.constants ?? []).flatMap((key) => {
      const constant = this.#constants.get(key);
      return constant ? [{ key, mark: markOf(constant) }] : [];
    });
  }

  /** The values of those. */
  constantsInUse(): ConstantValue[] {
    return (this.#descriptor?.constants ?? []).flatMap((key) => this.#constants.get(key) ?? []);
  }

  /** All parameters as they are, each with the default that it was chosen against. */
  chosen(): Record<string, KeptParameter> {
    return Object.fromEntries((this.#descriptor?.params ?? []).map((param) => [keyOf(param), { value: this.#values[keyOf(param)]!, default: param.spec.default, type: param.spec.type }]));
  }

  /** Puts the constants in use into the journal, at the start: a file then says which dark it was made with. */
  declare(): void {
    for (const { key, mark } of this.inUse()) this.#journal.add({ trainId: this.#staff.nextTrain(), who: 'start', what: 'constant', name: key, value: mark });
  }

  /**
   * Starts what remembers trains anew (a view by its name or `group/name`, a group, or all), or forgets a constant (`dark`, `group.dark`), from the
   * next train on. Gives back in words what it did; throws `CLEAR_UNKNOWN`.
   */
  clear(name: string | undefined, who: string): string {
    const { views = [], constants = [] } = this.#descriptor ?? {};
    const said = name === undefined ? this.#clearViews(undefined) : this.#clearNamed(name, views, constants);
    this.#journal.add({ trainId: this.#staff.nextTrain(), who, what: 'clear', name: name ?? 'all' });
    return said;
  }

  /** What remembers trains starts anew with the next train, for it is an earlier one. */
  beginAnew(): void {
    this.#staff.tell({ type: 'clear' });
  }

  #clearNamed(name: string, views: readonly ViewDescriptor[], constants: readonly string[]): string {
    const found = views.filter((view) => [view.id, view.name, view.group].includes(name));
    const meant = (key: string): boolean => key === name || splitKey(key)[1] === name;
    // Those of other lists in this folder are meant by their full name only.
    const keys = [...new Set([...constants.filter(meant), ...(this.#constants.has(name) ? [name] : [])])];
    if (found.length === 0 && keys.length === 0) {
      const known = [...views.flatMap((view) => [view.id, view.name, view.group]), ...constants.flatMap((key) => [key, splitKey(key)[1]])];
      throw new YardError('CLEAR_UNKNOWN', `There is no view, group or constant "${name}".${didYouMean(name, new Set(known))} There are ${[...views.map((view) => view.id), ...constants].join(', ') || 'none'}.`);
    }
    return [...keys.map((key) => this.#forget(key)), ...(found.length ? [this.#clearViews(found)] : [])].join('; ');
  }

  #forget(key: string): string {
    if (!this.#constants.delete(key)) return `${key} is not recorded: there is nothing to forget`;
    this.#project.removeConstant(key);
    this.#staff.tell({ type: 'constant', constant: { key, value: undefined, memory: new SharedArrayBuffer(0) } });
    return `${key} is forgotten`;
  }

  #clearViews(views: readonly ViewDescriptor[] | undefined): string {
    if (!views) {
      this.#staff.tell({ type: 'clear' });
      return 'all averages, histograms and other running results start anew';
    }
    const remembering = views.filter((view) => view.cumulative || view.window !== undefined).map((view) => view.id);
    for (const id of remembering) this.#staff.tell({ type: 'clear', id });
    if (remembering.length === 0) return `${views.map((view) => view.id).join(', ')}: no trains are remembered there, nothing is to be cleared`;
    return remembering.length === 1 ? `${remembering[0]} starts anew` : `${remembering.join(', ')} start anew`;
  }

  states(): { parameters: ParameterState[]; constants: ConstantState[] } {
    const { params = [], constants = [] } = this.#descriptor ?? {};
    return {
      parameters: params.map(({ group, name, spec }) => ({ group, name, ...spec, value: this.#values[`${group}.${name}`]! })),
      constants: constants.map((key) => {
        const constant = this.#constants.get(key);
        const at = key.lastIndexOf('.');
        const value = constant?.value;
        const shape = typeof value === 'object' && value !== null && 'shape' in value ? value.shape : undefined;
        return { group: key.slice(0, at), name: key.slice(at + 1), ...(constant && { recordedAt: constant.at }), ...(shape && { shape }) };
      }),
    };
  }
}

function keyOf({ group, name }: { readonly group: string; readonly name: string }): string {
  return `${group}.${name}`;
}

/** The hash of a constant's value: equal marks, equal values. */
export function markOf({ value, memory }: ConstantValue): string {
  return `sha256:${createHash('sha256').update(JSON.stringify(value)).update(new Uint8Array(memory)).digest('hex').slice(0, 16)}`;
}
