/** One circle of each knot of a directed graph (Tarjan's strongly connected components), as the nodes in order of the arrows. */
export function findCycles(arrows: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const knots: Set<string>[] = [];
  const visit = (node: string): void => {
    order.set(node, order.size);
    low.set(node, order.get(node)!);
    stack.push(node);
    for (const next of arrows.get(node) ?? []) {
      if (!order.has(next)) visit(next);
      if (stack.includes(next)) low.set(node, Math.min(low.get(node)!, low.get(next)!));
    }
    if (low.get(node) !== order.get(node)) return;
    const knot = new Set(stack.splice(stack.indexOf(node)));
    if (knot.size > 1 || arrows.get(node)?.has(node)) knots.push(knot);
  };
  for (const node of arrows.keys()) if (!order.has(node)) visit(node);
  return knots.map((knot) => circleIn(knot, arrows));
}

/** A shortest way from the first node of a knot back to itself. */
function circleIn(knot: ReadonlySet<string>, arrows: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const start = [...knot].sort()[0]!;
  const ways: string[][] = [[start]];
  const seen = new Set<string>();
  for (const way of ways) {
    for (const next of arrows.get(way.at(-1)!) ?? []) {
      if (next === start) return way;
      if (!knot.has(next) || seen.has(next)) continue;
      seen.add(next);
      ways.push([...way, next]);
    }
  }
  return [start];
}
