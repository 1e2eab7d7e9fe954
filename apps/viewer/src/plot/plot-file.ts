import { ink } from './draw-frame.ts';
import { svgOf, type Pen } from './svg-plot.ts';

/** A drawing that can be made again on something else, with what stands beside it on the page. */
export interface PlotDrawing {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  /** Names and colours, where there are several. */
  readonly legend?: readonly (readonly [name: string, color: string])[];
  readonly draw: (pen: Pen) => void;
}

const TITLE_PX = 24;
const LEGEND_PX = 18;

export function plotSvg(drawing: PlotDrawing): string {
  return svgOf(drawing.width, fullHeight(drawing), ground(), (pen) => drawAll(pen, drawing));
}

/** In twice the resolution of the screen, for a logbook. */
export async function plotPng(drawing: PlotDrawing): Promise<Blob> {
  const canvas = document.createElement('canvas');
  canvas.width = drawing.width * 2;
  canvas.height = fullHeight(drawing) * 2;
  const g = canvas.getContext('2d')!;
  g.scale(2, 2);
  g.fillStyle = ground();
  g.fillRect(0, 0, drawing.width, fullHeight(drawing));
  g.imageSmoothingEnabled = false;
  drawAll(g, drawing);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('The browser made no picture of this panel.'))), 'image/png');
  });
}

const ground = (): string => getComputedStyle(document.documentElement).getPropertyValue('--panel').trim();
const fullHeight = ({ height, legend }: PlotDrawing): number => height + TITLE_PX + (legend?.length ? LEGEND_PX : 0);

function drawAll(pen: Pen, { title, legend, draw }: PlotDrawing): void {
  pen.textAlign = 'left';
  pen.textBaseline = 'middle';
  pen.fillStyle = ink.text;
  pen.font = '600 13px system-ui, sans-serif';
  pen.fillText(title, 10, TITLE_PX / 2 + 2);
  pen.font = ink.font;
  let x = 10;
  for (const [name, color] of legend ?? []) {
    pen.fillStyle = color;
    pen.fillRect(x, TITLE_PX + LEGEND_PX / 2 - 1, 12, 3);
    pen.fillStyle = ink.text;
    pen.fillText(name, x + 17, TITLE_PX + LEGEND_PX / 2);
    x += 34 + name.length * 6.3;
  }
  pen.save();
  pen.translate(0, fullHeight({ title, legend, draw, width: 0, height: 0 } as PlotDrawing));
  draw(pen);
  pen.restore();
}

/** Lines of text as a drawing, in a fixed pitch so that columns stay columns. */
export function textDrawing(title: string, lines: readonly string[], px = 13): PlotDrawing {
  const longest = Math.max(title.length * 0.6 * 13, ...lines.map((line) => line.length * px * 0.61));
  return {
    width: Math.min(4000, Math.ceil(longest) + 24), height: Math.min(8000, Math.ceil(lines.length * px * 1.4) + 12), title,
    draw: (pen) => {
      pen.font = `${px}px ui-monospace, 'DejaVu Sans Mono', monospace`;
      pen.fillStyle = ink.text;
      pen.textAlign = 'left';
      pen.textBaseline = 'top';
      lines.forEach((line, k) => pen.fillText(line, 12, 4 + k * px * 1.4));
    },
  };
}
