import type { Engine } from '../engine/engine.ts';
import type { HistorySink } from '../history/history-sink.ts';
import type { ProjectFolder } from '../project/project-folder.ts';
import type { LiveSink } from '../sink/live-sink.ts';
import type { TrainSource } from '../source/train-source.ts';
import type { Access } from './access.ts';

export interface ControlServerOptions {
  readonly engine: Engine;
  readonly live: LiveSink;
  readonly history: HistorySink;
  readonly source: TrainSource;
  /** Keeps layouts, notes and masks; what is in it only while it is claimed. */
  readonly project: ProjectFolder;
  /** The built viewer; without it the page says how to build it. */
  readonly viewerFolder: string | undefined;
  readonly port?: number | undefined;
  readonly access: Access;
  readonly supervisor?: number | undefined;
  readonly name: string;
  readonly verb: string;
  readonly version: string;
  readonly folder: string;
  /** The list's files can be edited in the page (`--edit`). */
  readonly edit?: boolean | undefined;
  readonly onStop: () => void;
}
