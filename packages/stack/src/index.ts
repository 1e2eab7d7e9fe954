export { openStack } from './open-stack.ts';
export { readNpy, writeNpy, type NpyArray } from './npy.ts';
export { readNpyHeader } from './npy-header.ts';
export { StackError } from './stack-error.ts';
export type { Frame, Stack } from './stack.ts';
