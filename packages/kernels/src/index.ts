export { binSums, binTable, sumIntoBins, type BinSums, type BinTable, type BinTableParts, type PoissonVariance } from './bin-sum.ts';
export { blankOutside, correctFrames, type Correction } from './correct.ts';
export { boundaryModes, outsideIndex, type BoundaryMode } from './extend.ts';
export { Gaussian, gaussianHalf, gaussianRadius, type GaussianOptions } from './gaussian.ts';
export { KernelError, resultType, type Floats, type Numbers } from './numbers.ts';
export { flat, isPacked, pack, sizeOf, type Layout } from './pack.ts';
export { regionSums, sumRegion, type RegionSums } from './region.ts';
