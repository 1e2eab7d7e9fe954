import { YardError, didYouMean, readParameter, type Group, type ParamValue, type Scan, type Where } from '@trainyard/core';
import type { Graph, LinkedInput, LinkedView } from '../worker/link.ts';
import { inputReach, takersReach } from '../worker/reach.ts';
import type { Varied } from './scan-tables.ts';

/** A scan with its place in the graph. */
export interface LinkedScan {
  /** The id of its table: `group/name`. */
  readonly id: string;
  readonly view: LinkedView;
  readonly scan: Scan;
  readonly sets: readonly SetParameter[];
  readonly varied: readonly Varied[];
  readonly by: LinkedInput | undefined;
  readonly of: readonly (readonly [name: string, input: LinkedInput])[];
  /** How many train IDs back what it collects looks: so many at the beginning of a point still see the point before. */
  readonly back: number;
}

/** A parameter that a scan sets. */
export interface SetParameter {
  readonly group: string;
  readonly name: string;
  readonly values: readonly ParamValue[];
}

/** Resolves what the scans of a generation set and collect. Throws `SCAN_PARAMETER`, `SCAN_PATH`, `SCAN_OF` or what is wrong with a value, at the scan's line. */
export function linkScans(graph: Graph, groups: readonly Group[], placeOf: (id: string) => Where | undefined): LinkedScan[] {
  const takers = takersReach(graph.views);
  return graph.views.flatMap((view) => {
    const { scan: part } = view.spec;
    if (!part || part.of !== undefined) return [];
    try {
      return [linkScan(view, part.scan, graph, groups, takers)];
    } catch (error) {
      const where = placeOf(view.id);
      if (error instanceof YardError && !error.where && where) throw new YardError(error.code, error.message, where);
      throw error;
    }
  });
}

function linkScan(view: LinkedView, scan: Scan, graph: Graph, groups: readonly Group[], takers: ReadonlyMap<string, number>): LinkedScan {
  const sets = Object.entries(scan.set ?? {}).map(([written, values]) => setParameter(view, written, values, graph, groups));
  const twice = sets.find((one, i) => sets.findIndex((other) => other.group === one.group && other.name === one.name) !== i);
  if (twice) throw new YardError('SCAN_PARAMETER', `The scan ${view.id} sets ${twice.group}.${twice.name} by two names.`);
  const by = view.inputs.find((input) => input.name === 'by');
  const of = scan.of.map((name) => [name, view.inputs.find((input) => input.name === `of.${name}`)!] as const);
  const back = Math.max(0, ...of.map(([, input]) => inputReach(input, takers)));
  if (back === Infinity) {
    const endless = of.find(([, input]) => inputReach(input, takers) === Infinity)!;
    throw new YardError('SCAN_OF', `The scan ${view.id} collects ${endless[1].key}, which runs on over all trains, so that points would not be apart: collect what it is made of, with a reducer of the scan's own.`);
  }
  const unitOf = ({ group, name }: SetParameter): string | undefined => groups.find((one) => one.name === group)!.params.specs[name]!.unit;
  const varied: Varied[] = by ? [{ name: nameOf(by) }] : Object.keys(scan.set!).map((name, i) => ({ name, unit: unitOf(sets[i]!), values: sets[i]!.values }));
  return { id: view.id, view, scan, sets, varied, by, of, back };
}

/** The parameter of that name: of the scan's own group, of the file, of the list, or the only one; or `group.name`. */
function setParameter(view: LinkedView, written: string, values: readonly ParamValue[], graph: Graph, groups: readonly Group[]): SetParameter {
  const dot = written.lastIndexOf('.');
  const [wanted, name] = [written.slice(0, Math.max(dot, 0)), written.slice(dot + 1)];
  const has = (group: Group): boolean => Object.hasOwn(group.params.specs, name) && (wanted === '' || group.name === wanted);
  let owner: Group | undefined;
  for (let group: Group | undefined = view.group; group && !owner; group = group.outer) if (has(group)) owner = group;
  const others = groups.filter(has);
  if (!owner && others.length > 1) throw new YardError('SCAN_PARAMETER', `The scan ${view.id} sets "${written}", which may be ${others.map((group) => `${group.name}.${name}`).join(' or ')}: write the group, too.`);
  owner ??= others[0];
  if (!owner) {
    const known = groups.flatMap((group) => Object.keys(group.params.specs));
    throw new YardError('SCAN_PARAMETER', `The scan ${view.id} sets "${written}", but there is no parameter of that name.${didYouMean(name, known)}`);
  }
  const key = `${owner.name}.${name}`;
  if (graph.structural.has(key)) throw new YardError('SCAN_PATH', `The scan ${view.id} sets ${key}, which a data path is made of: each value would load the code again. Scan a parameter that a view reads.`);
  const spec = owner.params.specs[name]!;
  return { group: owner.name, name, values: values.map((value) => readParameter(`${view.id} sets ${key}, which`, spec, value)) };
}

/** How the column of a source's value is called: its property, or the view. */
function nameOf(by: LinkedInput): string {
  if (by.view !== undefined) return by.view.slice(by.view.indexOf('/') + 1);
  return by.path?.kind === 'karabo' ? by.path.key.split('.').at(-1)! : 'train_id';
}
