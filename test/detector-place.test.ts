import { agipd1m, dssc1m, jungfrau, lpd1m, pnccdWithGap, type Geometry } from '@trainyard/geometry';
import { ndarray } from '@trainyard/nd';
import { expect, it } from 'vitest';
import { pixelAt, scatteringAt } from '../apps/viewer/src/image/detector-place.ts';

const geometries: readonly Geometry[] = [
  agipd1m({ quadrants: [[-525, 625], [-550, -10], [520, -160], [542, 475]] }), lpd1m({ quadrants: [[11.4, 299], [-11.5, 8], [254.5, -16], [278.5, 275]] }),
  dssc1m({ quadrants: [[-130, 5], [-130, -125], [5, -125], [5, 5]] }), jungfrau({ positions: [[-1125, 0], [0, 0]] }), pnccdWithGap(),
];

it('names the pixel of the data that an image has at a place, on detectors of every kind', () => {
  for (const geometry of geometries) {
    const [modules, ss, fs] = geometry.shape;
    const snapped = geometry.snap();
    // Each pixel of the data says which one it is, 0 is a gap.
    const image = snapped.assemble(ndarray(Int32Array.from({ length: modules * ss * fs }, (_, i) => i + 1), [modules, ss, fs]) as never);
    const places = snapped.places();
    const [height, width] = image.shape as [number, number];
    let wrong = 0;
    // Steps that meet every column and every row.
    for (let i = 0; i < height * width; i += 41) {
      const pixel = pixelAt(places, Math.floor(i / width), i % width);
      const said = pixel ? ((pixel.module - geometry.layout.firstModule) * ss + pixel.ss) * fs + pixel.fs + 1 : 0;
      if (said !== image.data[i]) wrong++;
    }
    expect(wrong, geometry.layout.name).toBe(0);
    expect([pixelAt(places, -1, 0), pixelAt(places, 0, 1e6)]).toEqual([undefined, undefined]);
  }
});

it('q and 2 theta are those of the distance from the beam', () => {
  const places = { ...geometries[0].snap().places(), distance: 0.2, wavelength: 1e-10 };
  const [row, column] = places.beam;
  expect(scatteringAt(places, column, row)).toEqual({ twoTheta: 0, q: 0 });
  // 1000 pixels of 0.2 mm at 0.2 m: 45 degrees.
  expect(scatteringAt(places, column + 1000, row)!.twoTheta).toBeCloseTo(45, 3);
  expect(scatteringAt(places, column, row + 1000)!.q).toBeCloseTo(40 * Math.PI * Math.sin(Math.PI / 8), 2);
  expect(scatteringAt(geometries[0].snap().places(), 0, 0)).toBeUndefined();
});
