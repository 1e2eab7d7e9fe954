import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';
import { findCycles } from './find-cycles.ts';
import { filesBelow, root, shown, workspacePackages, type WorkspacePackage } from './workspace.ts';

/** What one package may import of this repository, and whether a browser can load it. */
interface Layer {
  readonly may: readonly string[];
  /** No `node:` module, no `Buffer`, no `process` outside tests. */
  readonly browser?: true;
}

const formats = ['hdf5', 'karabo-bridge', 'exdf', 'stack', 'nexus', 'slurm', 'sim', 'stream', 'geometry'];
const science = ['core', 'nd', 'kernels', 'geometry'];

/** The layers, lowest first: the one place where they are written. A package that is not here is a problem. */
const layers: Readonly<Record<string, Layer>> = {
  nd: { may: [], browser: true },
  core: { may: ['nd'], browser: true },
  kernels: { may: ['nd'], browser: true },
  control: { may: ['nd', 'core'], browser: true },
  geometry: { may: ['nd', 'core', 'kernels'], browser: true },
  gpu: { may: ['nd', 'core', 'kernels'] },
  hdf5: { may: ['nd'] },
  'karabo-bridge': { may: ['nd', 'core'] },
  slurm: { may: [] },
  exdf: { may: ['nd', 'core', 'hdf5'] },
  stack: { may: ['nd', 'core', 'hdf5'] },
  nexus: { may: ['nd', 'core', 'hdf5'] },
  stream: { may: ['nd', 'core', 'hdf5', 'exdf', 'karabo-bridge', 'nexus'] },
  sim: { may: ['nd', 'core', 'kernels', 'hdf5', 'karabo-bridge', 'exdf'] },
  runtime: { may: ['nd', 'core', 'kernels', 'control', 'gpu', ...formats.filter((name) => !['sim', 'slurm', 'stream'].includes(name))] },
  viewer: { may: ['nd', 'core', 'control'], browser: true },
  batch: { may: ['nd', 'core', 'kernels', 'control', 'runtime', ...formats] },
  cli: { may: ['nd', 'core', 'kernels', 'control', 'runtime', ...formats, 'gpu', 'viewer', 'batch'] },
};
/** Every pack: the vocabulary and the numbers, never another pack. */
const pack: Layer = { may: science, browser: true };

export interface LayerProblem {
  /** `file:line`, relative to the root. */
  readonly where: string;
  readonly message: string;
}

interface Import {
  readonly specifier: string;
  readonly line: number;
  /** Nothing is left of it at run time. */
  readonly typeOnly: boolean;
}

/** Checks every package below a root; an empty list means that all arrows point the right way. */
export function checkLayers(at: string = root): LayerProblem[] {
  const problems: LayerProblem[] = [];
  const packages = workspacePackages(at);
  const byName = new Map(packages.map((one) => [one.manifest.name, one]));
  const arrows = new Map<string, Set<string>>();
  for (const one of packages) {
    const layer = one.kind === 'plugins' ? pack : layers[one.short];
    const manifest = shown(join(one.folder, 'package.json'), at);
    if (!layer) {
      problems.push({ where: `${manifest}:1`, message: `${one.manifest.name} is in no layer: add it to the table in tools/check-layers.ts.` });
      continue;
    }
    const files = filesBelow(join(one.folder, 'src'), (name) => /\.[cm]?tsx?$/.test(name) && !name.endsWith('.d.ts'));
    const inside = new Map<string, Set<string>>();
    const listed = new Set([...Object.keys(one.manifest.dependencies ?? {}), ...Object.keys(one.manifest.peerDependencies ?? {}), ...Object.keys(one.manifest.optionalDependencies ?? {}), ...(one.short === 'viewer' ? Object.keys(one.manifest.devDependencies ?? {}) : [])]);
    arrows.set(one.manifest.name, new Set(Object.keys(one.manifest.dependencies ?? {}).filter((name) => byName.has(name))));
    for (const [name] of Object.entries(one.manifest.dependencies ?? {})) {
      const target = byName.get(name);
      if (target && !allowed(layer, target)) problems.push({ where: `${manifest}:${lineOf(join(one.folder, 'package.json'), `"${name}"`)}`, message: wrongWay(one, target, layer) });
    }
    for (const file of files) {
      const test = isTest(file);
      const text = readFileSync(file, 'utf8');
      for (const { specifier, line, typeOnly } of importsOf(file, text)) {
        const where = `${shown(file, at)}:${line}`;
        if (specifier.startsWith('.')) {
          const target = resolve(dirname(file), specifier);
          if (!target.startsWith(`${one.folder}/`)) {
            if (!test) problems.push({ where, message: `"${specifier}" leaves the package: import the other package by its name.` });
          } else if (!typeOnly && !test) inside.set(file, (inside.get(file) ?? new Set()).add(target));
          continue;
        }
        if (specifier.startsWith('node:')) {
          if (layer.browser && !test) problems.push({ where, message: `${one.manifest.name} runs in browsers, too: "${specifier}" is only for tests there. Take what it gives as an argument, or move the code to packages/runtime.` });
          continue;
        }
        const name = specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
        const target = byName.get(name);
        if (target && target !== one && !test && !allowed(layer, target)) problems.push({ where, message: wrongWay(one, target, layer) });
        else if (name.startsWith('@trainyard/') && !target) problems.push({ where, message: `There is no package ${name} in this repository.` });
        else if (!test && target !== one && !listed.has(name)) problems.push({ where, message: `${one.manifest.name} imports "${name}" but its package.json does not list it under "dependencies".` });
      }
      if (layer.browser && !test) for (const { name, line } of nodeGlobals(file, text)) problems.push({ where: `${shown(file, at)}:${line}`, message: `${one.manifest.name} runs in browsers, too: "${name}" is Node's.` });
    }
    for (const cycle of findCycles(inside)) problems.push({ where: `${shown(cycle[0]!, at)}:1`, message: `These files import each other in a circle: ${[...cycle, cycle[0]!].map((file) => shown(file, one.folder)).join(' -> ')}. Move what they share to a file of its own.` });
  }
  for (const cycle of findCycles(arrows)) problems.push({ where: `${shown(join(byName.get(cycle[0]!)!.folder, 'package.json'), at)}:1`, message: `These packages need each other in a circle: ${[...cycle, cycle[0]!].join(' -> ')}.` });
  return problems;
}

function allowed(layer: Layer, target: WorkspacePackage): boolean {
  return target.kind !== 'plugins' && layer.may.includes(target.short);
}

function wrongWay(from: WorkspacePackage, target: WorkspacePackage, layer: Layer): string {
  const may = layer.may.length === 0 ? 'no other package of this repository' : layer.may.map((name) => `@trainyard/${name}`).join(', ');
  const why = from.kind === 'plugins' && target.kind === 'plugins' ? 'packs never import packs' : target.kind === 'apps' ? 'nothing imports an app' : 'this arrow points the wrong way';
  return `${from.manifest.name} may not import ${target.manifest.name}: ${why}. It may import ${may}.`;
}

/** Tests, and what only tests and benches use: they may look at anything. */
function isTest(file: string): boolean {
  return /\.test\.|\.test\.check\.|\/test[^/]*\.tsx?$/.test(file);
}

function importsOf(file: string, text: string): Import[] {
  const { module, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file} does not parse: ${errors[0]!.message}`);
  const line = (offset: number): number => text.slice(0, offset).split('\n').length;
  const found: Import[] = module.staticImports.map(({ moduleRequest, entries, start }) => ({ specifier: moduleRequest.value, line: line(start), typeOnly: entries.length > 0 && entries.every((entry) => entry.isType) }));
  for (const { entries, start } of module.staticExports) {
    for (const request of new Set(entries.flatMap((entry) => (entry.moduleRequest ? [entry.moduleRequest.value] : [])))) found.push({ specifier: request, line: line(start), typeOnly: entries.every((entry) => entry.isType) });
  }
  for (const { moduleRequest, start } of module.dynamicImports) {
    const literal = /^(['"])(.*)\1$/.exec(text.slice(moduleRequest.start, moduleRequest.end));
    // Loaded later, so it closes no circle at load time.
    if (literal) found.push({ specifier: literal[2]!, line: line(start), typeOnly: true });
  }
  return found;
}

/** Where a file reads a global that only Node has: `process.x` or `Buffer`, not a member, a key or a name of its own. */
function nodeGlobals(file: string, text: string): { name: string; line: number }[] {
  if (!/\b(process|Buffer)\b/.test(text)) return [];
  const found: { name: string; line: number }[] = [];
  const own = new Set([...text.matchAll(/\b(?:const|let|var|function|class)\s+(process|Buffer)\b/g)].map((match) => match[1]!));
  const look = (object: unknown): void => {
    const node = object as { type?: string; name?: string; start?: number };
    if (node?.type === 'Identifier' && (node.name === 'process' || node.name === 'Buffer') && !own.has(node.name)) found.push({ name: node.name, line: text.slice(0, node.start).split('\n').length });
  };
  new Visitor({
    MemberExpression: ({ object }) => look(object),
    CallExpression: ({ callee, arguments: args }) => [callee, ...args].forEach(look),
    NewExpression: ({ callee }) => look(callee),
    BinaryExpression: ({ left, right }) => [left, right].forEach(look),
    UnaryExpression: ({ argument }) => look(argument),
    VariableDeclarator: ({ init }) => look(init),
  }).visit(parseSync(file, text).program);
  return found;
}

function lineOf(file: string, what: string): number {
  return readFileSync(file, 'utf8').split('\n').findIndex((line) => line.includes(what)) + 1;
}

if (import.meta.main) {
  const problems = checkLayers();
  for (const { where, message } of problems) console.error(`${where}: ${message}`);
  console.log(problems.length === 0 ? `Layers: ${workspacePackages().length} packages, all arrows point the right way.` : `Layers: ${problems.length} problem${problems.length === 1 ? '' : 's'}.`);
  process.exit(problems.length === 0 ? 0 : 1);
}
