import { basename } from 'node:path';
import { YardError } from '@trainyard/core';
import { print } from '../print.ts';
import { isFolder } from '../open-output.ts';

/**
 * `yard new service live ...`: a systemd user unit that runs this very command from this very folder, on standard output. It starts with the machine, starts
 * again when it fails, and is ended in order.
 */
export function newService(words: readonly string[]): void {
  const [verb, ...rest] = words;
  if (verb !== 'live') throw new YardError('SERVICE_COMMAND', `A service runs yard live: yard new service live VIEWS.ts --stream ENDPOINT ..., not "${words.join(' ')}".`);
  const at = rest.findIndex((word) => word === '--out' || word.startsWith('--out='));
  const out = at < 0 ? undefined : rest[at]!.startsWith('--out=') ? rest[at]!.slice('--out='.length) : rest[at + 1];
  if (out !== undefined && !isFolder(out)) throw new YardError('SERVICE_OUT', `A service is started again and again, and ${out} can be written once: give --out a folder, which is filled with files in turn.`);
  print(unit({ folder: process.cwd(), command: [process.execPath, ...process.execArgv, process.argv[1]!, ...words], name: rest.find((word) => /\.(ts|ya?ml)$/.test(word)) ?? 'live' }));
}

interface Unit {
  readonly folder: string;
  readonly command: readonly string[];
  readonly name: string;
}

function unit({ folder, command, name }: Unit): string {
  return `[Unit]
Description=yard live ${basename(name).replaceAll('%', '%%')}
StartLimitIntervalSec=600
StartLimitBurst=5

[Service]
Type=exec
WorkingDirectory=${folder.replaceAll('%', '%%')}
ExecStart=${command.map(quoted).join(' ')}
# Ended by SIGTERM it says 130, and all is closed; 2 is a command that is wrong, and stays wrong.
SuccessExitStatus=130
RestartPreventExitStatus=2
Restart=on-failure
RestartSec=5
# To the supervisor alone, which passes it on; what is left after a minute is killed.
KillSignal=SIGTERM
KillMode=mixed
TimeoutStopSec=60
# The yard keeps to this limit; when the kernel ends it all the same, its supervisor starts it again.
MemoryMax=80%
OOMPolicy=continue

[Install]
WantedBy=default.target`;
}

/** As one word of systemd's command line: nothing in it is expanded. */
function quoted(word: string): string {
  const text = word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$');
  return /^[\w./:@=+,-]+$/.test(word) ? text : `"${text}"`;
}
