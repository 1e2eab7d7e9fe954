/** Signals by which the kernel or V8 ends a process whose native code did something impossible; a fatal want of memory in V8 among them. */
const CRASHES: readonly string[] = ['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP', 'SIGSYS'];

export interface HowItEnded {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** It had come so far as to listen. */
  readonly wasUp: boolean;
  /** It said that it ends. */
  readonly inOrder: boolean;
}

/** What ended a yard that is to be started again, in words; undefined when it ended in order, was refused, or was ended by a person. */
export function crashOf({ code, signal, wasUp, inOrder }: HowItEnded, outOfMemory: boolean): string | undefined {
  if (inOrder) return undefined;
  if (signal === 'SIGKILL') return outOfMemory ? 'the kernel, for want of memory' : undefined;
  if (signal !== null) return CRASHES.includes(signal) ? signal : undefined;
  // Native code, or code that goes around us, can call exit, too.
  return wasUp ? `itself, with exit code ${code}` : undefined;
}
