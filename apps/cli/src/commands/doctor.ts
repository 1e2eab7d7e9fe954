import { tried, type Finding } from '../doctor/finding.ts';
import { lookAtMachine } from '../doctor/look-at-machine.ts';
import { EXIT, colour, printJson } from '../output.ts';
import { print } from '../print.ts';

/** `yard doctor`: 0 when the installation is whole, 1 when something is broken. */
export async function doctor(options: { readonly json?: boolean }): Promise<void> {
  const findings: Finding[] = [];
  const add = (...found: readonly Finding[]): void => {
    findings.push(...found);
    if (!options.json) for (const finding of found) print(line(finding));
  };
  add(...lookAtMachine());
  // Each loaded on its own, so that a part which is not there is said and does not end the doctor.
  const installation = await import('../doctor/look-at-installation.ts').then(({ lookAtInstallation }) => lookAtInstallation(), (error: unknown): Finding[] => [{ what: 'packages', state: 'broken', text: (error as Error).message.split('\n')[0]! }]);
  add(...installation);
  add(await tried('self-test', async () => (await import('../doctor/self-test.ts')).selfTest()));
  const broken = findings.filter((finding) => finding.state === 'broken').length;
  if (options.json) printJson({ whole: broken === 0, findings });
  else print(broken ? `${broken} broken.` : 'This installation is whole.');
  process.exit(broken ? EXIT.partly : EXIT.done);
}

function line({ what, state, text }: Finding): string {
  const marks = { ok: colour('green', 'ok    ', process.stdout), note: colour('yellow', 'note  ', process.stdout), broken: colour('red', 'BROKEN', process.stdout) } as const;
  return `${marks[state]} ${what.padEnd(16)} ${text}`;
}
