import { KernelError } from './numbers.ts';

/**
 * Delaunay triangles of points in a plane: three indices of points each, all turning the same way (from the first axis to the second). Of equal points the first
 * is taken. Of points on one circle any triangles that fit are given. A sweep along the first axis, then edges are flipped until no point lies in the circle
 * around a triangle (C. L. Lawson 1977). For control points: hundreds to some thousands. Errors: TRIANGULATE_LINE (less than three points, or all on one line).
 */
export function triangulate(points: Float64Array): Int32Array {
  const { corners, twins } = paired(swept(points));
  const stack = [...twins.keys()].filter((edge) => twins[edge] > edge);
  // Rounding could turn two edges over for ever; n^2 flips are more than any points need.
  for (let left = points.length ** 2; stack.length > 0 && left > 0; left--) flip(stack.pop()!, points, corners, twins, stack);
  return corners;
}

const next = (edge: number): number => (edge % 3 === 2 ? edge - 2 : edge + 1);
const last = (edge: number): number => (edge % 3 === 0 ? edge + 2 : edge - 1);

/** Twice the area of a triangle; above 0 where it turns from the first axis to the second; 0 also where rounding could say so. */
function area(p: Float64Array, a: number, b: number, c: number): number {
  const [left, right] = [(p[2 * b] - p[2 * a]) * (p[2 * c + 1] - p[2 * a + 1]), (p[2 * b + 1] - p[2 * a + 1]) * (p[2 * c] - p[2 * a])];
  const turned = left - right;
  return Math.abs(turned) <= 1e-14 * (Math.abs(left) + Math.abs(right)) ? 0 : turned;
}

/** Triangles of the points in order of the first axis, each joined to what it sees of those before. */
function swept(p: Float64Array): number[] {
  const order = Array.from({ length: p.length / 2 }, (_, i) => i).sort((i, j) => p[2 * i] - p[2 * j] || p[2 * i + 1] - p[2 * j + 1] || i - j)
    .filter((i, k, all) => k === 0 || p[2 * i] !== p[2 * all[k - 1]] || p[2 * i + 1] !== p[2 * all[k - 1] + 1]);
  const apex = order.findIndex((i, k) => k > 1 && area(p, order[0], order[k - 1], i) !== 0);
  if (apex < 0) throw new KernelError('TRIANGULATE_LINE', `${order.length} different points, all on one line, have no triangles between them`);
  const triangles: number[] = [];
  // The outline as a ring of points, the inside always on the same side.
  const [ahead, behind] = [new Int32Array(p.length / 2), new Int32Array(p.length / 2)];
  const join = (a: number, b: number): void => {
    ahead[a] = b;
    behind[b] = a;
  };
  const line = order.slice(0, apex);
  if (area(p, line[0], line[apex - 1], order[apex]) < 0) line.reverse();
  for (let k = 0; k + 1 < apex; k++) {
    triangles.push(line[k], line[k + 1], order[apex]);
    join(line[k], line[k + 1]);
  }
  join(line[apex - 1], order[apex]);
  join(order[apex], line[0]);
  for (let k = apex + 1; k < order.length; k++) {
    const now = order[k];
    let [from, to] = [order[k - 1], order[k - 1]];
    while (area(p, to, ahead[to], now) < 0) {
      triangles.push(ahead[to], to, now);
      to = ahead[to];
    }
    while (area(p, behind[from], from, now) < 0) {
      triangles.push(from, behind[from], now);
      from = behind[from];
    }
    join(from, now);
    join(now, to);
  }
  return triangles;
}

/** For each edge of a triangle the same edge of its neighbour, -1 at the outline. Edge e runs from corner e to corner `next(e)`. */
function paired(triangles: readonly number[]): { readonly corners: Int32Array; readonly twins: Int32Array } {
  const corners = Int32Array.from(triangles);
  const twins = new Int32Array(corners.length).fill(-1);
  const open = new Map<string, number>();
  for (let edge = 0; edge < corners.length; edge++) {
    const [a, b] = [corners[edge], corners[next(edge)]];
    const twin = open.get(`${b} ${a}`);
    if (twin === undefined) open.set(`${a} ${b}`, edge);
    else [twins[edge], twins[twin]] = [twin, edge];
  }
  return { corners, twins };
}

/** Turns an edge to join the two corners that it lies between, where one is in the circle around the other's triangle. */
function flip(edge: number, p: Float64Array, corners: Int32Array, twins: Int32Array, stack: number[]): void {
  const twin = twins[edge];
  if (twin < 0) return;
  const [a, b, c, d] = [corners[edge], corners[next(edge)], corners[last(edge)], corners[last(twin)]];
  if (!inCircle(p, a, b, c, d)) return;
  // Triangles a b c and b a d become d b c and c a d.
  const [besideC, besideD] = [twins[last(edge)], twins[last(twin)]];
  corners[edge] = d;
  corners[twin] = c;
  pair(twins, edge, besideD);
  pair(twins, twin, besideC);
  pair(twins, last(edge), last(twin));
  stack.push(edge, next(edge), twin, next(twin));
}

function pair(twins: Int32Array, one: number, other: number): void {
  twins[one] = other;
  if (other >= 0) twins[other] = one;
}

/** Whether d lies within the circle through a, b, c by more than rounding may say. */
function inCircle(p: Float64Array, a: number, b: number, c: number, d: number): boolean {
  const [ax, ay] = [p[2 * a] - p[2 * d], p[2 * a + 1] - p[2 * d + 1]];
  const [bx, by] = [p[2 * b] - p[2 * d], p[2 * b + 1] - p[2 * d + 1]];
  const [cx, cy] = [p[2 * c] - p[2 * d], p[2 * c + 1] - p[2 * d + 1]];
  const [ra, rb, rc] = [ax * ax + ay * ay, bx * bx + by * by, cx * cx + cy * cy];
  const inside = ra * (bx * cy - by * cx) + rb * (cx * ay - cy * ax) + rc * (ax * by - ay * bx);
  const size = ra * (Math.abs(bx * cy) + Math.abs(by * cx)) + rb * (Math.abs(cx * ay) + Math.abs(cy * ax)) + rc * (Math.abs(ax * by) + Math.abs(ay * bx));
  return inside > 1e-12 * size;
}
