import { isSimArray } from './sim-train.ts';
import type { Float32Data, SimArray, SimTrain, Uint16Data } from './sim-train.ts';
import { CAMERA_ONLINE, DETECTOR_ONLINE, XGM_OUTPUT } from './sources.ts';

/** The array under a key of a train; throws, and so fails the test, when there is none of that dtype. */
function arrayUnder(train: SimTrain, source: string, key: string): SimArray {
  const value = train.sources.get(source)?.get(key);
  if (!isSimArray(value)) throw new Error(`no array under ${source}[${key}]`);
  return value;
}

export function pixelsOf(train: SimTrain): Uint16Data {
  const array = arrayUnder(train, CAMERA_ONLINE, 'data.image.pixels');
  if (array.dtype !== 'uint16') throw new Error(`pixels are ${array.dtype}`);
  return array;
}

export function ringsOf(train: SimTrain): Float32Data {
  const array = arrayUnder(train, DETECTOR_ONLINE, 'image.data');
  if (array.dtype !== 'float32') throw new Error(`detector data is ${array.dtype}`);
  return array;
}

export function intensityOf(train: SimTrain): Float32Data {
  const array = arrayUnder(train, XGM_OUTPUT, 'data.intensityTD');
  if (array.dtype !== 'float32') throw new Error(`intensities are ${array.dtype}`);
  return array;
}
