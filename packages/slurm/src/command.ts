import { spawn } from 'node:child_process';
import { SlurmError, slurmError } from './slurm-error.ts';

/** What a program printed and how it ended. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Slurm's commands give up on their controller after about 9 s, `scontrol` after 18. */
const PATIENCE_MS = 60_000;

/** Variables that a job hands to its children, or that change what Slurm's commands do and print. */
const FOREIGN = /^(SLURM|SBATCH|SRUN|SALLOC|SQUEUE|SACCT|SCANCEL|SINFO|SCONTROL|SPANK)_/;

/** The environment for Slurm's commands and, through `sbatch`, for the jobs: as ours, without what a surrounding job left in it. */
export function cleanEnvironment(environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(([name]) => name === 'SLURM_CONF' || (!FOREIGN.test(name) && name !== 'DISPLAY' && name !== 'LD_PRELOAD'));
  return Object.fromEntries(kept);
}

/** Runs one of Slurm's programs; does not judge how it ended. Errors: SLURM_MISSING, SLURM_DOWN when it hangs. */
export async function runSlurm(program: string, args: readonly string[], input = ''): Promise<CommandResult> {
  const command = [program, ...args].join(' ');
  return await new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: { ...cleanEnvironment(), SLURM_TIME_FORMAT: 'standard' }, stdio: ['pipe', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new SlurmError('SLURM_DOWN', command, `Slurm did not answer within ${PATIENCE_MS / 1000} s`));
    }, PATIENCE_MS);
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    // A program that does not read its input to the end closes the pipe; its exit code says why.
    child.stdin.on('error', () => {});
    child.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      const missing = error.code === 'ENOENT';
      reject(new SlurmError(missing ? 'SLURM_MISSING' : 'SLURM_REFUSED', command, missing ? `There is no Slurm on this machine (no ${program}): log in to a node of the cluster, or run with --local` : error.message));
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code: code ?? 128, stdout, stderr: signal ? `${stderr}ended by ${signal}` : stderr });
    });
    child.stdin.end(input);
  });
}

/** As `runSlurm`, but any other exit code than 0 is an error. */
export async function askSlurm(program: string, args: readonly string[], input = ''): Promise<string> {
  const { code, stdout, stderr } = await runSlurm(program, args, input);
  if (code !== 0) throw slurmError([program, ...args].join(' '), stderr || stdout);
  return stdout;
}
