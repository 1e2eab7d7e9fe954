import { exportsOf } from '../panels/panel-exports.ts';
import { ink } from '../plot/draw-frame.ts';

/** What the yard takes at most, and a little less. */
const MOST_BYTES = 7_500_000;

/** All panels that are on the screen, where they are, as one picture. */
export async function pagePicture(): Promise<Blob | undefined> {
  const main = document.querySelector('main');
  const panels = [...document.querySelectorAll<HTMLElement>('main .panel')].filter((panel) => isSeen(panel, main!));
  if (!main || panels.length === 0) return undefined;
  const room = main.getBoundingClientRect();
  const pictures = await Promise.all(panels.map(async (panel) => {
    try {
      const blob = await exportsOf(panel)?.png?.();
      return blob && (await createImageBitmap(blob));
    } catch {
      return undefined;
    }
  }));
  for (const scale of [1.5, 1, 0.6]) {
    const canvas = Object.assign(document.createElement('canvas'), { width: Math.round(room.width * scale), height: Math.round(room.height * scale) });
    const g = canvas.getContext('2d')!;
    const style = getComputedStyle(document.documentElement);
    g.scale(scale, scale);
    g.fillStyle = style.getPropertyValue('--bg');
    g.fillRect(0, 0, room.width, room.height);
    panels.forEach((panel, k) => {
      const { left, top, width, height } = panel.getBoundingClientRect();
      const [x, y] = [left - room.left, top - room.top];
      g.fillStyle = style.getPropertyValue('--panel');
      g.fillRect(x, y, width, height);
      const picture = pictures[k];
      if (picture) {
        const fit = Math.min(width / picture.width, height / picture.height);
        g.drawImage(picture, x + (width - picture.width * fit) / 2, y, picture.width * fit, picture.height * fit);
      } else {
        g.fillStyle = ink.text;
        g.font = '600 13px system-ui, sans-serif';
        g.fillText(panel.getAttribute('aria-label') ?? '', x + 10, y + 18);
      }
    });
    const blob = await new Promise<Blob | null>((resolve) => {
      canvas.toBlob(resolve, 'image/png');
    });
    if (blob && blob.size < MOST_BYTES) return blob;
  }
  return undefined;
}

function isSeen(panel: HTMLElement, main: HTMLElement): boolean {
  const [a, b] = [panel.getBoundingClientRect(), main.getBoundingClientRect()];
  return a.bottom > b.top + 20 && a.top < b.bottom - 20;
}
