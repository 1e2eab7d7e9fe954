import { definePlugin, type PluginParameter, type PluginSpec } from '@trainyard/core';

const edge = (value: number, does: string): PluginParameter => ({ type: 'integer', default: value, min: 0, max: 100_000, unit: 'px', does });

const rectangle = definePlugin({
  id: 'roi/rectangle',
  version: '0.1.0',
  title: 'Region of interest',
  does: 'A rectangle of an image: the pixels, their sum and mean, and their projections. NaN pixels do not count. What lies outside the image is cut off.',
  parameters: {
    y0: edge(0, 'First row.'),
    y1: edge(100_000, 'The row after the last.'),
    x0: edge(0, 'First column.'),
    x1: edge(100_000, 'The column after the last.'),
    projection: { type: 'choice', default: 'mean', choices: ['mean', 'sum'], does: 'What the projections show per row and column.' },
  },
  inputs: { image: { does: 'The image.', rank: [2] } },
  outputs: {
    image: { kind: 'image', does: 'The pixels of the rectangle.' },
    sum: { kind: 'scalar', does: 'Sum of its pixels.' },
    mean: { kind: 'scalar', does: 'Mean of its pixels.' },
    x: { kind: 'vector', does: 'Projection on x: one value per column.' },
    y: { kind: 'vector', does: 'Projection on y: one value per row.' },
  },
  load: () => import('./rectangle.plugin.ts'),
});

export const plugins: PluginSpec[] = [rectangle];
