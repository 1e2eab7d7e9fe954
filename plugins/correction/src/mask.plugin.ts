import { YardError, optional, plan, planFile, readMask, view, workspace, type InputRef, type NdArray, type PluginBuild } from '@trainyard/core';
import { AGIPD_1M, AGIPD_500K2G, DSSC_1M, JUNGFRAU, LPD_1M, LPD_MINI, readGeom, type SnappedGeometry } from '@trainyard/geometry';
import { edgeMask, maskPixels } from './mask-pixels.ts';
import { pair } from './params.ts';

const layouts = [AGIPD_1M, AGIPD_500K2G, LPD_1M, LPD_MINI, DSSC_1M, JUNGFRAU];

export const build: PluginBuild = ({ inputs, params }) => {
  const path = String(params.file ?? '');
  const { folder } = workspace;
  const drawn = plan(readMask, planFile(path));
  const stored = plan((file, name) => {
    const names = [...file.arrays.keys()];
    const found = name === '' ? (names.length === 1 ? names[0]! : names.find((one) => one === 'mask')) : names.find((one) => one === name);
    if (found === undefined) throw new YardError('MASK_FILE', `${file.path} has ${name === '' ? 'no array "mask"' : `no array ${name}`}: it has ${names.slice(0, 8).join(', ') || 'none'}. Set dataset to the one that is meant.`);
    return file.read(found);
  }, () => workspace.openArrays(path, folder), () => String(params.dataset ?? ''));
  const fromFile = (): NdArray => (path.endsWith('.npy') ? drawn() : stored());
  // A mask of the assembled image, brought to the modules.
  const geometry = plan((text: string, name: string): SnappedGeometry => {
    const layout = layouts.find((one) => one.name === name);
    if (!layout) throw new YardError('MASK_DETECTOR', `"${name}" is none of the detectors ${layouts.map((one) => one.name).join(', ')}.`);
    return readGeom(text, layout).snap();
  }, planFile(String(params.geom ?? '')), () => String(params.detector));
  const dismantled = plan((mask: NdArray, snapped: SnappedGeometry) => snapped.dismantle(mask), fromFile, geometry);
  const edges = plan((rows, cols, height, width) => edgeMask(rows, cols, [height, width]), () => size[0]!, () => size[1]!, () => pair('edges', params.edges)![0], () => pair('edges', params.edges)![1]);
  let size: readonly number[] = [];
  const given = inputs.mask === undefined ? undefined : (optional(inputs.mask) as InputRef<NdArray | undefined>);
  return {
    masked: view.matrix({ image: inputs.image as InputRef<NdArray>, ...(given && { mask: given }) }, (values) => {
      const { image, mask } = values as { image: NdArray; mask?: NdArray };
      size = image.shape.slice(-2);
      const masks = [mask, path === '' ? undefined : params.geom ? dismantled() : fromFile(), pair('edges', params.edges) && edges()];
      return maskPixels(image, { mask: masks.filter((one) => one !== undefined), valid: pair('valid', params.valid), value: (params.value as readonly number[])[0] });
    }, { title: 'Masked' }),
  };
};
