import { routes, type ControlRequest, type Hello, type ServerMessage, type SourceTree } from '@trainyard/control';
import { YardError } from '@trainyard/core';
import { editRoutes } from '../edit/edit-routes.ts';
import { valueRoute } from '../export/value-route.ts';
import type { H5Browser } from '../h5/h5-browser.ts';
import { h5Route } from '../h5/h5-route.ts';
import { historyRoute } from '../history/history-route.ts';
import type { TrainSource } from '../source/train-source.ts';
import type { Caller } from './access.ts';
import type { ControlServerOptions } from './control-options.ts';
import type { ControlVerbs } from './control-verbs.ts';
import { layoutsRoute } from './layouts.ts';
import type { LogBoard } from './log-board.ts';
import { masksRoute } from './masks.ts';
import { notesRoute } from './notes.ts';
import { PROMETHEUS_TYPE, prometheusText } from './prometheus-text.ts';
import { readJson } from './read-json.ts';
import { json, type Route } from './route.ts';

/** What routes are made of. */
export interface PageParts {
  readonly options: ControlServerOptions;
  readonly logs: LogBoard;
  readonly verbs: ControlVerbs;
  readonly h5: H5Browser;
  readonly hello: (caller: Caller) => Hello;
  /** All pages are told that somebody saved one. */
  readonly changed: (what: (ServerMessage & { type: 'changed' })['what']) => void;
}

/** All that is answered below the token. */
export function pageRoutes(parts: PageParts): readonly Route[] {
  const { options: { engine, source }, logs, verbs } = parts;
  return [
    { at: routes.hello, answer: ({ role, proxied }) => json(parts.hello({ role, ...(proxied !== undefined && { who: proxied }) })) },
    { at: routes.state, answer: () => json(engine.state()) },
    { at: routes.tree, answer: () => json(withRates(source)) },
    { at: routes.journal, answer: () => json(engine.journal.entries) },
    { at: routes.logs, answer: () => json(logs.lines) },
    { at: routes.metrics, answer: () => ({ type: PROMETHEUS_TYPE, body: prometheusText(engine.state()) }) },
    controlRoute(verbs),
    layoutsRoute(parts),
    notesRoute(parts),
    masksRoute(parts),
    ...editRoutes(parts),
    h5Route(parts.h5),
    historyRoute(parts.options.history),
    valueRoute(parts.options),
  ];
}

function withRates({ tree, rates }: TrainSource): SourceTree {
  return rates ? { sources: tree.sources.map((source) => ({ ...source, ...(rates[source.name] !== undefined && { rate: rates[source.name]! }) })) } : tree;
}

function controlRoute(verbs: ControlVerbs): Route {
  return {
    at: routes.control,
    answer: async (request) => {
      const { method, role, proxied } = request;
      if (method !== 'POST') throw new YardError('METHOD', 'A request is sent by POST.');
      const message = readJson(await request.body());
      return json(await verbs.answer(message as ControlRequest, { role, ...(proxied !== undefined && { who: proxied }) }, 'control endpoint'));
    },
  };
}
