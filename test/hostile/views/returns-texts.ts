// way: a view returns ten million texts
// says: of texts or lists
// bad: failed
import { view } from '@trainyard/core';
import { id } from './good/good.ts';
export * from './good/good.ts';

const words = Array.from({ length: 1e7 }, () => 'word');
export const bad = view.table({ id }, () => ({ words }), { timeoutMs: 60_000 });
