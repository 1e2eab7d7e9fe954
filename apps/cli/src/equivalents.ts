/** What people of other programs look for -> what does it here. */
const EQUIVALENTS: Readonly<Record<string, string>> = {
  lsxfel: 'yard ls RUN                      sources, keys, units, trains (RUN: a folder or p2416/r34); --json for programs',
  'extra-data-validate': 'yard check RUN                   unusable files, gaps, suspect and duplicate trains',
  'extra-data-make-virtual-cxi': 'no CXI file is needed: yard run LIST --run RUN reads the modules of a run as one detector',
  'karabo-bridge-glimpse': 'yard ls tcp://HOST:PORT          sources and keys of one train; yard check tcp://HOST:PORT adds rate and format',
  'karabo-bridge-monitor': 'yard live --stream tcp://HOST:PORT   the source tree in the browser; a click plots a key',
  'karabo-bridge-server-sim': 'yard sim                         a simulated facility on tcp://127.0.0.1:4545 (--rate, --format, --socket, --write FOLDER)',
  'karabo-bridge-serve-files': 'yard stream send RUN             its trains on a bridge (--rate, --loop, --append-detector-modules); a list runs on the files themselves: yard run LIST --run RUN',
  'karabo-bridge-serve-run': 'yard stream send p2416/r34       its trains on a bridge (--include, --append-detector-modules); a list runs on the files themselves: yard run LIST --run p2416/r34',
  'extra-foam-stream': 'yard stream send RUN             its trains on a bridge (--rate, --loop)',
  savu: 'yard run LIST.yaml --run RUN --out OUT.h5   a process list is a YAML file; every problem of it at once: yard check LIST.yaml',
  savu_config: 'an editor, and yard check LIST.yaml   a process list is YAML; yard ls plugins says what it may name',
  savu_mpi: 'yard batch submit LIST --proposal P --runs 1,2-4 --folder DIR   local processes (--local N) or a Slurm array',
  metropc: 'yard live VIEWS.ts --stream tcp://HOST:PORT   views that reload on save, in the browser',
  metroctl: 'yard ctl set|action|scan|cancel|clear|reload|stop   changes a running yard; yard why and yard top look at it',
  h5ls: 'yard ls FILE.h5                  groups, datasets, shapes, units',
  h5diff: 'yard diff A.h5 B.h5              the results of two output files, bit for bit',
  squeue: 'yard batch status DIR            how far the runs of a job are',
};

/** The programs that `equivalentOf` knows. */
export const otherPrograms = Object.keys(EQUIVALENTS);

/** The command that does what a program of the field does, with a word on it; undefined for other names. */
export function equivalentOf(program: string): string | undefined {
  return EQUIVALENTS[program.replace(/\.py$/, '')];
}
