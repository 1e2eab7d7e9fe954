/** A number as short as its meaning allows: four to six digits, a power of ten where it is far from 1. */
export function formatNumber(value: number, digits = 5): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e7) return minus(String(value));
  if (size >= 10 ** Math.max(6, digits) || size < 1e-3) return minus(value.toExponential(Math.min(3, digits - 1)).replace(/\.?0+e/, 'e').replace('e+', 'e'));
  return minus(String(Number(value.toPrecision(digits))));
}

/** Short forms for the ticks of an axis: 12k, 3.4M, 1e9. */
export function formatTick(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e4 && size < 1e9) {
    const [by, unit] = size >= 1e6 ? [1e6, 'M'] : [1e3, 'k'];
    return `${minus(String(Number((value / by).toPrecision(6))))}${unit}`;
  }
  return formatNumber(value, 6);
}

const minus = (text: string): string => text.replace('-', '−').replace('e−', 'e-');

export function formatCount(count: number): string {
  return count < 10_000 ? String(count) : count.toLocaleString('en').replaceAll(',', '\u202f');
}

export function formatRate(hz: number): string {
  return `${hz >= 9.95 ? hz.toFixed(hz >= 99.5 ? 0 : 1) : hz.toFixed(hz > 0 && hz < 0.95 ? 2 : 1)} Hz`;
}

/** How long ago, in the largest fitting unit. */
export function formatAge(ms: number): string {
  const s = Math.max(0, ms) / 1000;
  if (s < 9.5) return `${s.toFixed(1)} s`;
  if (s < 90) return `${Math.round(s)} s`;
  if (s < 5400) return `${Math.round(s / 60)} min`;
  if (s < 129_600) return `${Math.round(s / 3600)} h`;
  return `${Math.round(s / 86_400)} d`;
}

export function formatClock(at: number): string {
  return new Date(at).toLocaleTimeString('en-GB');
}

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const power = Math.min(4, Math.floor(Math.log10(bytes) / 3));
  return `${Number((bytes / 1000 ** power).toPrecision(3))} ${['B', 'kB', 'MB', 'GB', 'TB'][power]}`;
}

export function formatShape(shape: readonly number[]): string {
  return shape.join(' × ');
}

/** `views.ts:12:5`: the file by its name, the rest as an editor understands it. */
export function formatWhere(where: { readonly file?: string; readonly line?: number; readonly column?: number } | undefined): string {
  if (!where?.file) return '';
  const name = where.file.split(/[\\/]/).at(-1)!;
  return [name, where.line, where.line === undefined ? undefined : where.column].filter((part) => part !== undefined).join(':');
}

/** The time of day, with the day when it is another than today's. */
export function formatDay(at: number): string {
  const day = new Date(at).toLocaleDateString('en-CA');
  return day === new Date().toLocaleDateString('en-CA') ? formatClock(at) : `${day} ${formatClock(at).slice(0, 5)}`;
}
