import { bindingNames, children, nameOf, positionAt, type Module, type Node } from './syntax.ts';

/** Where a view is written: `group/name` is completed by the loader, which knows the group's name. */
export interface WrittenView {
  /** The exported name, or `Class/method`, or `object/property`. */
  readonly name: string;
  readonly line: number;
  readonly column: number;
  /** What its hash starts from. */
  readonly node: Node;
  /** The function that computes it, when there is one; undefined for `view.reduce`. */
  readonly body: Node | undefined;
  readonly className: string | undefined;
  /** Runs in any worker: may keep nothing. */
  readonly pool: boolean;
}

/** The views that a file declares and exports, by their form alone; nothing is run. */
export function findViews(module: Module): WrittenView[] {
  const found: WrittenView[] = [];
  for (const [name, declared] of module.names) {
    const exported = [...module.exports].find(([, local]) => local === name)?.[0] ?? name;
    if (declared.kind === 'class') found.push(...classViews(module, exported, declared.node));
    else if (declared.kind === 'const' || declared.kind === 'let') {
      const init = (declared.node['init'] ?? declared.node) as Node | null;
      const target = declared.node['id'] as Node | undefined;
      if (!init || (target && bindingNames(target).length !== 1)) continue;
      const call = viewCall(init);
      if (call) found.push(asView(module, exported, declared.node, call));
      else if (unwrap(init).type === 'ObjectExpression') found.push(...objectViews(module, exported, unwrap(init)));
    }
  }
  return found;
}

function objectViews(module: Module, name: string, object: Node): WrittenView[] {
  return (object['properties'] as Node[]).flatMap((property) => {
    const call = property.type === 'Property' ? viewCall(property['value'] as Node) : undefined;
    return call ? [asView(module, `${name}/${nameOf(property['key'] as Node)}`, property, call)] : [];
  });
}

/** `x as T`, `(x)` and `x satisfies T` are x. */
function unwrap(node: Node): Node {
  return ['TSAsExpression', 'TSSatisfiesExpression', 'ParenthesizedExpression', 'TSNonNullExpression'].includes(node.type) ? unwrap(node['expression'] as Node) : node;
}

/** `view.image(...)`: the call and its kind. */
function viewCall(node: Node): { call: Node; kind: string } | undefined {
  const call = unwrap(node);
  if (call.type !== 'CallExpression') return undefined;
  const callee = call['callee'] as Node;
  if (callee.type !== 'MemberExpression' || nameOf(callee['object'] as Node) !== 'view') return undefined;
  return { call, kind: nameOf(callee['property'] as Node) };
}

function asView(module: Module, name: string, node: Node, { call, kind }: { call: Node; kind: string }): WrittenView {
  const body = (call['arguments'] as Node[])[1];
  const isFunction = body !== undefined && /Function/.test(body.type);
  return { name, ...positionAt(module.text, node.start), node, body: kind !== 'reduce' && isFunction ? body : undefined, className: undefined, pool: kind !== 'reduce' };
}

function classViews(module: Module, name: string, node: Node): WrittenView[] {
  const members = ((node['body'] as Node)['body'] as Node[]).filter((member) => isDecoratedWith(member, 'View'));
  return members.map((member) => {
    const key = member['key'] as Node;
    return { name: `${name}/${nameOf(key)}`, ...positionAt(module.text, key.start), node: member, body: member['value'] as Node, className: name, pool: true };
  });
}

/** Whether a class member carries `@Name`, `@Name(...)` or `@Name.Kind(...)`. */
export function isDecoratedWith(member: Node, name: string): boolean {
  return ((member['decorators'] as Node[] | undefined) ?? []).some((decorator) => {
    let expression = decorator['expression'] as Node;
    if (expression.type === 'CallExpression') expression = expression['callee'] as Node;
    if (expression.type === 'MemberExpression') expression = expression['object'] as Node;
    return nameOf(expression) === name;
  });
}

/** Names that a function binds anywhere inside: parameters, variables, functions, catch clauses. */
export function localNames(node: Node): Set<string> {
  const names = new Set<string>();
  const visit = (at: Node): void => {
    for (const parameter of (at['params'] as Node[] | undefined) ?? []) if (parameter.type) for (const name of bindingNames(parameter)) names.add(name);
    if (at.type === 'VariableDeclarator') for (const name of bindingNames(at['id'] as Node)) names.add(name);
    if (at.type === 'CatchClause' && at['param']) for (const name of bindingNames(at['param'] as Node)) names.add(name);
    if ((at.type === 'FunctionDeclaration' || at.type === 'ClassDeclaration') && at['id']) names.add(nameOf(at['id'] as Node));
    for (const child of children(at)) visit(child);
  };
  visit(node);
  return names;
}
