import { LineCounter, isScalar, isSeq, parseDocument, type Scalar } from 'yaml';
import { inQuotes, withValue, type WrittenLiteral, type WrittenScalar } from './written-literal.ts';
import type { ParamValue } from '@trainyard/core';

/** Where a value stands in a process list; `literal` is undefined for what is no value that can be replaced, such as a text over several lines. */
export interface PlaceInList {
  readonly line: number;
  readonly column: number;
  readonly literal: WrittenLiteral | undefined;
  readonly text: string;
}

/** The value at a path, such as `['steps', 2, 'params', 'sigma']`; undefined where there is none. */
export function placeInList(text: string, path: readonly (string | number)[]): PlaceInList | undefined {
  const lines = new LineCounter();
  const node: unknown = parseDocument(text, { lineCounter: lines, prettyErrors: false }).getIn(path, true);
  if ((!isScalar(node) && !isSeq(node)) || !node.range) return undefined;
  const [start, end] = node.range;
  const { line, col } = lines.linePos(start);
  return { line, column: col, literal: literalOf(node), text: text.slice(start, end) };
}

function literalOf(node: unknown): WrittenLiteral | undefined {
  if (isScalar(node)) return scalarOf(node);
  if (!isSeq(node) || !node.range) return undefined;
  const items = node.items.map((item) => (isScalar(item) ? scalarOf(item) : undefined));
  // A list in lines ends before the next key, not at it.
  const end = node.flow ? node.range[1] : (items.at(-1)?.end ?? node.range[1]);
  return items.every((item) => item !== undefined) ? { start: node.range[0], end, items } : undefined;
}

function scalarOf({ value, range, type, anchor, tag }: Scalar): WrittenScalar | undefined {
  if (!range || !['PLAIN', 'QUOTE_SINGLE', 'QUOTE_DOUBLE'].includes(type ?? '') || anchor !== undefined || tag !== undefined) return undefined;
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string' ? { start: range[0], end: range[1], value } : undefined;
}

/** The list with another value there. A text keeps its quotes; a bare one gets some where it would not be that text without. */
export function listWith(text: string, path: readonly (string | number)[], at: WrittenLiteral, value: ParamValue): string {
  const bare = withValue(text, at, value, (now, before) => (before.startsWith('"') ? inQuotes(now, '"') : before.startsWith("'") ? singleQuoted(now) : now));
  if (typeof value !== 'string' || parseDocument(bare).getIn(path) === value) return bare;
  return withValue(text, at, value, (now) => inQuotes(now, '"'));
}

function singleQuoted(value: string): string {
  return /[\p{Cc}\p{Cs}\u2028\u2029]/u.test(value) ? inQuotes(value, '"') : `'${value.replaceAll("'", "''")}'`;
}
