import { basename } from 'node:path';
import { ExdfError } from './exdf-error.ts';
import { FileSource } from './file-source.ts';
import type { OpenFiles } from './open-files.ts';
import type { RunFile } from './run-file.ts';
import type { Run, RunSource } from './run.ts';

/** Sources by name; `X:output` finds `X:daqOutput` and the reverse when only the other was recorded. */
class Sources extends Map<string, RunSource> {
  override get(name: string): RunSource | undefined {
    return super.get(name) ?? super.get(otherName(name));
  }

  override has(name: string): boolean {
    return super.has(name) || super.has(otherName(name));
  }
}

function otherName(name: string): string {
  if (name.endsWith(':output')) return name.replace(/:output$/, ':daqOutput');
  return name.replace(/:daqOutput$/, ':output');
}

/** A run made of files; see `Run`. */
export class FileRun implements Run {
  readonly trainIds: number[];
  readonly suspectTrainIds: number[];
  readonly sources: ReadonlyMap<string, RunSource>;
  readonly skipped: { file: string; reason: string }[];
  readonly directory: string;
  private readonly members: RunFile[];
  private readonly open: OpenFiles;

  /** `layers` are folders of files; a source of a later folder replaces the whole source of the same name in an earlier one. */
  constructor(parts: { directory: string; layers: RunFile[][]; files: OpenFiles; skipped: { file: string; reason: string }[]; suspectTrains: boolean }) {
    this.directory = parts.directory;
    this.skipped = parts.skipped;
    this.open = parts.files;
    this.members = parts.layers.flat();
    const included = (file: RunFile, position: number): boolean => parts.suspectTrains ||  file.valid[position];
    this.trainIds = sorted(this.members.flatMap((file) => file.trainIds.filter((_, position) => included(file, position))));
    this.suspectTrainIds = sorted(this.members.flatMap((file) => file.trainIds.filter((_, position) => !file.valid[position])));

    const owners = new Map<string, RunFile[]>();
    for (const layer of parts.layers) {
      const own = new Map<string, RunFile[]>();
      for (const file of layer) {
        for (const name of [...file.control, ...file.instrument]) {
          const files = own.get(name);
          if (files) files.push(file);
          else own.set(name, [file]);
        }
      }
      for (const [name, files] of own) owners.set(name, files);
    }
    refuseDuplicates(owners, included, this.directory);

    const sources = new Sources();
    for (const [name, files] of [...owners].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const kind = files[0].control.has(name) ? 'control' : 'instrument';
      const legacy = kind === 'instrument' ? legacyTarget(files[0], name) : undefined;
      sources.set(name, new FileSource({ name, kind, files, trainIds: this.trainIds, included }, legacy));
    }
    this.sources = sources;
  }

  get files(): string[] {
    return this.members.map((file) => file.name);
  }

  metadata(): Record<string, string | number> {
    return this.members[0].metadata();
  }

  timestamps(): (bigint | undefined)[] {
    const times = new Map<number, bigint>();
    for (const file of this.members) {
      const own = file.timestamps();
      if (own) file.trainIds.forEach((trainId, i) => times.has(trainId) || times.set(trainId, own[i]));
    }
    return this.trainIds.map((trainId) => times.get(trainId));
  }

  close(): void {
    this.open.close();
  }
}

function sorted(ids: number[]): number[] {
  return [...new Set(ids)].sort((a, b) => a - b);
}

/** An old source name is a soft link in INDEX to the name that replaced it. */
function legacyTarget(file: RunFile, name: string): string | undefined {
  const link = file.open().link(`INDEX/${name}`);
  return link?.kind === 'soft' ? link.target.replace(/^\/?INDEX\//, '') : undefined;
}

/** A train twice in one source leaves no way to say which is right. */
function refuseDuplicates(owners: ReadonlyMap<string, RunFile[]>, included: (file: RunFile, position: number) => boolean, directory: string): void {
  // Sources of the same aggregator share their files: look at each set of files once.
  const verdicts = new Map<string, { trainId: number; files: string[] } | undefined>();
  const conflicts: string[] = [];
  for (const [name, files] of owners) {
    const key = files.map((file) => file.path).join('\n');
    if (!verdicts.has(key)) verdicts.set(key, duplicate(files, included));
    const found = verdicts.get(key);
    if (found) conflicts.push(`${name} has train ${found.trainId} in ${found.files.join(' and ')}`);
  }
  if (conflicts.length === 0) return;
  const more = conflicts.length > 10 ? `; and ${conflicts.length - 10} more sources` : '';
  throw new ExdfError(
    'EXDF_DUPLICATE_TRAINS',
    directory,
    `${conflicts.length} source${conflicts.length > 1 ? 's have' : ' has'} one train more than once: ${conflicts.slice(0, 10).join('; ')}${more}. Move one of the files away or choose files with include`,
  );
}

function duplicate(files: readonly RunFile[], included: (file: RunFile, position: number) => boolean): { trainId: number; files: string[] } | undefined {
  const seen = new Map<number, RunFile>();
  for (const file of files) {
    for (const [position, trainId] of file.trainIds.entries()) {
      if (!included(file, position)) continue;
      const before = seen.get(trainId);
      if (before) return { trainId, files: [...new Set([basename(before.path), file.name])] };
      seen.set(trainId, file);
    }
  }
  return undefined;
}
