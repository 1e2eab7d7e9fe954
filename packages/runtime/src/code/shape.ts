import { visitorKeys } from 'oxc-parser';
import { Scope, scopeIn } from './scope.ts';
import { isPlainName, nameOf, type Node } from './syntax.ts';

/** Who is asked for what a tree names from outside; the answers stand in the tree's text. */
export interface Referrer<Piece> {
  /** A name that nothing inside declares. */
  name(name: string): Piece;
  /** `object.property` that is one thing: a member of `this`, one parameter of many. Undefined where it is read part by part. */
  member(object: Node, property: string): Piece | undefined;
  /** `this` or `super` alone. */
  self(): void;
}

const TYPE_FIELDS = new Set(['typeAnnotation', 'typeParameters', 'typeArguments', 'returnType', 'superTypeArguments', 'implements']);
/** Attributes that are positions, spelling, or types. */
const NOT_READ = new Set(['start', 'end', 'range', 'loc', 'raw', 'shorthand', 'definite', 'declare', 'override', 'readonly', 'accessibility', 'abstract']);
/** TypeScript that is left at run time. */
const KEPT = new Set(['TSParameterProperty', 'TSEnumDeclaration', 'TSEnumBody', 'TSEnumMember']);

/**
 * A tree as text: what it computes, without positions, comments, formatting, types, and without the names of what is declared inside it. Names from
 * outside are given by `referrer`, in the order of the text.
 */
export function shapeOf<Piece>(node: Node, referrer: Referrer<Piece>): (string | Piece)[] {
  const pieces: (string | Piece)[] = [];
  write(node, new Scope());
  return pieces;

  function write(at: Node, scope: Scope): void {
    if (at.type.startsWith('TS') && !KEPT.has(at.type)) {
      // `x as T`, `x!` and the like are x; other types are nothing.
      if (at['expression']) write(at['expression'] as Node, scope);
      return;
    }
    if (at.type === 'Identifier') {
      const local = scope.find(nameOf(at));
      pieces.push(local === undefined ? referrer.name(nameOf(at)) : `$${local}`);
      return;
    }
    if (at.type === 'MemberExpression' && at['computed'] !== true) {
      const object = at['object'] as Node;
      const isLocal = object.type === 'Identifier' && scope.find(nameOf(object)) !== undefined;
      const whole = isLocal ? undefined : referrer.member(object, nameOf(at['property'] as Node));
      if (whole !== undefined) {
        pieces.push(whole);
        return;
      }
    }
    if (at.type === 'ThisExpression' || at.type === 'Super') referrer.self();
    pieces.push(`(${attributes(at)}`);
    const inside = scopeIn(at, scope);
    for (const key of visitorKeys[at.type] ?? []) if (!TYPE_FIELDS.has(key)) writeField(at, key, inside);
    pieces.push(')');
  }

  function writeField(at: Node, key: string, scope: Scope): void {
    const value = at[key] as Node | readonly (Node | null)[] | null | undefined;
    pieces.push(` ${key}:`);
    if (isPlainName(at, key)) pieces.push(JSON.stringify(nameOf(value as Node)));
    else {
      for (const item of [value].flat() as (Node | null | undefined)[]) {
        if (item) write(item, scope);
        else pieces.push('-');
      }
    }
  }
}

function attributes(node: Node): string {
  return Object.entries(node).flatMap(([key, value]) => {
    if (NOT_READ.has(key) || TYPE_FIELDS.has(key) || visitorKeys[node.type]?.includes(key) || (key === 'optional' && !['MemberExpression', 'CallExpression'].includes(node.type))) return [];
    // The texts of a template and of a regular expression are no nodes.
    if (key === 'regex' || (key === 'value' && node.type === 'TemplateElement')) return [`${key}=${JSON.stringify(value)}`];
    return typeof value === 'object' && value !== null ? [] : [`${key}=${typeof value === 'string' ? JSON.stringify(value) : String(value)}`];
  }).join(',');
}
