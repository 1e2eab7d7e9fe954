/** What plots are drawn with: the part of a canvas's context that a picture of vectors can do as well. */
export type Pen = Pick<CanvasRenderingContext2D,
  'save' | 'restore' | 'beginPath' | 'moveTo' | 'lineTo' | 'closePath' | 'rect' | 'clip' | 'stroke' | 'fill' | 'fillRect' | 'strokeRect' | 'fillText' | 'setLineDash' |
  'translate' | 'rotate' | 'strokeStyle' | 'fillStyle' | 'lineWidth' | 'lineJoin' | 'font' | 'textAlign' | 'textBaseline' | 'globalAlpha'> & {
  drawImage(image: HTMLCanvasElement, x: number, y: number, width: number, height: number): void;
};

interface State {
  strokeStyle: Pen['strokeStyle'];
  fillStyle: Pen['fillStyle'];
  lineWidth: number;
  lineJoin: CanvasLineJoin;
  font: string;
  textAlign: CanvasTextAlign;
  textBaseline: CanvasTextBaseline;
  globalAlpha: number;
  dash: readonly number[];
  transform: string;
  clip: string;
}

/** The same drawing as SVG: paths are paths and texts are texts. */
export function svgOf(width: number, height: number, background: string, draw: (pen: Pen) => void): string {
  const pen = new SvgPen();
  draw(pen);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif">\n`
    + `<rect width="100%" height="100%" fill="${escaped(background)}"/>\n${pen.parts.join('\n')}\n</svg>\n`;
}

class SvgPen implements Pen {
  readonly parts: string[] = [];
  #state: State = { strokeStyle: '#000', fillStyle: '#000', lineWidth: 1, lineJoin: 'miter', font: '11px sans-serif', textAlign: 'start', textBaseline: 'alphabetic', globalAlpha: 1, dash: [], transform: '', clip: '' };
  readonly #kept: State[] = [];
  #path = '';
  #clips = 0;

  get strokeStyle() { return this.#state.strokeStyle; }
  set strokeStyle(value) { this.#state.strokeStyle = value; }
  get fillStyle() { return this.#state.fillStyle; }
  set fillStyle(value) { this.#state.fillStyle = value; }
  get lineWidth() { return this.#state.lineWidth; }
  set lineWidth(value) { this.#state.lineWidth = value; }
  get lineJoin() { return this.#state.lineJoin; }
  set lineJoin(value) { this.#state.lineJoin = value; }
  get font() { return this.#state.font; }
  set font(value) { this.#state.font = value; }
  get textAlign() { return this.#state.textAlign; }
  set textAlign(value) { this.#state.textAlign = value; }
  get textBaseline() { return this.#state.textBaseline; }
  set textBaseline(value) { this.#state.textBaseline = value; }
  get globalAlpha() { return this.#state.globalAlpha; }
  set globalAlpha(value) { this.#state.globalAlpha = value; }

  save(): void {
    this.#kept.push({ ...this.#state });
  }

  restore(): void {
    this.#state = this.#kept.pop() ?? this.#state;
  }

  setLineDash(dash: readonly number[]): void {
    this.#state.dash = dash;
  }

  translate(x: number, y: number): void {
    this.#state.transform += `translate(${short(x)} ${short(y)})`;
  }

  rotate(angle: number): void {
    this.#state.transform += `rotate(${short((angle * 180) / Math.PI)})`;
  }

  beginPath(): void {
    this.#path = '';
  }

  moveTo(x: number, y: number): void {
    this.#path += `M${short(x)} ${short(y)}`;
  }

  lineTo(x: number, y: number): void {
    this.#path += `L${short(x)} ${short(y)}`;
  }

  closePath(): void {
    this.#path += 'Z';
  }

  rect(x: number, y: number, width: number, height: number): void {
    this.#path += `M${short(x)} ${short(y)}h${short(width)}v${short(height)}h${short(-width)}Z`;
  }

  clip(): void {
    const id = `c${++this.#clips}`;
    this.parts.push(`<clipPath id="${id}"><path d="${this.#path}"${this.#state.transform ? ` transform="${this.#state.transform}"` : ''}/></clipPath>`);
    this.#state.clip = id;
  }

  stroke(): void {
    const { strokeStyle, lineWidth, lineJoin, dash } = this.#state;
    if (this.#path) this.#put(`<path d="${this.#path}" fill="none" stroke="${colorOf(strokeStyle)}" stroke-width="${short(lineWidth)}" stroke-linejoin="${lineJoin}"${dash.length > 0 ? ` stroke-dasharray="${dash.join(' ')}"` : ''}`);
  }

  fill(): void {
    if (this.#path) this.#put(`<path d="${this.#path}" fill="${colorOf(this.#state.fillStyle)}"`);
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    this.#put(`<rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" fill="${colorOf(this.#state.fillStyle)}"`);
  }

  strokeRect(x: number, y: number, width: number, height: number): void {
    const { strokeStyle, lineWidth } = this.#state;
    this.#put(`<rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" fill="none" stroke="${colorOf(strokeStyle)}" stroke-width="${short(lineWidth)}"`);
  }

  fillText(text: string, x: number, y: number): void {
    const { fillStyle, font, textAlign, textBaseline } = this.#state;
    const anchor = textAlign === 'center' ? 'middle' : textAlign === 'right' || textAlign === 'end' ? 'end' : 'start';
    const baseline = textBaseline === 'middle' ? 'central' : textBaseline === 'top' ? 'hanging' : textBaseline === 'bottom' ? 'text-after-edge' : 'alphabetic';
    const [, weight, size] = /^(\d+ |bold )?(\d+(?:\.\d+)?)px/.exec(font) ?? [];
    const pitch = font.includes('mono') ? ' font-family="ui-monospace, monospace" xml:space="preserve"' : '';
    this.#put(`<text x="${short(x)}" y="${short(y)}" fill="${colorOf(fillStyle)}" font-size="${size ?? 11}"${weight ? ` font-weight="${weight.trim()}"` : ''} text-anchor="${anchor}" dominant-baseline="${baseline}"${pitch}`, `${escaped(text)}</text>`);
  }

  drawImage(image: HTMLCanvasElement, x: number, y: number, width: number, height: number): void {
    this.#put(`<image x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" preserveAspectRatio="none" style="image-rendering:pixelated" href="${image.toDataURL()}"`);
  }

  #put(element: string, content?: string): void {
    const { transform, clip, globalAlpha } = this.#state;
    const shape = `${element}${transform ? ` transform="${transform}"` : ''}${globalAlpha < 1 ? ` opacity="${short(globalAlpha)}"` : ''}${content === undefined ? '/>' : `>${content}`}`;
    // A clip is in the coordinates of the drawing, not in those of a turned text.
    this.parts.push(clip ? `<g clip-path="url(#${clip})">${shape}</g>` : shape);
  }
}

/** Plots are drawn in plain colours. */
const colorOf = (style: Pen['fillStyle']): string => (typeof style === 'string' ? escaped(style) : 'none');
const short = (x: number): string => String(Number.isFinite(x) ? Math.round(x * 100) / 100 : 0);
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
