import { definePlugin, type PluginSpec } from '@trainyard/core';

const assemble = definePlugin({
  id: 'geometry/assemble',
  version: '0.1.0',
  title: 'Assembled detector',
  does: 'Puts the modules of a detector where they stand, on the grid of one image, as EXtra-geom does. What lies between them is NaN, or 0 for integers.',
  parameters: {
    detector: { type: 'choice', default: 'AGIPD-1M', choices: ['AGIPD-1M', 'AGIPD-500K2G', 'LPD-1M', 'LPD-Mini', 'DSSC-1M', 'JUNGFRAU', 'pnCCD', 'ePix100', 'ePix10K'], does: 'Which detector it is.' },
    geom: { type: 'path', default: '', does: 'A CrystFEL .geom file. Taken when the list starts; read again when it changes. Empty: the positions below.' },
    positions: { type: 'numbers', default: [], does: 'x and y of the four quadrants (AGIPD-1M in pixels; LPD-1M, DSSC-1M in mm) or of each module (JUNGFRAU in pixels, LPD-Mini in mm), one after the other.' },
    distance: { type: 'number', default: 0, min: 0, max: 100, unit: 'm', does: 'From the sample to the detector; with the energy, viewers say q and 2 theta under the cursor. 0: not known.' },
    energy: { type: 'number', default: 0, min: 0, max: 200, unit: 'keV', does: 'Photon energy. 0: not known.' },
    pulse: { type: 'integer', default: 0, min: -1, max: 5000, does: 'Which pulse of a train with several, counted from 0; -1: the mean over all.' },
  },
  inputs: { data: { does: 'The modules of a train: (modules, ss, fs), or (pulses, modules, ss, fs).', rank: [2, 3, 4] } },
  outputs: { image: { kind: 'image', does: 'One image of the whole detector; axes in pixels from the beam.' } },
  load: () => import('./assemble.plugin.ts'),
});

export const plugins: PluginSpec[] = [assemble];
