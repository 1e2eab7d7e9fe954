import { isAction, type Action } from './action.ts';
import { recordsOf, type MethodView } from './class-views.ts';
import { Constant } from './constant.ts';
import { ParamSet, asParameter, readParameter, type Parameter, type ParamValue } from './parameters.ts';
import { YardError } from './problem.ts';
import { reduceInputs } from './reduce-inputs.ts';
import { isReducer } from './reducer.ts';
import { scanViews } from './scan.ts';
import { isView, type View, type ViewSpec } from './view-spec.ts';

/** Views that share parameters and a prefix, as the runtime sees them, however they were written. */
export interface Group {
  readonly name: string;
  /** Where a path's template finds the parameters that the group itself does not have: the file's, the list's. */
  outer?: Group;
  readonly views: Map<string, ViewSpec>;
  readonly actions: Map<string, Action>;
  readonly constants: Map<string, Constant>;
  readonly params: ParamSet;
}

type Class<T extends object = object> = new () => T;

/** Another instance of a class of views: `export const left = group(TimingTool, { prefix: 'left', sigma: 3 })`. */
export class GroupInstance {
  readonly class: Class;
  readonly prefix: string | undefined;
  readonly values: Readonly<Record<string, ParamValue>>;
  constructor(of: Class, prefix: string | undefined, values: Readonly<Record<string, ParamValue>>) {
    this.class = of;
    this.prefix = prefix;
    this.values = values;
  }
}

/** Makes another instance of a class of views, with a prefix and other defaults of its parameters. */
export function group<T extends object>(of: Class<T>, { prefix, ...values }: { prefix?: string } & { [K in keyof T]?: T[K] } = {}): GroupInstance {
  return new GroupInstance(of, prefix, values as Record<string, ParamValue>);
}

export function isViewClass(value: unknown): value is Class {
  return typeof value === 'function' && typeof value.prototype === 'object' && value.prototype !== null && recordsOf(value.prototype as object).length > 0;
}

/** The group of a record of views, actions and constants: a file's exports, an exported object, a plugin's outputs. */
export function groupOfRecord(name: string, record: Readonly<Record<string, unknown>>, params = new ParamSet({})): Group {
  const group: Group = { name, views: new Map(), actions: new Map(), constants: new Map(), params };
  for (const [key, value] of Object.entries(record)) {
    if (isView(value)) addView(group, key, value);
    else if (isAction(value)) group.actions.set(key, value);
    else if (value instanceof Constant) group.constants.set((value.name ??= key), value);
  }
  nameConstants(group);
  return group;
}

function addView(group: Group, name: string, view: View): void {
  for (const [key, spec] of view.scan ? scanViews(name, view) : [[name, view] as const]) group.views.set(key, spec);
}

/** An action that names its constant (`into: 'dark'`) gets the group's constant of that name. */
function nameConstants(group: Group): void {
  const own = [...group.constants.values()];
  for (const [name, action] of group.actions) {
    const named = action.into.name === undefined || own.includes(action.into) ? undefined : group.constants.get(action.into.name);
    if (named) group.actions.set(name, { ...action, into: named });
  }
}

/** The group of one instance of a class. Fields marked `@Param` and `@Const` are read from the group from then on. */
export function groupOfClass(name: string, of: Class, values: Readonly<Record<string, ParamValue>> = {}): Group {
  const instance = new of() as Record<string, unknown>;
  const records = recordsOf(of.prototype as object);
  const params = new ParamSet(paramSpecs(name, instance, records, values));
  for (const field of Object.keys(params.specs)) {
    Object.defineProperty(instance, field, {
      enumerable: true,
      get: () => params.values[field],
      set: () => {
        throw new YardError('PARAM_WRITE', `${name}.${field} is a parameter: a view reads it, a person sets it.`);
      },
    });
  }
  const group: Group = { name, views: new Map(), actions: new Map(), constants: new Map(), params };
  for (const field of new Set(records.flatMap((record) => [...record.constants]))) {
    const constant = new Constant(field);
    group.constants.set(field, constant);
    Object.defineProperty(instance, field, { enumerable: true, get: () => constant.value });
  }
  const methods = new Map<string, MethodView>(records.flatMap((record) => [...record.methods]));
  for (const [method, declared] of methods) group.views.set(method, methodSpec(name, method, declared, instance));
  for (const [field, of] of records.flatMap((record) => [...record.states])) {
    const reduce = instance[field];
    if (!isReducer(reduce)) throw new YardError('STATE_NO_REDUCER', `${name}.${field} is marked @State, so it must hold a reducer such as histogram(...).`);
    const fed = (view: string): ViewSpec => {
      const found = group.views.get(view);
      if (!found) throw new YardError('STATE_NO_VIEW', `@State of ${name}.${field} is fed by "${view}", which is no view of ${name}; it has ${[...methods.keys()].join(', ')}.`);
      return found;
    };
    const foldable = typeof of === 'string' ? fed(of) : Object.fromEntries(Object.entries(of).map(([input, view]) => [input, fed(view)]));
    group.views.set(field, { '~view': true, kind: reduce.kind, inputs: reduceInputs(foldable, reduce), options: {}, reducer: reduce });
  }
  // Constants, actions and scans may be fields too: `dark = keep<Image>(); record = action('Record dark', { ..., into: this.dark })`.
  for (const [field, value] of Object.entries(instance)) {
    if (value instanceof Constant) group.constants.set((value.name ??= field), value);
    else if (isAction(value)) group.actions.set(field, value);
    else if (isView(value) && value.scan) addView(group, field, value);
  }
  nameConstants(group);
  return group;
}

function paramSpecs(group: string, instance: Record<string, unknown>, records: ReturnType<typeof recordsOf>, values: Readonly<Record<string, ParamValue>>): Record<string, Parameter> {
  const specs: Record<string, Parameter> = {};
  for (const [field, declared] of records.flatMap((record) => [...record.params])) {
    // A whole parameter brings its own default: `@Param(rectangle([0, 0, 9, 9])) roi!: Rectangle`.
    const initial = instance[field] ?? (declared.default === undefined ? undefined : declared);
    if (initial === undefined) throw new YardError('PARAM_NO_DEFAULT', `${group}.${field} is marked @Param and needs a default value: ${field} = ...`);
    const plain = asParameter(initial as ParamValue);
    const spec: Parameter = { ...plain, ...(declared.choices && { type: 'choice' }), ...declared };
    specs[field] = { ...spec, default: readParameter(`${group}.${field}`, spec, values[field] ?? plain.default) };
  }
  for (const name of Object.keys(values)) {
    if (!(name in specs)) throw new YardError('PARAM_UNKNOWN', `${group} has no parameter "${name}"; it has ${Object.keys(specs).join(', ') || 'none'}.`);
  }
  return specs;
}

function methodSpec(group: string, name: string, declared: MethodView, instance: Record<string, unknown>): ViewSpec {
  if (!declared.kind) throw new YardError('VIEW_NO_KIND', `${group}.${name} has @From inputs but no kind: put @View.Image (or Scalar, Vector ...) above it.`);
  const run = instance[name];
  if (typeof run !== 'function') throw new YardError('VIEW_NO_METHOD', `${group}.${name} is not a method.`);
  const missing = Array.from({ length: Math.max(run.length, declared.inputs.length) }, (_, i) => i).find((i) => !declared.inputs[i]);
  if (missing !== undefined) throw new YardError('VIEW_NO_FROM', `Parameter ${missing + 1} of ${group}.${name} has no @From(...): every parameter of a view names its input.`);
  return {
    '~view': true,
    kind: declared.kind,
    inputs: declared.inputs.map((input, i) => ({ name: `input${i + 1}`, ...input! })),
    options: declared.options,
    call: (values) => (run as (...args: readonly unknown[]) => unknown).apply(instance, values as unknown[]),
  };
}

/** An exported object of views; a view or an action, whose parts are views, too, is none. */
function isRecordOfViews(value: unknown): value is Record<string, View> {
  if (typeof value !== 'object' || value === null || isView(value) || isAction(value)) return false;
  return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).some(isView);
}

/**
 * The groups of a file's exports: a class under its name, an instance under its prefix (or export name), an object of
 * views under its export name, and all other views, actions and constants under `stem` (`views` for `views.ts`).
 */
export function groupsOfModule(stem: string, exports: Readonly<Record<string, unknown>>, params: readonly ParamSet[] = [], constants: readonly Constant[] = []): Group[] {
  const merged = new ParamSet(Object.assign({}, ...params.map((set) => set.specs)) as Record<string, Parameter>);
  const names = params.flatMap((set) => Object.keys(set.specs));
  const double = names.find((name, i) => names.indexOf(name) !== i);
  if (double !== undefined) throw new YardError('PARAM_TWICE', `Two parameters() of ${stem} declare "${double}": give one of them another name.`);
  // Several parameters() of one file share one set of values, so that setting one of them reaches its reader.
  for (const set of params) set.values = merged.values;
  const loose = groupOfRecord(stem, exports, merged);
  const groups: Group[] = [];
  for (const [key, value] of Object.entries(exports)) {
    if (value instanceof GroupInstance) groups.push(groupOfClass(value.prefix ?? key, value.class, value.values));
    else if (isViewClass(value)) groups.push(groupOfClass(key === 'default' ? value.name : key, value));
    else if (isRecordOfViews(value)) {
      groups.push(groupOfRecord(key, value));
    }
  }
  const named = new Set([loose, ...groups].flatMap((one) => [...one.constants.values()]));
  for (const constant of constants) {
    if (named.has(constant)) continue;
    if (constant.name === undefined) throw new YardError('CONSTANT_NO_NAME', `A keep() that is not exported needs a name: keep('dark').`);
    loose.constants.set(constant.name, constant);
  }
  if (loose.views.size || loose.actions.size || loose.constants.size || Object.keys(merged.specs).length) groups.push(loose);
  for (const group of groups) if (group !== loose) group.outer = loose;
  const seen = new Set<string>();
  for (const { name } of groups) {
    if (seen.has(name)) throw new YardError('GROUP_TWICE', `Two groups are called "${name}": give one of them another prefix.`);
    seen.add(name);
  }
  return groups;
}
