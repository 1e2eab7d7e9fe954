import { keepMemory } from './allocator.ts';
import { createProgram } from './program.ts';
import { fail } from './output.ts';

/** `yard`: reads the command line and starts one command. Nothing heavy is loaded before a command is known. */
keepMemory();
// Into a pipe, Node would drop all beyond 64 KiB that waits when a command exits.
for (const stream of [process.stdout, process.stderr]) (stream as { readonly ['_handle']?: { setBlocking?(on: boolean): void } })['_handle']?.setBlocking?.(true);
// `yard ls ... | head` closes the pipe: that is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
try {
  await createProgram().parseAsync();
} catch (error) {
  fail(error);
}
