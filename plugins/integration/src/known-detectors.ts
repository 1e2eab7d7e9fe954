/** What is fixed of a detector that `.poni` files name. */
export interface KnownDetector {
  /** Size of a pixel in metres along the slow and the fast axis, not binned. */
  readonly pixel: readonly [number, number];
  /** Rows and columns, not binned. */
  readonly shape?: readonly [number, number] | undefined;
  /** Modules in a grid: their rows and columns, and the pixels between them that see nothing. */
  readonly module?: readonly [number, number] | undefined;
  readonly gap?: readonly [number, number] | undefined;
  /** Columns of each module that see nothing: the first and how many. */
  readonly seam?: readonly [first: number, count: number] | undefined;
  /** Pixels at edges between modules are so many times as long. */
  readonly wide?: number | undefined;
  /** Pixels along the edges of modules see nothing. */
  readonly edges?: true | undefined;
  /** Its pixels may be binned, and the file says their size. */
  readonly binned?: true | undefined;
}

type Size = readonly [rows: number, cols: number];
const of = (pixel: number, shape: Size | undefined, more: Omit<KnownDetector, 'pixel' | 'shape'> = {}): KnownDetector => ({ pixel: [pixel, pixel], shape, ...more });
const binned = (pixel: number, shape?: Size): KnownDetector => of(pixel, shape, { binned: true });
const pilatus = (rows: number, cols: number, seam?: readonly [number, number]): KnownDetector => of(172e-6, [rows, cols], { module: [195, 487], gap: [17, 7], seam });
const eiger = (rows: number, cols: number): KnownDetector => of(75e-6, [rows, cols], { module: [514, 1030], gap: [37, 10] });
const eiger2 = (rows: number, cols: number, seam?: readonly [number, number]): KnownDetector => of(75e-6, [rows, cols], { module: [512, 1028], gap: [38, 12], seam });
const lambda = (rows: number, cols: number): KnownDetector => of(55e-6, [rows, cols], { module: [516, 516], gap: [6, 6] });
const maxipix = (rows: number, cols: number): KnownDetector => of(55e-6, [rows, cols], { module: [256, 256], gap: [4, 4] });
const imxpad = (rows: number, cols: number, module: Size = [120, 80]): KnownDetector => of(130e-6, [rows, cols], { module, wide: 2.5, edges: true });
const PILATUS_SEAM = [242, 3] as const;
const EIGER_SEAM = [513, 2] as const;

/** The usual detectors by pyFAI's names, in lower case without signs in between. */
const KNOWN: Readonly<Record<string, KnownDetector>> = {
  pilatus100k: pilatus(195, 487), pilatus200k: pilatus(407, 487), pilatus300k: pilatus(619, 487), pilatus300kw: pilatus(195, 1475),
  pilatus1m: pilatus(1043, 981), pilatus2m: pilatus(1679, 1475), pilatus6m: pilatus(2527, 2463),
  pilatuscdte300k: pilatus(619, 487, PILATUS_SEAM), pilatuscdte300kw: pilatus(195, 1475, PILATUS_SEAM), pilatuscdte900kw: pilatus(195, 4439, PILATUS_SEAM),
  pilatuscdte1m: pilatus(1043, 981, PILATUS_SEAM), pilatuscdte2m: pilatus(1679, 1475, PILATUS_SEAM),
  eiger500k: eiger(514, 1030), eiger1m: eiger(1065, 1030), eiger4m: eiger(2167, 2070), eiger9m: eiger(3269, 3110), eiger16m: eiger(4371, 4150),
  eiger2500k: eiger2(512, 1028), eiger21m: eiger2(1062, 1028), eiger21mw: eiger2(512, 2068), eiger22mw: eiger2(512, 4148), eiger24m: eiger2(2162, 2068), eiger29m: eiger2(3262, 3108), eiger216m: eiger2(4362, 4148),
  eiger2cdte500k: eiger2(512, 1028, EIGER_SEAM), eiger2cdte1m: eiger2(1062, 1028, EIGER_SEAM), eiger2cdte1mw: eiger2(512, 2068, EIGER_SEAM), eiger2cdte2mw: eiger2(512, 4148, EIGER_SEAM),
  eiger2cdte4m: eiger2(2162, 2068, EIGER_SEAM), eiger2cdte9m: eiger2(3262, 3108, EIGER_SEAM), eiger2cdte16m: eiger2(4362, 4148, EIGER_SEAM),
  jungfrau: of(75e-6, [512, 1024], { module: [256, 256], wide: 2 }), jungfrau500k: of(75e-6, [512, 1024], { module: [256, 256], wide: 2 }),
  imxpads10: imxpad(120, 80), imxpads70: imxpad(120, 560), imxpads140: imxpad(240, 560), imxpads70v: imxpad(560, 120, [80, 120]),
  lambda60k: of(55e-6, [256, 256]), lambda250k: lambda(516, 516), lambda750k: lambda(516, 1554), lambda2m: lambda(1554, 1554),
  maxipix: maxipix(256, 256), maxipix1x1: maxipix(256, 256), maxipix2x2: maxipix(516, 516), maxipix5x1: maxipix(256, 1296),
  adscq4: binned(82e-6, [2304, 2304]), adscq210: binned(51e-6, [4096, 4096]), adscq270: binned(64.8e-6, [4168, 4168]), adscq315: binned(51e-6, [6144, 6144]),
  titan: binned(60e-6, [2048, 2048]), apex2: binned(120e-6, [1024, 1024]), fairchild: binned(15e-6, [4096, 4096]), dexela2923: binned(75e-6, [3888, 3072]), pixium: binned(308e-6, [1910, 2480]),
  perkin: binned(200e-6), mar345: binned(100e-6, [3450, 3450]), mar555: binned(139e-6, [3072, 2560]),
  rayonix133: binned(64e-6, [4096, 4096]), rayonixsx165: binned(39.5e-6, [4096, 4096]), rayonixsx200: binned(48e-6, [4096, 4096]), rayonixsx30hs: binned(15.625e-6, [1920, 1920]), rayonixsx85hs: binned(44.2708e-6, [1920, 1920]),
  rayonixmx225: binned(73.242e-6, [6144, 6144]), rayonixmx300: binned(73.242e-6, [8192, 8192]), rayonixmx325: binned(79.346e-6, [8192, 8192]), rayonixmx170: binned(44.2708e-6, [3840, 3840]),
  rayonixmx225hs: binned(78.125e-6, [5760, 5760]), rayonixmx300hs: binned(78.125e-6, [7680, 7680]), rayonixmx340hs: binned(88.5417e-6, [7680, 7680]), rayonixmx425hs: binned(44.2708e-6, [9600, 9600]),
  rayonixlx170: binned(44.2708e-6, [1920, 3840]), rayonixlx255: binned(44.2708e-6, [1920, 5760]),
  frelon: of(50e-6, [2048, 2048]), basler: of(3.75e-6, [966, 1296]), mythen: { pixel: [8e-3, 50e-6], shape: [1, 1280] },
  hf130k: binned(150e-6, [256, 512]), hf262k: binned(150e-6, [512, 512]), hf1m: binned(150e-6, [1024, 1024]), hf2m: binned(150e-6, [1536, 1536]), hf4m: binned(150e-6, [2048, 2048]), hf9m: binned(150e-6, [3072, 3072]),
};

/** A detector by the name that a `.poni` file gives it, whatever its case and signs; undefined for one that is not known. */
export function knownDetector(name: string | undefined): KnownDetector | undefined {
  const key = (name ?? '').toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  return Object.hasOwn(KNOWN, key) ? KNOWN[key] : undefined;
}

/** Detectors that pyFAI has and that lie on no plane grid of equal pixels: these are refused, not approximated. */
export const notFlat: readonly string[] = ['aarhus', 'rapid', 'rapidii', 'cirpad', 'xcirpad', 'd5', 'xpadflat', 'xpads540flat', 'pixirad1', 'pixirad2', 'pixirad4', 'pixirad8', 'jungfrau16mcor', 'nexusdetector', 'hexdetector'];

/** 1 where a pixel lies between modules, or at their edges, and sees nothing; undefined where there is none of that, or for another shape. */
export function gapMask({ shape, module, gap = [0, 0], seam, edges }: KnownDetector, rows: number, cols: number): Uint8Array | undefined {
  if (!module || !(gap[0] > 0 || edges) || shape?.[0] !== rows || shape[1] !== cols) return undefined;
  const blind = (at: number, axis: 0 | 1): boolean => {
    const inside = at % (module[axis] + gap[axis]);
    if (edges && (inside === 0 || inside === module[axis] - 1)) return true;
    return inside >= module[axis] || (axis === 1 && seam !== undefined && inside >= seam[0] && inside < seam[0] + seam[1]);
  };
  const column = Uint8Array.from({ length: cols }, (_, j) => Number(blind(j, 1)));
  const mask = new Uint8Array(rows * cols);
  for (let i = 0; i < rows; i++) {
    if (blind(i, 0)) mask.fill(1, i * cols, (i + 1) * cols);
    else mask.set(column, i * cols);
  }
  return mask;
}

/** Along one axis: where stretches of equal pixels begin and end, and where the first of them lies, in pixels. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly at: number;
  readonly length: number;
}

/** Pixels of an axis of `n` in modules, those at edges between modules `wide` times as long. */
export function stretches(n: number, module: number, wide: number): Stretch[] {
  const out: Stretch[] = [];
  let at = 0;
  const add = (from: number, to: number, length: number): void => {
    if (to > from) out.push({ from, to, at, length });
    at += (to - from) * length;
  };
  for (let edge = 0; edge < n; edge += module) {
    const [first, last] = [edge > 0, edge + module < n];
    if (first) add(edge, edge + 1, wide);
    add(edge + Number(first), Math.min(n, edge + module) - Number(last), 1);
    if (last) add(edge + module - 1, edge + module, wide);
  }
  return out;
}
