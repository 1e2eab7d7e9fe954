/**
 * Lets the process end with its exit code although threads do not. `process.exit` ends all threads and waits for each: one that is stuck in a call
 * (a read that hangs, a huge sort) would keep it for ever. Then the process is replaced by one that only ends, which the system does to all its
 * threads at once. Everything has been written and closed before 'exit' is emitted.
 */
export function exitAnyway(isStuck: () => boolean): void {
  process.on('exit', (code) => {
    if (!isStuck()) return;
    try {
      process.execve!('/bin/sh', ['sh', '-c', `exit ${code}`]);
    } catch {
      // Where there is no such call: the wrong code is better than no end.
      process.kill(process.pid, 'SIGKILL');
    }
  });
}
