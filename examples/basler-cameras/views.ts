import { From, Param, View, group, type Image } from '@trainyard/core';

class Basler {
  @Param() camera = 1;

  @View.Image
  image(@From('karabo#SPB_EXP_SYS/CAM/BASLER_{camera}:output[data.image.pixels]') image: Image) {
    return image;
  }
}

export const basler1 = group(Basler, { camera: 1 });
export const basler2 = group(Basler, { camera: 2 });
export const basler3 = group(Basler, { camera: 3 });
export const basler4 = group(Basler, { camera: 4 });
export const basler5 = group(Basler, { camera: 5 });
export const basler6 = group(Basler, { camera: 6 });
