// The same with a schema of the data beside it (data-paths.d.ts).
import { From, View, optional, path, pulses, shifted, stale, view, type Image, type NdArray, type Vector } from '@trainyard/core';
import { correlation, mean } from '@trainyard/core/reducers';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <A, B>(..._: Same<A, B> extends true ? [] : [different: [A, B]]): void => undefined;

view.scalar({
  camera: 'karabo#SQS/CAM/1:output[data.image.pixels]', open: 'karabo#SQS_SHUTTER/DEV/1.isOpen', position: optional('karabo#SQS_MOTOR/DEV/1.actualPosition'),
  before: shifted('karabo#SQS/CAM/1:output[data.image.pixels]', -1), lately: stale('karabo#SQS_MOTOR/DEV/1.actualPosition', 20), odd: pulses('1::2', 'karabo#SA3_XGM/XGM/DOOCS:output[data.intensityTD]'),
}, ({ camera, open, position, before, lately, odd }) => {
  is<typeof camera, NdArray<2, Uint16Array>>();
  is<typeof open, boolean>();
  is<typeof position, number | undefined>();
  is<typeof before, NdArray<2, Uint16Array>>();
  is<typeof lately, number>();
  is<typeof odd, Vector>();
  return camera.sum();
});

// Free of the schema: other views, the train ID, a stack's frame, templates and computed paths.
view.scalar({ v: 'view#smoothed', id: 'internal#train_id', f: 'stack#frame', t: 'karabo#SQS/CAM/{n}:output[data]', c: path<Image>('karabo#X/Y/Z.x') }, () => 1);

// @ts-expect-error misspelt
view.scalar({ camera: 'karabo#SQS/CAM/1:output[data.image.pixles]' }, () => 1);
// @ts-expect-error misspelt, optional
view.scalar({ camera: optional('karabo#SQS/CAM/1:output[data.image.pixles]') }, () => 1);
// @ts-expect-error misspelt, stale
view.scalar({ camera: stale('karabo#SQS/CAM/1:output[data.image.pixles]', 3) }, () => 1);
// @ts-expect-error misspelt, shifted
view.scalar({ camera: shifted('karabo#SQS/CAM/1:output[data.image.pixles]', -3) }, () => 1);
// @ts-expect-error misspelt, pulses
view.scalar({ camera: pulses('::2', 'karabo#SQS/CAM/1:output[data.image.pixles]') }, () => 1);
// @ts-expect-error misspelt, reduced
view.reduce('karabo#SQS/CAM/1:output[data.image.pixles]', mean());
// @ts-expect-error misspelt, reduced with another
view.reduce({ x: 'karabo#SQS_MOTOR/DEV/1.actualPosition', y: 'karabo#SQS/CAM/1:output[data.image.pixles]' }, correlation());
view.reduce({ x: 'karabo#SQS_MOTOR/DEV/1.actualPosition', y: 'karabo#SA3_XGM/XGM/DOOCS:output[data.intensityTD]' }, correlation());
// @ts-expect-error a vector taken for an image
view.image({ x: 'karabo#SA3_XGM/XGM/DOOCS:output[data.intensityTD]' }, ({ x }) => x);
// @ts-expect-error a switch taken for an array
view.scalar({ open: 'karabo#SQS_SHUTTER/DEV/1.isOpen' }, ({ open }) => open.sum());

export class Tool {
  @View.Image
  good(@From('karabo#SQS/CAM/1:output[data.image.pixels]') camera: Image, @From.optional('karabo#SQS_MOTOR/DEV/1.actualPosition') position?: number) {
    return camera.mul(position ?? 1);
  }
  @View.Image
  // @ts-expect-error a vector taken for an image
  vectorForImage(@From('karabo#SA3_XGM/XGM/DOOCS:output[data.intensityTD]') camera: Image) {
    return camera;
  }
  @View.Image
  // @ts-expect-error the two inputs are swapped
  swapped(@From('karabo#SQS_MOTOR/DEV/1.actualPosition') camera: Image,
    // @ts-expect-error and so is the second
    @From('karabo#SQS/CAM/1:output[data.image.pixels]') position: number) {
    return camera.mul(position);
  }
  @View.Image
  // @ts-expect-error misspelt
  misspelt(@From('karabo#SQS/CAM/1:output[data.image.pixles]') camera: Image) {
    return camera;
  }
  @View.Scalar
  // @ts-expect-error an optional input may be missing
  missing(@From.optional('karabo#SQS_MOTOR/DEV/1.actualPosition') position: number) {
    return position;
  }
}
