import type { Hello, Player } from './page.ts';
import type { JournalEntry, LogLine, ParameterValue, SourceTree, YardState } from './state.ts';
import type { Want } from './want.ts';

/**
 * The socket of a running yard, `/api/socket?token=...`. Text frames are these objects as JSON; binary frames are values
 * (`encodeValue`). A client is sent only the values of what it watches, newest wins: the next one goes out when it has
 * acknowledged the last.
 */
export type ClientMessage =
  /** Replaces what is watched; at most 500. */
  | { readonly type: 'watch'; readonly wants: readonly Want[] }
  /** The last value of this want is on the screen: send the next. */
  | { readonly type: 'ack'; readonly key: string }
  | ControlRequest;

/** A request that is answered by a `reply` with the same number; over HTTP: POST /api/control with one as its body. */
export type ControlRequest = {
  readonly type: 'request';
  readonly request: number;
  /** Who asks, for the journal: `anna (yard ctl)`. */
  readonly who?: string;
} & ControlVerb;

export type ControlVerb =
  | { readonly verb: 'set'; readonly group: string; readonly name: string; readonly value: ParameterValue | string }
  | { readonly verb: 'action'; readonly group: string; readonly name: string }
  /** Ends an action without a result, a scan with the points that it has. */
  | { readonly verb: 'cancel'; readonly group: string; readonly name: string }
  | { readonly verb: 'clear'; readonly name?: string }
  /** Freezes the newest train that a view (any view) failed on, or the next train. */
  | { readonly verb: 'freeze'; readonly name?: string; readonly next?: boolean }
  | { readonly verb: 'reload' }
  /** Writes a parameter's value into the user's file, at its place; the rest of the file stays as it is. */
  | { readonly verb: 'write'; readonly group: string; readonly name: string }
  /** Moves the train slider of recorded data; what is absent stays. `trainId` in place of `index`: that train, or the first one recorded after it. */
  | ({ readonly verb: 'play' } & Partial<Pick<Player, 'paused' | 'index' | 'trainId' | 'rate' | 'loop'>>)
  /** One view or group is not run; without a name the whole yard takes no trains and lets its workers go. */
  | { readonly verb: 'suspend'; readonly name?: string }
  | { readonly verb: 'resume'; readonly name?: string }
  | { readonly verb: 'stop' };

export type ServerMessage =
  | { readonly type: 'hello'; readonly hello: Hello }
  /** Somebody saved one: ask again. */
  | { readonly type: 'changed'; readonly what: 'layouts' | 'notes' | 'masks' | 'files' }
  | { readonly type: 'state'; readonly state: YardState }
  | { readonly type: 'tree'; readonly tree: SourceTree }
  /** Trains a second with data of each source of a stream, over the last seconds: those that have changed; once a second at most. */
  | { readonly type: 'rates'; readonly rates: Readonly<Record<string, number>> }
  | { readonly type: 'log'; readonly lines: readonly LogLine[] }
  | { readonly type: 'journal'; readonly entries: readonly JournalEntry[] }
  | Reply;

export type Reply = { readonly type: 'reply'; readonly request: number } & ({ readonly ok: true; readonly message?: string } | { readonly ok: false; readonly code: string; readonly message: string });

/**
 * The HTTP side, below the same token (`?token=` or `Authorization: Bearer`): what each gives is said where its type is
 * declared (`page.ts`). GET /api/value?id=ID&as=frame|npy|h5|csv: the newest value, every number of it; with several `id` they are
 * in one file (h5, csv), with `history=1` their history (`from`, `to` as of /api/history; h5, csv). GET|PUT|DELETE /api/masks/NAME: a mask
 * drawn in the page, as .npy of uint8. POST /api/login `{ password }` -> `{ session }`, a token for twelve hours. GET /metrics: Prometheus's text format.
 */
export const routes = {
  hello: '/api/hello', login: '/api/login', state: '/api/state', tree: '/api/tree', journal: '/api/journal', logs: '/api/logs', control: '/api/control', socket: '/api/socket',
  history: '/api/history', value: '/api/value', layouts: '/api/layouts', notes: '/api/notes', masks: '/api/masks', files: '/api/files', types: '/api/types', frozen: '/api/frozen', h5: '/api/h5',
  metrics: '/metrics',
} as const;

/** The token of a login begins so: it is one person's, and goes into no link. */
export const LOGIN_PREFIX = 'login-';

/** The file in `$XDG_RUNTIME_DIR/trainyard/` (mode 0600) that says where a running yard listens. */
export interface EndpointFile {
  readonly pid: number;
  /** When the process started, in ticks of the machine: its number may be used again. Absent where that is not known. */
  readonly started?: string | undefined;
  /** The process that started it, and starts it again after a crash. */
  readonly supervisor?: number | undefined;
  readonly name: string;
  readonly verb: string;
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly token: string;
  /** With it one can look, and change nothing. */
  readonly lookToken?: string | undefined;
  readonly startedAt: number;
  readonly folder: string;
}
