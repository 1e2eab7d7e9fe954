import { plan, scratch, type NdArray, type NdLike, type Table } from '@trainyard/core';
import { Droplets, flat } from '@trainyard/kernels';
import { eachFrame, frameShape, keptRoom, perPixel, type FrameShape } from './frames.ts';

export interface DropletOptions {
  /** A pixel belongs to a droplet above this (0 or more), mostly a few times the noise; in the unit of the image. */
  readonly threshold: number;
  /** What one photon gives, in the same unit. */
  readonly photon: number;
  /** Not 0 where a pixel is left out. */
  readonly mask?: NdLike | undefined;
}

/** The photons of a train. */
export interface FoundPhotons {
  /** Photons of each pixel, float32, in the shape of the data; NaN where the pixel is masked or NaN. */
  readonly photons: NdArray;
  /** Photons of each frame, float64. */
  readonly count: NdArray<1>;
  /** A row per droplet, float64: `pulse`, centre `x` and `y` (the middle of the first pixel is 0, 0), `total`, `npix`, `photons`. */
  readonly table: Table;
}

/**
 * Photons from droplets of charge as a plan: `const find = droplets(() => ({ threshold: 20, photon: 100 }))`, then `find(image)`; of a stack each frame apart.
 * A droplet is what hangs together, over edges, of pixels above the threshold; it has floor(total / photon + 1/2) photons, which go to its
 * pixels by what each holds: see `Droplets` of the kernels. Values are taken as float32. The results lie in `scratch` memory.
 *
 * S. O. Hruszkewycz et al., Phys. Rev. Lett. 109 (2012) 185502, doi 10.1103/PhysRevLett.109.185502.
 * Errors: PEAKS_RANK, PEAKS_SHAPE, DROPLET_LIMITS.
 */
export function droplets(options: DropletOptions | (() => DropletOptions)): (image: NdLike) => FoundPhotons {
  const read = typeof options === 'function' ? options : () => options;
  let now: DropletOptions;
  let shape: FrameShape;
  const kept = keptRoom();
  const finder = plan(() => new Droplets(shape.rows, shape.columns, now.mask && perPixel('mask', now.mask, shape)), () => shape.rows, () => shape.columns, () => now.mask);
  // Droplets are looked for in packed images: rows with a gap are copied.
  const rowRoom = keptRoom();
  const columns: Record<string, number[]> = { pulse: [], x: [], y: [], total: [], npix: [], photons: [] };

  return (image) => {
    now = read();
    shape = frameShape(image, 'The finding of droplets', false);
    const size = shape.rows * shape.columns;
    const found = finder();
    const photons = scratch(image.shape, 'float32');
    const count = scratch([shape.frames], 'float64') as NdArray<1>;
    const [to, counts] = [flat<Float32Array>(photons), flat<Float64Array>(count)];
    for (const list of Object.values(columns)) list.length = 0;
    eachFrame(image, shape, kept, (data, from, rowStep, frame) => {
      const dense = rowStep === shape.columns && data instanceof Float32Array;
      const packed = dense ? data : rowRoom(size);
      if (!dense) for (let y = 0; y < shape.rows; y++) packed.set((data as Float32Array).subarray(from + y * rowStep, from + y * rowStep + shape.columns), y * shape.columns);
      const list = found.run(packed, now, to, { from: dense ? from : 0, to: frame * size });
      for (let k = 0; k < list.count; k++) {
        columns.pulse!.push(frame);
        columns.x!.push(list.x[k]!);
        columns.y!.push(list.y[k]!);
        columns.total!.push(list.total[k]!);
        columns.npix!.push(list.pixels[k]!);
        columns.photons!.push(list.photons[k]!);
      }
      counts[frame] = list.photonSum;
    });
    const table = Object.fromEntries(Object.entries(columns).map(([name, values]) => {
      const column = scratch([values.length], 'float64') as NdArray<1>;
      flat<Float64Array>(column).set(values);
      return [name, column];
    }));
    return { photons, count, table };
  };
}
