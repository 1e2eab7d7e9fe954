import { EXIT } from './output.ts';
import { SUPERVISED, type Address, type Crashed, type ToSupervisor, type ToYard } from './supervision.ts';

const isSupervised = process.env[SUPERVISED] !== undefined && process.send !== undefined;
delete process.env[SUPERVISED];

/** The line to the supervisor of this yard. */
export class Supervised {
  /** The yard before this one, when it crashed. */
  readonly crashed: Crashed | undefined;
  /** The supervisor is gone: nobody passes signals on any more. */
  onOrphaned: () => void = () => undefined;

  constructor(crashed: Crashed | undefined) {
    this.crashed = crashed;
    process.on('disconnect', () => this.onOrphaned());
  }

  up(address: Address): void {
    void this.#tell({ type: 'up', address });
  }

  suspects(views: readonly string[]): void {
    void this.#tell({ type: 'suspects', views });
  }

  /** It is to end: whatever comes now, it is not started again. */
  async ending(): Promise<void> {
    await this.#tell({ type: 'ending' });
  }

  /** Ends this process in order. */
  async end(code: number): Promise<never> {
    await this.ending();
    process.exit(code);
  }

  #tell(message: ToSupervisor): Promise<void> {
    return new Promise((resolve) => {
      if (process.connected) process.send!(message, () => resolve());
      else resolve();
    });
  }
}

/** The line to the supervisor; undefined for a yard without one. To be called once. */
export async function supervision(): Promise<Supervised | undefined> {
  if (!isSupervised) return undefined;
  const giveUp = (): never => process.exit(EXIT.interrupted);
  process.once('disconnect', giveUp);
  const { crashed } = await new Promise<ToYard>((resolve) => process.once('message', resolve as (message: unknown) => void));
  process.off('disconnect', giveUp);
  return new Supervised(crashed);
}
