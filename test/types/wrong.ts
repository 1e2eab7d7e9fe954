// What the compiler says of these lines is part of the contract: see types.test.ts.
import { From, View, view, type Image } from '@trainyard/core';

declare const image: Image;
export class Tool {
  @View.Scalar
  wrongKind(@From('view#x') camera: Image) {
    return camera;
  }
  @View.Scalar
  wrongInput(@From('karabo#SA3_XGM/XGM/DOOCS:output[data.intensityTD]') energy: number) {
    return energy;
  }
}
export const misspelt = view.scalar({ x: 'karabo#SQS/CAM/1:output[data.image.pixles]' }, () => 1);
export const kind = view.scalar({}, () => image);
