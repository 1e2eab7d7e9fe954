// As `yard types` writes it for what it has seen.
import type { Image, NdArray, Vector } from '@trainyard/core';

declare module '@trainyard/core' {
  interface DataPaths {
    'karabo#SQS/CAM/1:output[data.image.pixels]': NdArray<2, Uint16Array>;
    'karabo#SA3_XGM/XGM/DOOCS:output[data.intensityTD]': Vector;
    'karabo#SQS_SHUTTER/DEV/1.isOpen': boolean;
    'karabo#SQS_MOTOR/DEV/1.actualPosition': number;
    'karabo#SPB_DET_AGIPD1M-1/DET[image.data]': NdArray<4, Float32Array>;
  }
}
export type Seen = Image;
