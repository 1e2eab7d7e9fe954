import { pixelAt, scatteringAt } from '../../image/detector-place.ts';
import type { PictureView } from '../../image/picture-view.ts';
import type { Point } from '../../image/turn.ts';
import { formatNumber } from '../../ui/format.ts';

/** What lies at a point of the array, in words: coordinates, value, and where in the detector that is. Empty outside the picture. */
export function describeReading(view: PictureView, point: Point): string {
  const { axes, labels } = view;
  const found = view.valueAt(point);
  if (!found || !axes) return '';
  const [column, row] = [Math.floor(point[0]), Math.floor(point[1])];
  const coordinates = `(${formatNumber(axes.x.toCoordinate(column + 0.5))}, ${formatNumber(axes.y.toCoordinate(row + 0.5))})`;
  const pixel = axes.x.calibrated || axes.y.calibrated ? `  column ${column}, row ${row}` : '';
  const value = `  ${formatNumber(found.value, found.isExact ? 7 : 4)}`;
  const mean = found.block > 1 ? ` (mean of ${found.block} × ${found.block})` : '';
  const { geometry } = labels ?? {};
  if (!geometry) return `${coordinates}${pixel}${value}${mean}`;
  const detector = pixelAt(geometry, row, column);
  const place = detector ? `\nmodule ${detector.module}, ASIC ${detector.tile}, ss ${detector.ss}, fs ${detector.fs}` : '\nbetween the modules';
  const scattering = scatteringAt(geometry, column + 0.5, row + 0.5);
  const angle = scattering ? `  2θ ${formatNumber(scattering.twoTheta, 4)}°${scattering.q === undefined ? '' : `  q ${formatNumber(scattering.q, 4)} 1/nm`}` : '';
  return `${coordinates}${pixel}${value}${mean}${place}${angle}`;
}
