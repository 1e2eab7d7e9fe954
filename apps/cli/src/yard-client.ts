import { userInfo } from 'node:os';
import { YardError, didYouMean } from '@trainyard/core';
import { routes, type ControlRequest, type ControlVerb, type EndpointFile, type Reply, type YardState } from '@trainyard/control';
import { runningEndpoints } from '@trainyard/runtime';

/** Options of every command on a running yard. */
export interface RunningOptions {
  readonly pid?: number;
  readonly json?: boolean;
}

const PATIENCE_MS = 5000;

/** The yard that a command means. Throws `YARD_NONE`, `YARD_SEVERAL` (say which with --pid), `YARD_PID`. */
export function theYard({ pid }: RunningOptions): EndpointFile {
  const running = runningEndpoints();
  if (pid !== undefined) {
    const found = running.find((one) => one.pid === pid || one.supervisor === pid);
    if (found) return found;
    throw new YardError('YARD_PID', `No yard runs as process ${pid}.${running.length ? ` There run ${running.map(nameOf).join(', ')}.` : ''}`);
  }
  const [first] = running;
  if (!first) throw new YardError('YARD_NONE', 'No yard runs on this machine under this user: start one with yard live, yard run or yard demo.');
  if (running.length > 1) throw new YardError('YARD_SEVERAL', `Several yards run; say which with --pid: ${running.map(nameOf).join(', ')}.`);
  return first;
}

function nameOf({ pid, verb, name }: EndpointFile): string {
  return `${pid} (${verb} ${name})`;
}

/** What it says of itself. Throws `YARD_SILENT`. */
export async function stateOf(yard: EndpointFile): Promise<YardState> {
  return (await ask(yard, routes.state)) as YardState;
}

/** Changes it; gives back what it answered. Throws the yard's own refusal. */
export async function control(yard: EndpointFile, verb: ControlVerb, patienceMs = PATIENCE_MS): Promise<string | undefined> {
  const body: ControlRequest = { type: 'request', request: 1, who: `${userName()} (yard ctl)`, ...verb };
  const reply = (await ask(yard, routes.control, body, patienceMs)) as Reply;
  if (!reply.ok) throw new YardError(reply.code, reply.message);
  return reply.message;
}

/** As the system knows this user; numbers have no name on some nodes. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? '?'}`;
  }
}

async function ask(yard: EndpointFile, route: string, body?: unknown, patienceMs = PATIENCE_MS): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(`${yard.url}${route}`, {
      signal: AbortSignal.timeout(patienceMs),
      headers: { authorization: `Bearer ${yard.token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    });
  } catch (error) {
    const late = (error as Error).name === 'TimeoutError';
    throw new YardError('YARD_SILENT', `The yard ${nameOf(yard)} ${late ? `did not answer within ${PATIENCE_MS / 1000} s: it is very busy, or hangs` : 'does not answer at its address: it may be ending'}.`);
  }
  if (!response.ok) throw new YardError('YARD_REFUSED', `The yard ${nameOf(yard)} refused: ${(await response.text()).slice(0, 300)}`);
  return response.json();
}

/** The views that a word names: a full id, a view's name, or a group. Throws `VIEW_UNKNOWN` with the nearest one. */
export function viewsNamed(state: YardState, word: string): YardState['views'] {
  const found = state.views.filter((view) => view.id === word || view.name === word || view.group === word);
  if (found.length) return found;
  const words = state.views.flatMap((view) => [view.id, view.name, view.group]);
  throw new YardError('VIEW_UNKNOWN', `There is no view "${word}".${didYouMean(word, new Set(words))} There are ${state.views.map((view) => view.id).join(', ') || 'none'}.`);
}

/** The action or scan that a word names, as the viewer shows it or as the code does. Throws `ACTION_UNKNOWN` with the nearest one. */
export function actionNamed({ actions }: YardState, word: string): YardState['actions'][number] {
  const found = actions.find(({ group, name, title }) => [name, title, `${group}/${name}`].includes(word));
  if (found) return found;
  throw new YardError('ACTION_UNKNOWN', `There is no action or scan "${word}".${didYouMean(word, actions.map(({ name }) => name))} There are ${actions.map(({ group, name }) => `${group}/${name}`).join(', ') || 'none'}.`);
}
