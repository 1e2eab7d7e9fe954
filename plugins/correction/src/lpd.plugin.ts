import { detectorBuild } from './detector-build.ts';

export const build = detectorBuild('lpd');
