// A class of views, used twice
import { From, Param, View, cut, group, rectangle, type Image, type Rectangle, type Vector } from '@trainyard/core';

export class Edge {
  @Param(rectangle([0, 540, 1536, 560], { on: 'karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]' })) roi!: Rectangle;

  @View.Vector({ unit: 'ADU' })
  profile(@From('karabo#SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output[data.image.pixels]') camera: Image) {
    return cut(camera, this.roi).mean({ axis: 0 });
  }

  @View.Scalar({ unit: 'px' })
  position(@From('view#profile') profile: Vector) {
    return profile.diff().argmax();
  }
}
export const upper = group(Edge, { prefix: 'upper', roi: [0, 300, 1536, 320] });
