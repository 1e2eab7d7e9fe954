/** The table of what the simulated facility sends: the one place where its names are written. */

/** One row: a source, one of its keys, and what is under it. */
export interface SimSource {
  /** The name on the stream. */
  readonly source: string;
  readonly key: string;
  readonly kind: 'control' | 'instrument';
  readonly dtype: string;
  /** Axes on the stream, slow first; P is the number of pulses. */
  readonly axes: string;
  readonly unit: string;
  /** The name in a written run; `{m}` stands for 0 to 15, one source for each module. */
  readonly inFiles: string;
  readonly what: string;
}

export const CAMERA = 'SQS_ILH_LAS/CAM/BS_CAM_TT_OU1';
export const DETECTOR = 'SPB_DET_AGIPD1M-1';
export const XGM = 'SA3_XGM/XGM/DOOCS';
export const SHUTTER = 'SQS_SHUTTER/DEV/1';
export const MOTOR = 'SQS_ILH_LAS/MOTOR/DELAY';

export const CAMERA_ONLINE = `${CAMERA}:output`;
export const CAMERA_IN_FILES = `${CAMERA}:daqOutput`;
export const XGM_OUTPUT = `${XGM}:output`;
export const DETECTOR_ONLINE = `${DETECTOR}/CAL/APPEND_CORRECTED`;
export const moduleInFiles = (module: number | string): string => `${DETECTOR}/CORR/${module}CH0:output`;
/** What calibrated modules were called before 2024; a written run has soft links under these names. */
export const formerModuleName = (module: number | string): string => `${DETECTOR}/DET/${module}CH0:xtdf`;

const inFiles = moduleInFiles('{m}');

/** What is sent and written, one row a key. */
export const sources: readonly SimSource[] = [
  { source: CAMERA_ONLINE, key: 'data.image.pixels', kind: 'instrument', dtype: 'uint16', axes: 'y 1024, x 1536', unit: 'ADU', inFiles: CAMERA_IN_FILES, what: 'laser spot near row 550, column 1250, while the shutter is open; a faint timing edge' },
  { source: DETECTOR_ONLINE, key: 'image.data', kind: 'instrument', dtype: 'float32', axes: 'module 16, fs 128, ss 512, pulse P', unit: 'photons', inFiles, what: 'powder rings of LaB6, dead pixels NaN' },
  { source: DETECTOR_ONLINE, key: 'image.pulseId', kind: 'instrument', dtype: 'uint64', axes: 'pulse P', unit: '', inFiles, what: 'which pulse of the train each frame saw' },
  { source: DETECTOR_ONLINE, key: 'image.cellId', kind: 'instrument', dtype: 'uint16', axes: 'pulse P', unit: '', inFiles, what: 'memory cell of each frame' },
  { source: DETECTOR_ONLINE, key: 'image.trainId', kind: 'instrument', dtype: 'uint64', axes: 'pulse P', unit: '', inFiles, what: 'the train ID of each frame' },
  { source: XGM_OUTPUT, key: 'data.intensityTD', kind: 'instrument', dtype: 'float32', axes: 'pulse 100', unit: 'uJ', inFiles: XGM_OUTPUT, what: 'energy of each pulse; spot and rings follow it' },
  { source: XGM, key: 'pulseEnergy.photonFlux', kind: 'control', dtype: 'float32', axes: '', unit: 'uJ', inFiles: XGM, what: 'mean of the train’s pulses' },
  { source: SHUTTER, key: 'isOpen', kind: 'control', dtype: 'bool', axes: '', unit: '', inFiles: SHUTTER, what: 'false for the last 20 of each 200 train IDs' },
  { source: MOTOR, key: 'actualPosition', kind: 'control', dtype: 'float64', axes: '', unit: 'mm', inFiles: MOTOR, what: 'delay stage: 35 to 37 mm and back in steps of 0.05 mm, 10 trains a step' },
];
