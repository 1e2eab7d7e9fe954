import { Hdf5Dataset, Hdf5Group, openHdf5, type Hdf5File } from '@trainyard/hdf5';
import { readResults } from '@trainyard/nexus';
import { outcomeNames } from '@trainyard/core';
import { plural, shapeText, table } from './print.ts';

const MOST_ROWS = 2000;

/** A results file by views, any other HDF5 file as a tree of its datasets, with shape, type and unit. */
export async function hdf5Tree(path: string): Promise<string> {
  const file = await openHdf5(path);
  try {
    if (file.has('/entry/results') && file.has('/entry/trainId')) return await resultsTree(path, file);
    const rows: string[] = [path];
    walk(file, '  ', rows);
    return rows.join('\n');
  } finally {
    file.close();
  }
}

/** The same as one object: views with their counts, or datasets by path. */
export async function hdf5Json(path: string): Promise<unknown> {
  const file = await openHdf5(path);
  try {
    if (!(file.has('/entry/results') && file.has('/entry/trainId'))) return { datasets: Object.fromEntries(Array.from(file.datasets(), (dataset) => [dataset.path, { dtype: dataset.dtype, shape: dataset.shape, ...virtualOf(dataset) }])) };
    const results = await readResults(path);
    const views = Object.fromEntries(results.views.map((view) => [view.id, { kind: view.kind, rows: results.rowCount(view.id), ...dataOf(file, view.id), outcomes: countsOf(results.outcomes(view.id)) }]));
    const described = { trainIds: [...results.trainIds], views };
    results.close();
    return described;
  } finally {
    file.close();
  }
}

async function resultsTree(path: string, file: Hdf5File): Promise<string> {
  const results = await readResults(path);
  try {
    const { trainIds } = results;
    const rows = results.views.map((view) => {
      const { dtype, shape } = dataOf(file, view.id);
      const others = Object.entries(countsOf(results.outcomes(view.id))).filter(([name, n]) => n > 0 && name !== 'value').map(([name, n]) => `${n} ${name}`);
      return [`  ${view.id}`, view.kind, view.unit ?? '', dtype === undefined ? plural(results.rowCount(view.id), 'row') : `${dtype} ${shapeText(shape!)}`, others.join(', ')];
    });
    const list = results.provenance['listFile'];
    return [`${path}: ${plural(trainIds.length, 'train')}${trainIds.length ? `, ${trainIds[0]} to ${trainIds.at(-1)}` : ''}${typeof list === 'string' && list ? `, made with ${list}` : ''}`, ...(rows.length ? [table(rows)] : ['  no views'])].join('\n');
  } finally {
    results.close();
  }
}

function dataOf(file: Hdf5File, id: string): { dtype?: string; shape?: number[] } {
  const data = file.get(`/entry/results/${id}/data`) ?? file.get(`/entry/results/${id}/final`);
  return data instanceof Hdf5Dataset ? { dtype: data.dtype, shape: data.shape } : {};
}

function countsOf(outcomes: Uint8Array): Record<string, number> {
  const counts = Object.fromEntries(outcomeNames.map((name) => [name, 0]));
  for (const code of outcomes) {
    const name = outcomeNames[code];
    if (name !== undefined) counts[name] = counts[name]! + 1;
  }
  return counts;
}

function walk(group: Hdf5Group, indent: string, rows: string[]): void {
  for (const name of group.keys()) {
    if (rows.length > MOST_ROWS) {
      rows.push(`${indent}...`);
      return;
    }
    const link = group.link(name);
    if (link) {
      rows.push(`${indent}${name} -> ${link.kind === 'external' ? `${link.file}:` : ''}${link.target}`);
      continue;
    }
    const member = group.get(name);
    if (member instanceof Hdf5Dataset) rows.push(`${indent}${name}  ${member.dtype} ${shapeText(member.shape)}${unitOf(member)}${virtualText(member)}`);
    else if (member) {
      rows.push(`${indent}${name}/`);
      walk(member, `${indent}  `, rows);
    }
  }
}

/** How many parts a virtual dataset is made of, and how many of them cannot be had; nothing for any other. */
function virtualOf(dataset: Hdf5Dataset): { readonly virtual?: { readonly parts: number; readonly absent: number } } {
  return dataset.isVirtual ? { virtual: { parts: dataset.virtualSources.length, absent: dataset.absentParts().length } } : {};
}

function virtualText(dataset: Hdf5Dataset): string {
  const { virtual } = virtualOf(dataset);
  if (!virtual) return '';
  return `  virtual, ${plural(virtual.parts, 'part')}${virtual.absent ? `, ${virtual.absent} absent: "yard check" says why` : ''}`;
}

function unitOf(dataset: Hdf5Dataset): string {
  const unit = dataset.attribute('units') ?? dataset.attribute('unitSymbol');
  return typeof unit === 'string' ? `  ${unit}` : '';
}
