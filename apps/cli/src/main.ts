import { keepMemory } from './allocator.ts';
import { createProgram } from './program.ts';
import { fail } from './output.ts';

/** `yard`: reads the command line and starts one command. Nothing heavy is loaded before a command is known. */
keepMemory();
try {
  await createProgram().parseAsync();
} catch (error) {
  fail(error);
}
