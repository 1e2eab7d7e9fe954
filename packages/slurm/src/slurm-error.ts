/**
 * Why Slurm did not do what it was asked.
 *
 * Codes: `SLURM_MISSING` no Slurm on this machine · `SLURM_DOWN` the controller does not answer · `SLURM_AUTH` munge refuses ·
 * `SLURM_PARTITION` `SLURM_ACCOUNT` `SLURM_QOS` `SLURM_RESERVATION` no such one, or not for this user · `SLURM_RESOURCES` no node has that
 * much · `SLURM_TIME` an unreadable or too long time · `SLURM_LIMIT` too many jobs of this user: submit later · `SLURM_ARRAY` too long an
 * array · `SLURM_OPTION` an option that Slurm does not know · `SLURM_REFUSED` anything else, with Slurm's own words.
 */
export class SlurmError extends Error {
  override readonly name = 'SlurmError';
  readonly code: string;
  /** The command as it was run. */
  readonly command: string;

  constructor(code: string, command: string, message: string) {
    super(`${message} (${command})`);
    this.code = code;
    this.command = command;
  }
}

const KNOWN: readonly (readonly [RegExp, string, string])[] = [
  [/unable to contact slurm controller|socket timed out|connection (refused|timed out)|zero bytes were transmitted|backup controller|slurmctld.*(down|not respond)/i, 'SLURM_DOWN', "Slurm's controller does not answer: try again in a few minutes; running jobs go on"],
  [/munge|authentication/i, 'SLURM_AUTH', 'Slurm does not accept who we are: is munge running on this machine?'],
  [/invalid partition/i, 'SLURM_PARTITION', 'There is no such partition (sinfo lists them)'],
  [/reservation/i, 'SLURM_RESERVATION', 'The reservation is not known, over, or not for you (scontrol show reservation lists them)'],
  [/invalid account|account\/partition/i, 'SLURM_ACCOUNT', 'The account is not yours, or not for this partition (sacctmgr show associations user=$USER lists them)'],
  [/invalid qos/i, 'SLURM_QOS', 'The quality of service is not allowed for you'],
  [/submitjoblimit|submit.*limit|maxsubmit/i, 'SLURM_LIMIT', 'You have as many jobs as you may: submit the rest when some have ended'],
  [/job array|array specification/i, 'SLURM_ARRAY', 'The array is longer than Slurm allows'],
  [/node configuration|memory specification|not available|cpu count/i, 'SLURM_RESOURCES', 'No node of the partition has so many CPUs or so much memory (sinfo -o "%P %c %m" says what they have)'],
  [/time limit|invalid (--)?time/i, 'SLURM_TIME', 'The time cannot be read or is too long: write minutes, or days-hours:minutes:seconds'],
  [/unrecognized option|invalid option|unknown option/i, 'SLURM_OPTION', 'Slurm does not know one of the options'],
];

/** Slurm's own complaint as an error of ours. */
export function slurmError(command: string, complaint: string): SlurmError {
  const words = complaint.replace(/^\w+: (error|fatal): /gm, '').replace(/Batch job submission failed: /g, '').trim().split('\n').slice(0, 3).join('; ');
  const [, code, meaning] = KNOWN.find(([pattern]) => pattern.test(words)) ?? [undefined, 'SLURM_REFUSED', 'Slurm refused'];
  return new SlurmError(code, command, words === '' ? meaning : `${meaning}. Slurm says: ${words}`);
}
