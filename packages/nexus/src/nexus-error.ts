/**
 * What went wrong with a results file.
 *
 * Codes: `NEXUS_EXISTS` a file of that name is there · `NEXUS_NO_FILE` a folder or device has that name · `NEXUS_NO_FOLDER` its
 * folder is not there · `NEXUS_BUSY` another process is writing it · `NEXUS_ORDER` trains or blocks
 * not ascending · `NEXUS_VIEW` an unknown or doubled view · `NEXUS_VALUE` a value that cannot be stored · `NEXUS_CLOSED` used after
 * `close()` · `NEXUS_NOT_RESULTS` a file without our layout · `NEXUS_PARTS` parts that do not belong together ·
 * `NEXUS_STATE` bytes that are not a reducer's state.
 */
export class NexusError extends Error {
  override readonly name = 'NexusError';
  readonly code: string;
  /** The file, or `FILE:/path` inside it. */
  readonly where: string;

  constructor(code: string, where: string, message: string) {
    super(`${message} (${where})`);
    this.code = code;
    this.where = where;
  }
}
