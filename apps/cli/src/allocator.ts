/**
 * Large messages are dominated by page faults unless the allocator keeps its memory: these settings take 32 MB messages from
 * 1.4 to 3 GB/s. glibc reads them at start, so the process is replaced once by itself (the same pid, no child).
 */
const SETTINGS = { MALLOC_MMAP_MAX_: '0', MALLOC_ARENA_MAX: '1', MALLOC_TOP_PAD_: String(256 * 1024 * 1024) };
const STREAMING = ['run', 'live', 'demo', 'sim'];

/** What a process that takes large messages is to be started with; nothing where the user has chosen, or the allocator is another. */
export function memorySettings(): Readonly<Record<string, string>> {
  return process.platform !== 'linux' || process.env['MALLOC_MMAP_MAX_'] !== undefined ? {} : SETTINGS;
}

export function keepMemory(): void {
  const { env, argv } = process;
  const settings = memorySettings();
  if (!STREAMING.includes(argv[2] ?? '') || Object.keys(settings).length === 0) return;
  if (typeof process.execve !== 'function') return;
  const variables = Object.fromEntries(Object.entries({ ...env, ...settings }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  process.execve(process.execPath, [process.execPath, ...process.execArgv, ...argv.slice(1)], variables);
}
