import { routes } from '@trainyard/control';
import { YardError } from '@trainyard/core';
import type { Route } from '../control/route.ts';
import type { H5Browser } from './h5-browser.ts';
import type { H5Question } from './h5-messages.ts';

const WHAT: ReadonlySet<string> = new Set<H5Question['what']>(['meta', 'attr', 'data', 'paths']);

/** What `H5GroveProvider` of @h5web/app asks: `/api/h5/meta|attr|data|paths?file=NAME&path=/...`. Files are named as in `Hello.files`. */
export function h5Route(browser: H5Browser): Route {
  return {
    at: routes.h5,
    async answer({ method, rest, query }) {
      if (method !== 'GET') throw new YardError('METHOD', 'HDF5 files are only read here.');
      if (!WHAT.has(rest)) throw new YardError('ROUTE', `There is no ${routes.h5}/${rest}; there are ${[...WHAT].join(', ')}.`);
      const word = (name: 'selection' | 'format' | 'dtype') => query.has(name) && { [name]: query.get(name)! };
      const { type, body } = await browser.ask({ what: rest as H5Question['what'], file: query.get('file') ?? '', path: query.get('path') ?? '/', ...word('selection'), ...word('format'), ...word('dtype') });
      return { type, body, ...(query.get('format') === 'npy' && { headers: { 'content-disposition': 'attachment; filename="data.npy"' } }) };
    },
  };
}
