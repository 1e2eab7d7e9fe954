import type { DType } from '@trainyard/nd';

/** What each dtype fits into without loss, besides itself: numpy's safe casts, but none between 64-bit integers and others. */
const WIDER: Readonly<Record<DType, readonly DType[]>> = {
  bool: ['uint8', 'int8', 'uint16', 'int16', 'uint32', 'int32', 'float16', 'float32', 'float64'],
  uint8: ['uint16', 'int16', 'uint32', 'int32', 'float16', 'float32', 'float64'],
  int8: ['int16', 'int32', 'float16', 'float32', 'float64'],
  uint16: ['uint32', 'int32', 'float32', 'float64'],
  int16: ['int32', 'float32', 'float64'],
  uint32: ['float64'],
  int32: ['float64'],
  uint64: [],
  int64: [],
  float16: ['float32', 'float64'],
  float32: ['float64'],
  float64: [],
};

export function castable(from: DType, to: DType): boolean {
  return from === to || WIDER[from].includes(to);
}
