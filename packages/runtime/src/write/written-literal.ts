import type { ParamValue } from '@trainyard/core';

/** A value as it stands in a text: one literal, or a list of them. */
export type WrittenLiteral = WrittenScalar | WrittenList;

export interface WrittenScalar {
  readonly start: number;
  readonly end: number;
  readonly value: number | boolean | string;
}
export interface WrittenList {
  readonly start: number;
  readonly end: number;
  readonly items: readonly WrittenScalar[];
}

/** How a language writes a text where another one stood. Numbers, true and false are the same in all. */
export type SpellText = (value: string, before: string) => string;

/** The text with another value at that place. What of it is equal, and how it is laid out, stays. */
export function withValue(text: string, at: WrittenLiteral, value: ParamValue, spell: SpellText): string {
  const edits = 'items' in at ? listEdits(text, at, value as readonly number[], spell) : scalarEdits(text, at, value, spell);
  return edits.toSorted((a, b) => b.start - a.start).reduce((done, { start, end, now }) => done.slice(0, start) + now + done.slice(end), text);
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly now: string;
}

function scalarEdits(text: string, { start, end, value: was }: WrittenScalar, value: ParamValue, spell: SpellText): Edit[] {
  if (was === value) return [];
  // A list may write a number, or several, as a text.
  const now = typeof was === 'string' || typeof value === 'string' ? spell(Array.isArray(value) ? value.join(', ') : String(value), text.slice(start, end)) : String(value);
  return [{ start, end, now }];
}

function listEdits(text: string, { start, end, items }: WrittenList, value: readonly number[], spell: SpellText): Edit[] {
  if (items.length === 0 || value.length === 0) return items.length === value.length ? [] : [{ start, end, now: `[${value.join(', ')}]` }];
  const edits = items.slice(0, value.length).flatMap((item, i) => scalarEdits(text, item, value[i]!, spell));
  const last = items.at(-1)!;
  if (value.length < items.length) edits.push({ start: items[value.length - 1]!.end, end: last.end, now: '' });
  const more = value.slice(items.length).map((number, i) => gapBefore(text, items, items.length + i) + String(number));
  if (more.length) edits.push({ start: last.end, end: last.end, now: more.join('') });
  return edits;
}

/** What is between two items before: corners in pairs go on as they were laid out. */
function gapBefore(text: string, items: readonly WrittenScalar[], index: number): string {
  const gaps = items.slice(1).map((item, i) => text.slice(items[i]!.end, item.start));
  // Without comments, and of the same place in a pair if there is one.
  const clean = gaps.map((gap, i) => ({ gap, i: i + 1 })).filter(({ gap }) => /^[\s,-]*$/.test(gap));
  return (clean.findLast(({ i }) => (index - i) % 2 === 0) ?? clean.at(-1))?.gap ?? ', ';
}

/** With a backslash before what the quote does not take, as JavaScript and YAML's double quotes write it. */
export function inQuotes(value: string, quote: string): string {
  const escaped = value.replaceAll(/[\\\p{Cc}\p{Cs}\u2028\u2029]/gu, (one) => ESCAPES[one] ?? `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`).replaceAll(quote, `\\${quote}`);
  return quote + (quote === '`' ? escaped.replaceAll('${', '\\${') : escaped) + quote;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
