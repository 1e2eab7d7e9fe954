import { bindingNames, children, isFunction, nameOf, type Node } from './syntax.ts';

/** The names that a function or block declares for what is inside it; each has a number of its own, in the order of the text. */
export class Scope {
  readonly #outer: Scope | undefined;
  readonly #names = new Map<string, number>();
  /** Of the outermost one: how many names there are in the whole tree. */
  #size = 0;

  constructor(names: readonly string[] = [], outer?: Scope) {
    this.#outer = outer;
    for (const name of names) if (!this.#names.has(name)) this.#names.set(name, this.#count());
  }

  /** The number of the declaration that a name means here; undefined for one from outside. */
  find(name: string): number | undefined {
    return this.#names.get(name) ?? this.#outer?.find(name);
  }

  #count(): number {
    return this.#outer ? this.#outer.#count() : this.#size++;
  }
}

/** The scope inside a node: the one around it where it declares nothing. */
export function scopeIn(node: Node, outer: Scope): Scope {
  const names = declaredBy(node);
  return names.length ? new Scope(names, outer) : outer;
}

function declaredBy(node: Node): string[] {
  if (isFunction(node)) {
    const own = node.type === 'FunctionExpression' && node['id'] ? [nameOf(node['id'] as Node)] : [];
    const body = node['body'] as Node | null;
    return [...own, ...(node['params'] as Node[]).flatMap(bindingNames), ...(body ? hoisted(body) : [])];
  }
  switch (node.type) {
    case 'BlockStatement':
    case 'FunctionBody':
    case 'StaticBlock':
      return [...(node.type === 'StaticBlock' ? hoisted(node) : []), ...(node['body'] as Node[]).flatMap(declaredHere)];
    case 'SwitchStatement':
      return (node['cases'] as Node[]).flatMap((item) => (item['consequent'] as Node[]).flatMap(declaredHere));
    case 'ForStatement':
      return node['init'] ? declaredHere(node['init'] as Node) : [];
    case 'ForInStatement':
    case 'ForOfStatement':
      return declaredHere(node['left'] as Node);
    case 'CatchClause':
      return node['param'] ? bindingNames(node['param'] as Node) : [];
    case 'ClassExpression':
      return node['id'] ? [nameOf(node['id'] as Node)] : [];
    default:
      return [];
  }
}

/** What a statement declares in its block. */
function declaredHere(statement: Node): string[] {
  if (statement.type === 'VariableDeclaration') return statement['kind'] === 'var' ? [] : variables(statement);
  if ((statement.type === 'FunctionDeclaration' || statement.type === 'ClassDeclaration') && statement['id']) return [nameOf(statement['id'] as Node)];
  return [];
}

/** The `var`s of a function, wherever they stand in it. */
function hoisted(node: Node): string[] {
  if (isFunction(node)) return [];
  const own = node.type === 'VariableDeclaration' && node['kind'] === 'var' ? variables(node) : [];
  return [...own, ...Array.from(children(node), hoisted).flat()];
}

function variables(declaration: Node): string[] {
  return (declaration['declarations'] as Node[]).flatMap((one) => bindingNames(one['id'] as Node));
}
