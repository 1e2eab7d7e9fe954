import { workspace, type ArrayFile, type NdLike } from '@trainyard/core';
import type { DetectorConstants } from './constants.ts';
import { DetectorCorrection, type Corrected, type DetectorSettings } from './detector-correction.ts';
import type { DetectorName } from './detectors.ts';

/** As `DetectorSettings`; the constants may be the path of an HDF5 file, which starts at the folder of the list or views file. */
export interface DetectorOptions extends Omit<DetectorSettings, 'constants'> {
  readonly constants?: string | ArrayFile | DetectorConstants | undefined;
}

/** What belongs to the raw data of one train. */
export interface WithRaw {
  /** The memory cell of each frame: needed where constants are by cell. */
  readonly cells?: NdLike | number | undefined;
  /** In the shape of the raw data, where it does not come with them: AGIPD's digital gain, the gain codes of JUNGFRAU and LPD. */
  readonly gain?: NdLike | undefined;
  /** Whether the stage and the reasons of bad pixels are given, too. Default false. */
  readonly details?: boolean;
}

/**
 * Corrects raw data of a detector: `const fix = correctDetector('agipd', () => ({ constants: 'agipd.h5' }))`, then `fix(raw, { cells }).values` on every train.
 *
 * `raw`: uint16 (frame, ss, fs) or (frame, module, ss, fs); of AGIPD with an axis of 2, analog and digital gain, before ss (or `gain` apart). Per pixel, each step in float32:
 * the gain stage (AGIPD: 1 where the digital gain is above the first threshold, 2 where above the second; JUNGFRAU, LPD: the bits above the ADC value);
 * forced gain; the offset of stage and cell; the common mode of stage 0; the factors. Bad pixels are NaN, or `badValue`: where a chosen bit is set in
 * the stage that the pixel is in, where a constant is no number, where the code is of no stage, where a value is beyond 1e7. No frames give no frames.
 *
 * The constants are prepared once, and again when the options name others or the file has changed: about 28 bytes per pixel, stage constants and cell of AGIPD.
 * Throws `RAW_SHAPE`, `RAW_DTYPE`, `CELLS_SHAPE`, `CELLS_MISSING`, `CONSTANTS_MISSING`, `CONSTANTS_SHAPE`, `CONSTANTS_DTYPE`, `CONSTANTS_CELLS`, `CONSTANTS_FILE`, `COMMON_MODE_BLOCK`, `ARRAY_FILE`.
 */
export function correctDetector(name: DetectorName, options: DetectorOptions | (() => DetectorOptions)): (raw: NdLike, more?: WithRaw) => Corrected {
  const folder = workspace.folder;
  const correction = new DetectorCorrection(name);
  return (raw, more) => {
    const now = typeof options === 'function' ? options() : options;
    const constants = typeof now.constants === 'string' ? workspace.openArrays(now.constants, folder) : now.constants;
    return correction.run({ ...now, constants }, raw, more);
  };
}
