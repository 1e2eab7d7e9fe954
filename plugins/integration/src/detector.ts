import { YardError } from '@trainyard/core';
import type { Geometry, Vector } from '@trainyard/geometry';
import { knownDetector, stretches, type Stretch } from './known-detectors.ts';
import type { Poni } from './poni.ts';

/** Pixels on a regular grid: a whole flat detector, or one tile of one that is put together. */
export interface Panel {
  readonly rows: number;
  readonly cols: number;
  /** Its first pixel in the data, and from one row to the next. */
  readonly first: number;
  readonly rowStep: number;
  /** Outer corner of the first pixel, and the steps along rows and columns: up, sideways, along the beam, in metres, before the rotations. */
  readonly corner: Vector;
  readonly ss: Vector;
  readonly fs: Vector;
  readonly hexagonal: boolean;
}

/** Where the pixels of the data are. */
export interface Detector {
  readonly poni: Poni;
  /** Of one frame: (rows, columns), of modules (module, ss, fs). */
  readonly shape: readonly number[];
  readonly panels: readonly Panel[];
}

/** A detector whose pixels lie on one grid; of the JUNGFRAU and others whose pixels between modules are longer, several grids. Errors: PONI_NO_PIXEL. */
export function gridDetector(poni: Poni, rows: number, cols: number): Detector {
  const { pixel1, pixel2, orientation = 3 } = poni;
  if (pixel1 === undefined || pixel2 === undefined || !(pixel1 > 0 && pixel2 > 0)) {
    throw new YardError('PONI_NO_PIXEL', `There is no pixel size above 0${poni.detector ? ` and the detector "${poni.detector}" is not known here` : ''}: write Detector_config: {"pixel1": 0.0002, "pixel2": 0.0002} into it (metres), or give the option pixel.`);
  }
  const { module, wide = 1, shape } = knownDetector(poni.detector) ?? {};
  const pieces = module && wide > 1 && shape?.[0] === rows && shape[1] === cols ? module : ([rows, cols] as const);
  const [ys, xs] = [stretches(rows, pieces[0], wide), stretches(cols, pieces[1], wide)];
  const end = (of: readonly Stretch[]): number => of.reduce((sum, { from, to, length }) => sum + (to - from) * length, 0);
  const [flipRows, flipCols] = [orientation === 1 || orientation === 2, orientation === 1 || orientation === 4];
  const [height, width] = [end(ys), end(xs)];
  const panels = ys.flatMap((y) => xs.map((x): Panel => ({
    rows: y.to - y.from, cols: x.to - x.from, first: y.from * cols + x.from, rowStep: cols, hexagonal: false,
    corner: [(flipRows ? height - y.at : y.at) * pixel1, (flipCols ? width - x.at : x.at) * pixel2, 0],
    ss: [(flipRows ? -pixel1 : pixel1) * y.length, 0, 0],
    fs: [0, (flipCols ? -pixel2 : pixel2) * x.length, 0],
  })));
  return { poni, shape: [rows, cols], panels };
}

/** A detector put together of modules: `poni1` and `poni2` are y and x of the point of normal incidence, in the coordinates of the geometry. */
export function moduleDetector(poni: Poni, geometry: Geometry): Detector {
  const { layout, modules, shape } = geometry;
  // pyFAI's first axis is up, its second to the left as seen along the beam.
  const turned = ([x, y, z]: Vector): Vector => [y, x, z];
  const panels = modules.flatMap((tiles, m) => tiles.map(({ corner, ss, fs, ssPixels, fsPixels }, t): Panel => {
    const place = layout.places[t]!;
    return { rows: ssPixels, cols: fsPixels, first: (m * shape[1] + place.ss) * shape[2] + place.fs, rowStep: shape[2], corner: turned(corner), ss: turned(ss), fs: turned(fs), hexagonal: layout.hexagonal === true };
  }));
  return { poni, shape, panels };
}

export function pixelCount({ shape }: Detector): number {
  return shape.reduce((n, m) => n * m, 1);
}

/** Middle of a pixel in parts of a step along slow and fast scan. */
const SQUARE = [0.5, 0.5] as const;
/** The outlines of hexagons reach over a step; odd rows lie half a pixel aside. */
const HEXAGON = [2 / 3, 0.5] as const;
const SQUARE_OUTLINE = [[0, 0], [0, 1], [1, 1], [1, 0]] as const;
const HEXAGON_OUTLINE = ([[0, 0.5], [0.25, 1], [0.75, 1], [1, 0.5], [0.75, 0], [0.25, 0]] as const).map(([ss, fs]) => [(ss * 4) / 3, fs] as const);

/** A place in the sample's frame: t1 up, t2 sideways, t3 along the beam, in metres; `facing` is the distance of the sample from the plane of the panel. */
type Visit = (index: number, t1: number, t2: number, t3: number, facing: number) => void;

/**
 * Calls `visit` with the place of the middle of each pixel. t = R3 R2 R1 (p1 - poni1, p2 - poni2, p3 + dist), p = (index + 0.5) x pixel on a grid: the
 * conventions of pyFAI, G. Ashiotis et al., J. Appl. Cryst. 48 (2015) 510, doi 10.1107/S1600576715004306.
 */
export function eachCentre({ poni, panels }: Detector, visit: Visit): void {
  for (const panel of panels) {
    const place = placing({ poni, visit }, panel);
    const [down, across] = panel.hexagonal ? HEXAGON : SQUARE;
    for (let i = 0; i < panel.rows; i++) {
      const aside = panel.hexagonal && i % 2 === 1 ? 0.5 : 0;
      for (let j = 0; j < panel.cols; j++) place(i + down, j + across + aside, panel.first + i * panel.rowStep + j);
    }
  }
}

/** The corners of all pixels. */
export interface Corners {
  /** 4, of hexagons 6. */
  readonly sides: number;
  /** Corner k of pixel i, in order around it, is `of[i * sides + k]`; neighbours share theirs. */
  readonly of: Int32Array;
  readonly count: number;
}

/** Numbers the corners of all pixels and calls `visit` with the place of each. Pixels that no panel has keep corner 0. */
export function eachCorner(detector: Detector, visit: Visit): Corners {
  const { poni, panels } = detector;
  const hexagonal = panels.some((panel) => panel.hexagonal);
  const sides = hexagonal ? 6 : 4;
  const of = new Int32Array(pixelCount(detector) * sides);
  let count = 0;
  for (const panel of panels) {
    const { rows, cols, first, rowStep } = panel;
    const place = placing({ poni, visit }, panel);
    if (!hexagonal) {
      for (let i = 0; i <= rows; i++) for (let j = 0; j <= cols; j++) place(i, j, count + i * (cols + 1) + j);
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < cols; j++) {
          const at = 4 * (first + i * rowStep + j);
          for (let k = 0; k < 4; k++) of[at + k] = count + (i + SQUARE_OUTLINE[k]![0]) * (cols + 1) + j + SQUARE_OUTLINE[k]![1];
        }
      }
      count += (rows + 1) * (cols + 1);
      continue;
    }
    for (let i = 0; i < rows; i++) {
      const aside = i % 2 === 1 ? 0.5 : 0;
      for (let j = 0; j < cols; j++) {
        for (let k = 0; k < 6; k++, count++) {
          of[6 * (first + i * rowStep + j) + k] = count;
          place(i + HEXAGON_OUTLINE[k]![0], j + HEXAGON_OUTLINE[k]![1] + aside, count);
        }
      }
    }
  }
  return { sides, of, count };
}

/** How many corners `eachCorner` will name. */
export function cornerCount({ panels }: Detector): number {
  return panels.reduce((n, { rows, cols, hexagonal }) => n + (hexagonal ? 6 * rows * cols : (rows + 1) * (cols + 1)), 0);
}

type Place = (row: number, col: number, index: number) => void;

function placing({ poni, visit }: { readonly poni: Poni; readonly visit: Visit }, { corner, ss, fs }: Panel): Place {
  const [r1, r2, r3] = rotation(poni);
  const [c1, c2, c3] = [corner[0] - poni.poni1, corner[1] - poni.poni2, corner[2] + poni.dist];
  const normal: Vector = [ss[1] * fs[2] - ss[2] * fs[1], ss[2] * fs[0] - ss[0] * fs[2], ss[0] * fs[1] - ss[1] * fs[0]];
  const facing = Math.abs(normal[0] * c1 + normal[1] * c2 + normal[2] * c3) / Math.sqrt(normal[0] ** 2 + normal[1] ** 2 + normal[2] ** 2);
  return (row, col, index) => {
    const p1 = c1 + row * ss[0] + col * fs[0];
    const p2 = c2 + row * ss[1] + col * fs[1];
    const p3 = c3 + row * ss[2] + col * fs[2];
    visit(index, r1[0] * p1 + r1[1] * p2 + r1[2] * p3, r2[0] * p1 + r2[1] * p2 + r2[2] * p3, r3[0] * p1 + r3[1] * p2 + r3[2] * p3, facing);
  };
}

/** R3 R2 R1; rot1 and rot2 are left-handed, rot3 right-handed. */
export function rotation({ rot1, rot2, rot3 }: Poni): readonly [Vector, Vector, Vector] {
  const [c1, s1, c2, s2, c3, s3] = [Math.cos(rot1), Math.sin(rot1), Math.cos(rot2), Math.sin(rot2), Math.cos(rot3), Math.sin(rot3)];
  return [
    [c3 * c2, -s3 * c1 + c3 * s2 * s1, -s3 * s1 - c3 * s2 * c1],
    [s3 * c2, c3 * c1 + s3 * s2 * s1, c3 * s1 - s3 * s2 * c1],
    [s2, -c2 * s1, c2 * c1],
  ];
}
