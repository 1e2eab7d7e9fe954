/** How much y grows with x, by least squares. */
export function slope(x: readonly number[], y: readonly number[]): number {
  const mean = (list: readonly number[]): number => list.reduce((sum, one) => sum + one, 0) / list.length;
  const [middleX, middleY] = [mean(x), mean(y)];
  const up = x.reduce((sum, one, i) => sum + (one - middleX) * (y[i]! - middleY), 0);
  return up / x.reduce((sum, one) => sum + (one - middleX) ** 2, 0);
}
