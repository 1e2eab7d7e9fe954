import { formatProblem, type Problem } from '@trainyard/core';

/** What a command ends with (design 12): 0 done, 1 done but something was unusable, 2 refused, 3 the source went away, 130 interrupted. */
export const EXIT = { done: 0, partly: 1, refused: 2, gone: 3, interrupted: 130 } as const;

/** One object a line, without spaces: nothing else goes to standard output with `--json`. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? Number(item) : item))}\n`);
}

let keep: (text: string) => void = () => undefined;

/** From now on what is said is also kept there, without colours. */
export function keepWhatIsSaid(write: (text: string) => void): void {
  keep = write;
}

/** A line for people, on standard error, so that results can be piped. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
  // oxlint-disable-next-line no-control-regex -- colours begin with it
  keep(text.replace(/\u001b\[\d+m/g, ''));
}

/** Whether colours and a moving line make sense: a terminal, and nobody who asked for none. */
export const onTerminal = process.stderr.isTTY && process.env['NO_COLOR'] === undefined && process.env['TERM'] !== 'dumb';

const CODES = { red: 31, yellow: 33, green: 32, dim: 2, bold: 1 } as const;
export function colour(name: keyof typeof CODES, text: string, stream: { readonly isTTY?: boolean } = process.stderr): string {
  return stream.isTTY && process.env['NO_COLOR'] === undefined ? `\u001b[${CODES[name]}m${text}\u001b[0m` : text;
}

/** Prints problems, each on its line with its place, and the user's line where it is known. */
export function sayProblems(problems: readonly Problem[]): void {
  for (const problem of problems) {
    say(colour(problem.severity === 'error' ? 'red' : 'yellow', formatProblem(problem)));
    const { text, fix } = problem as { text?: string; fix?: string };
    if (text !== undefined) say(`    ${text}`);
    if (fix !== undefined) say(`  instead:\n    ${fix}`);
  }
}

/** Whatever keeps the process from ending by itself does not keep it for ever. */
const LAST_CALL_MS = 15_000;

/** Ends when ZeroMQ has sent what it holds, as it does where nothing is left to do: `process.exit` would drop the end of the last train. */
export function exitWhenSent(exit: number): void {
  process.exitCode = exit;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(exit));
  setTimeout(() => process.exit(exit), LAST_CALL_MS).unref();
}

/** Ends with a message and a code; a stack of ours is shown only when YARD_DEBUG asks for it. */
export function fail(error: unknown, exit: number = EXIT.refused): never {
  const { message, code, problems, where } = error as { message?: string; code?: string; problems?: readonly Problem[]; where?: Problem['where'] };
  if (problems) sayProblems(problems);
  else sayProblems([{ severity: 'error', code: typeof code === 'string' ? code : 'ERROR', message: message ?? String(error), ...(typeof where === 'object' && where !== null && 'file' in where && { where }) }]);
  if (process.env['YARD_DEBUG']) console.error(error);
  process.exit(exit);
}
