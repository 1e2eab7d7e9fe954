/** Points of an image with their values, the first `count` of each list. */
export interface Samples {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly value: Float64Array;
  count: number;
}

const room = { at: new Float64Array(0), sum: new Float64Array(0), weight: new Float64Array(0) };

/**
 * Which part of the scatter of the values is explained by their distance from a point, in rings `width` wide: 1 - (what is left / all) (n - 1) / (n - rings),
 * R^2 adjusted for the number of rings. A value is shared by the two rings next to it and held against both, so that it changes smoothly with the point.
 * 0 or less is nothing.
 */
export function ringSharpness({ x, y, value, count }: Samples, cx: number, cy: number, width: number): number {
  if (room.at.length < count) room.at = new Float64Array(count);
  const { at } = room;
  let [far, near] = [0, Infinity];
  for (let i = 0; i < count; i++) {
    const [dx, dy] = [x[i] - cx, y[i] - cy];
    const r = Math.sqrt(dx * dx + dy * dy) / width;
    at[i] = r;
    if (r > far) far = r;
    if (r < near) near = r;
  }
  const low = Math.floor(near);
  const rings = Math.floor(far) - low + 2;
  if (room.sum.length < rings) [room.sum, room.weight] = [new Float64Array(2 * rings), new Float64Array(2 * rings)];
  const { sum, weight } = room;
  sum.fill(0, 0, rings);
  weight.fill(0, 0, rings);
  let [all, squares] = [0, 0];
  for (let i = 0; i < count; i++) {
    const ring = Math.floor(at[i]) - low;
    const part = at[i] - low - ring;
    const v = value[i];
    sum[ring] += (1 - part) * v;
    weight[ring] += 1 - part;
    sum[ring + 1] += part * v;
    weight[ring + 1] += part;
    all += v;
    squares += v * v;
  }
  let used = 0;
  for (let k = 0; k < rings; k++) {
    if (weight[k] < 1e-9) continue;
    sum[k] /= weight[k];
    used += Math.min(1, weight[k]);
  }
  let left = 0;
  for (let i = 0; i < count; i++) {
    const ring = Math.floor(at[i]) - low;
    const away = value[i] - sum[ring] - (at[i] - low - ring) * (sum[ring + 1] - sum[ring]);
    left += away * away;
  }
  const total = squares - (all * all) / count;
  if (!(total > 0) || count - used < 1) return 0;
  return 1 - (left / total) * ((count - 1) / (count - used));
}
