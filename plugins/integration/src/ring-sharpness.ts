/** Points of an image with their values, the first `count` of each list. */
export interface Samples {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly value: Float64Array;
  count: number;
}

let room = { sum: new Float64Array(0), weight: new Float64Array(0) };

/**
 * Which part of the scatter of the values is explained by their distance from a point, in rings `width` wide: 1 - (what is left / all) (n - 1) / (n - rings),
 * R^2 adjusted for the number of rings. A value is shared by the two rings next to it, so that it changes smoothly with the point. 0 or less is nothing.
 */
export function ringSharpness({ x, y, value, count }: Samples, cx: number, cy: number, width: number): number {
  let [far, near] = [0, Infinity];
  for (let i = 0; i < count; i++) {
    const r2 = (x[i]! - cx) ** 2 + (y[i]! - cy) ** 2;
    if (r2 > far) far = r2;
    if (r2 < near) near = r2;
  }
  const low = Math.floor(Math.sqrt(near) / width);
  const rings = Math.floor(Math.sqrt(far) / width) - low + 2;
  if (room.sum.length < rings) room = { sum: new Float64Array(2 * rings), weight: new Float64Array(2 * rings) };
  const { sum, weight } = room;
  sum.fill(0, 0, rings);
  weight.fill(0, 0, rings);
  let [all, squares] = [0, 0];
  for (let i = 0; i < count; i++) {
    const at = Math.sqrt((x[i]! - cx) ** 2 + (y[i]! - cy) ** 2) / width - low;
    const ring = Math.floor(at);
    const part = at - ring;
    const v = value[i]!;
    sum[ring] += (1 - part) * v;
    weight[ring] += 1 - part;
    sum[ring + 1] += part * v;
    weight[ring + 1] += part;
    all += v;
    squares += v * v;
  }
  let used = 0;
  for (let k = 0; k < rings; k++) {
    if (weight[k]! < 1e-9) continue;
    sum[k] = sum[k]! / weight[k]!;
    used += Math.min(1, weight[k]!);
  }
  let left = 0;
  for (let i = 0; i < count; i++) {
    const at = Math.sqrt((x[i]! - cx) ** 2 + (y[i]! - cy) ** 2) / width - low;
    const ring = Math.floor(at);
    const away = value[i]! - sum[ring]! - (at - ring) * (sum[ring + 1]! - sum[ring]!);
    left += away * away;
  }
  const total = squares - (all * all) / count;
  if (!(total > 0) || count - used < 1) return 0;
  return 1 - (left / total) * ((count - 1) / (count - used));
}
