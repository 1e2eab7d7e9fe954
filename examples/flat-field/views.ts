import { From, Param, View, arrayFile, group, parameters, plan, slider, type Image, type Stack } from '@trainyard/core';
import { dynamicFlat } from '@trainyard/correction';

const p = parameters({ frame: slider(51, 0, 127, undefined, 1) });

/** The principal components of a run of flat fields; read again when the file changes. */
const corrected = (file: string) => dynamicFlat(plan((of) => ({ flat: of.read('mean_flat'), dark: of.read('mean_dark'), modes: of.read('components_matrix') }), arrayFile(file)), { downsample: [2, 4] });
const correct: Record<number, (frame: Image) => Image> = { 1: corrected('./pca_info_cam1.h5'), 2: corrected('./pca_info_cam2.h5') };

class Shimadzu {
  @Param() camera = 1;

  @View.Matrix
  raw(@From('karabo#SPB_EHD_HPVX2_{camera}/CAM/CAMERA:daqOutput[data.image.pixels]') images: Stack) {
    return images;
  }

  @View.Image
  frame(@From('view#raw') images: Stack) {
    return images.slice(`${p.frame}`);
  }

  @View.Image
  corrected(@From('view#frame') frame: Image) {
    return correct[this.camera]!(frame);
  }
}

export const shimadzu1 = group(Shimadzu, { camera: 1 });
export const shimadzu2 = group(Shimadzu, { camera: 2 });
