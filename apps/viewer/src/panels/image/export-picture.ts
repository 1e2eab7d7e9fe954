import { plotPng, plotSvg, type PlotDrawing } from '../../plot/plot-file.ts';
import { formatNumber } from '../../ui/format.ts';
import { decoded } from '../../image/patch.ts';
import type { PictureView } from '../../image/picture-view.ts';
import type { PanelExports } from '../panel-exports.ts';

const MOST_CSV = 4_000_000;

/** What a picture can be saved as: as it is seen (PNG, or SVG with the axes as lines and texts), or the numbers that are shown. */
export function exportsOf(view: PictureView | undefined, title: string): PanelExports {
  if (!view) return {};
  const drawing = (): PlotDrawing => {
    const drawn = view.drawing();
    if (!drawn || !view.patch) throw new Error('There is no picture yet.');
    return { ...drawn, title: `${title}, train ${view.patch.trainId}` };
  };
  return { png: async () => plotPng(drawing()), svg: () => plotSvg(drawing()), csv: () => csvOf(view) };
}

/** Rows of the picture as lines; coordinates of columns in the first one, those of rows in front. */
function csvOf({ patch, axes, labels }: PictureView): string {
  if (!patch || !axes) return '';
  const { picture: { data, width, height, offset, rowStride, colStride }, codes, block, window: [r0, c0], rows, columns } = patch;
  if (width * height > MOST_CSV) throw new Error(`These are ${formatNumber(width * height)} numbers; save every number as HDF5 instead.`);
  const middle = (at: number, n: number) => at * block + Math.min(block, n - at * block) / 2;
  const lines = [
    `# train ${patch.trainId}${labels?.unit ? `, ${labels.unit}` : ''}${block > 1 ? `, means of ${block} x ${block} pixels` : ''}${codes ? ', rounded to the steps in which it was sent' : ''}`,
    ['', ...Array.from({ length: width }, (_, i) => axes.x.toCoordinate(c0 + middle(i, columns - c0)))].join(','),
  ];
  for (let r = 0; r < height; r++) {
    const line: (number | string)[] = [axes.y.toCoordinate(r0 + middle(r, rows - r0))];
    for (let c = 0; c < width; c++) {
      const value = decoded(data[offset + r * rowStride + c * colStride], codes);
      line.push(Number.isNaN(value) ? '' : codes ? Number(value.toPrecision(6)) : value);
    }
    lines.push(line.join(','));
  }
  return `${lines.join('\n')}\n`;
}
