const width = 160;
const height = 22;

/** The course of a number on the height of a line, from its smallest to its largest value. */
export function Sparkline({ label, times, values, format }: { readonly label: string; readonly times: readonly number[]; readonly values: readonly number[]; readonly format: (value: number) => string }) {
  const finite = values.filter(Number.isFinite);
  if (finite.length < 2) return null;
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const [from, to] = [times[0], times.at(-1)!];
  const points = values.flatMap((value, k) => (Number.isFinite(value) ? [`${(((times[k] - from) / (to - from || 1)) * width).toFixed(1)},${(height - 2 - ((value - low) / (high - low || 1)) * (height - 4)).toFixed(1)}`] : []));
  const minutes = Math.round((to - from) / 60_000);
  const said = `${label} over the last ${minutes < 1 ? 'minute' : `${minutes} min`}: ${format(low)} to ${format(high)}`;
  return <><svg className="spark" role="img" aria-label={said} width={width} height={height} viewBox={`0 0 ${width} ${height}`}><title>{said}</title><polyline points={points.join(' ')} /></svg><span className="hint"> {format(low)} … {format(high)}</span></>;
}
