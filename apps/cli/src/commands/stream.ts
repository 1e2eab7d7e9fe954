import { YardError } from '@trainyard/core';
import { openRun } from '@trainyard/exdf';
import { parseTrainRange } from '@trainyard/runtime';
import { Recording, recordStream, relay as relayStream, replay as replayRecording, sendRun } from '@trainyard/stream';
import { EXIT, exitWhenSent, fail, onTerminal, printJson, say } from '../output.ts';
import { runOf } from '../what.ts';

interface Serving {
  readonly endpoint: string;
  readonly socket: 'REP' | 'PUB' | 'PUSH';
  readonly json?: boolean;
}

export interface SendOptions extends Serving {
  readonly format: '1.0' | '2.2';
  readonly rate: number;
  readonly include?: readonly string[];
  readonly appendDetectorModules?: boolean;
  readonly fileNames?: boolean;
  readonly trains?: string;
  readonly loop?: boolean;
  readonly data?: string;
}

/** `yard stream send RUN`. */
export async function send(what: string, options: SendOptions): Promise<void> {
  const { socket, format, rate, include, appendDetectorModules = false, fileNames = false, trains, loop = false, endpoint } = options;
  const run = await openRun(runOf(what, options.data));
  for (const { file, reason } of run.skipped) say(`Skipped ${file}: ${reason}`);
  const wants = include && wanted(include);
  if (wants && ![...run.sources.values()].some((source) => [...source.keys.keys()].some((key) => wants(source.name, key)))) throw new YardError('STREAM_INCLUDE', `No source and key of the run is meant by ${include.join(', ')}: yard ls ${what} shows what it has.`);
  const stop = stopSignal();
  const sent = await sendRun(run, {
    endpoint, socket, version: format, rate: pace('rate', rate), loop, appendDetectorModules, liveNames: !fileNames, signal: stop,
    ...(wants && { wants }), ...(trains !== undefined && { trains: parseTrainRange(trains) }),
    onOpen: opened(options, `${what}: ${rate ? `${rate} trains/s` : 'as fast as trains are taken'}, ${socket}, format ${format}`), onSent: counting(options, 'sent'),
  });
  run.close();
  ended(options, { sent }, `${sent} trains sent.`, stop);
}

export interface RecordCommand {
  readonly out: string;
  readonly socket: 'REQ' | 'SUB' | 'PULL';
  readonly trains?: number;
  readonly wait?: number;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** `yard stream record ENDPOINT --out FILE`. */
export async function record(endpoint: string, options: RecordCommand): Promise<void> {
  const { out, socket, trains, wait, force = false } = options;
  if (trains !== undefined && !(Number.isInteger(trains) && trains > 0)) throw new YardError('STREAM_TRAINS', `--trains takes how many messages to record, from 1, not ${String(trains)}.`);
  if (wait !== undefined && !(wait > 0)) throw new YardError('STREAM_WAIT', `--wait takes seconds, more than 0, not ${String(wait)}.`);
  const stop = stopSignal();
  let status = '';
  const taken = await recordStream({
    endpoint, socket, path: out, force, signal: stop, ...(trains !== undefined && { messages: trains }), ...(wait !== undefined && { waitMs: wait * 1000 }),
    onStatus: ({ text }) => {
      if (text !== status && !options.json) say(text);
      status = text;
    },
    onMessage: (messages, bytes, trainId) => counter(options, { messages, bytes, trainId }, `${messages} messages, ${(bytes / 1e6).toFixed(1)} MB, train ${trainId}`),
  }).catch((error: unknown): never => fail(error, (error as { code?: string }).code === 'RECORDING_WRITE' ? EXIT.partly : EXIT.refused));
  if (taken.gone !== undefined) say(taken.gone);
  ended(options, { messages: taken.messages, bytes: taken.bytes }, `Recorded: ${out}, ${taken.messages} messages, ${(taken.bytes / 1e6).toFixed(1)} MB.`, stop, taken.gone === undefined ? EXIT.done : EXIT.gone);
}

/** `yard stream replay RECORDING`. */
export async function replay(what: string, options: Serving & { readonly speed: number }): Promise<void> {
  const recording = await Recording.open(what);
  const stop = stopSignal();
  const sent = await replayRecording(recording, {
    endpoint: options.endpoint, socket: options.socket, speed: pace('speed', options.speed), signal: stop,
    onOpen: opened(options, `${what}: ${recording.messages} messages of ${recording.endpoint}, ${options.socket}`), onSent: counting(options, 'sent'),
  });
  recording.close();
  ended(options, { sent }, `${sent} messages sent.`, stop);
}

export interface RelayCommand extends Serving {
  readonly fromSocket: 'REQ' | 'SUB' | 'PULL';
  readonly policy: 'block' | 'drop-oldest';
  readonly rate?: number;
}

/** `yard stream relay ENDPOINT`. */
export async function relay(from: string, options: RelayCommand): Promise<void> {
  const stop = stopSignal();
  let status = '';
  const { fromSocket, endpoint, socket, policy, rate } = options;
  const passed = await relayStream({
    from, fromSocket, endpoint, socket, policy, signal: stop, ...(rate !== undefined && { rate: pace('rate', rate) }),
    onOpen: opened(options, `${from} (${fromSocket}) handed on, ${socket}`), onSent: counting(options, 'handed on'),
    onStatus: ({ text }) => {
      if (text !== status && !options.json) say(text);
      status = text;
    },
  });
  ended(options, { ...passed }, `${passed.sent} messages handed on${passed.dropped ? `, ${passed.dropped} dropped (${policy === 'block' ? 'rate' : policy})` : ''}.`, stop);
}

function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  return stop.signal;
}

function pace(name: string, value: number): number {
  if (!(value >= 0)) throw new YardError('STREAM_PACE', `--${name} takes a number from 0 (as fast as they are taken), not ${String(value)}.`);
  return value === 0 ? Infinity : value;
}

/** `SOURCE[KEY]` or `SOURCE`, with * and ?. */
function wanted(patterns: readonly string[]): (source: string, key: string) => boolean {
  const tests = patterns.map((pattern) => {
    const match = /^([^[\]]+)(?:\[([^[\]]+)\])?$/.exec(pattern);
    if (!match) throw new YardError('STREAM_INCLUDE', `"${pattern}" is no choice of sources: write SOURCE, or SOURCE[KEY], such as '*XGM*[*intensity*]'.`);
    const glob = (text: string): RegExp => new RegExp(`^${text.replace(/[.+^$()|{}\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')}$`);
    return { source: glob(match[1]!), key: glob(match[2] ?? '*') };
  });
  return (source, key) => tests.some((test) => test.source.test(source) && test.key.test(key));
}

function opened({ json = false }: { readonly json?: boolean }, what: string): (endpoint: string) => void {
  return (endpoint) => (json ? printJson({ type: 'listening', endpoint }) : say(`On ${endpoint}: ${what}. Ctrl-C ends it.`));
}

let shown = 0;
function counter({ json = false }: { readonly json?: boolean }, numbers: Record<string, number>, text: string): void {
  if (performance.now() - shown < 1000) return;
  shown = performance.now();
  if (json) printJson({ type: 'progress', ...numbers });
  else if (onTerminal) process.stderr.write(`\r\u001b[K${text}`);
}

function counting(options: { readonly json?: boolean }, what: string): (sent: number) => void {
  return (sent) => counter(options, { sent }, `${sent} ${what}`);
}

function ended({ json = false }: { readonly json?: boolean }, numbers: Record<string, number>, text: string, stop: AbortSignal, code: number = EXIT.done): void {
  if (onTerminal && !json) process.stderr.write('\r\u001b[K');
  if (json) printJson({ type: 'summary', ...numbers });
  else say(text);
  if (stop.aborted) process.exit(EXIT.interrupted);
  exitWhenSent(code);
}
