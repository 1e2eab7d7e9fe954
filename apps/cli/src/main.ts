import { SUPERVISED } from './supervision.ts';

/** `yard`: reads the command line and starts one command. Nothing heavy is loaded before a command is known. */
const WATCHED = ['live', 'demo'];
if (WATCHED.includes(process.argv[2] ?? '') && process.env[SUPERVISED] === undefined && process.platform !== 'win32') await (await import('./supervise.ts')).supervise();
(await import('./allocator.ts')).keepMemory();
// Into a pipe, Node would drop all beyond 64 KiB that waits when a command exits.
for (const stream of [process.stdout, process.stderr]) (stream as { readonly ['_handle']?: { setBlocking?(on: boolean): void } })['_handle']?.setBlocking?.(true);
// `yard ls ... | head` closes the pipe: that is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
const { fail } = await import('./output.ts');
try {
  await (await import('./program.ts')).createProgram().parseAsync();
} catch (error) {
  fail(error);
}
