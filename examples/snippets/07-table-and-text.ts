// A table and a sentence
import { view } from '@trainyard/core';

const xgm = 'karabo#SA3_XGM/XGM/DOOCS:output[data.intensityTD]';

export const summary = view.table({ xgm }, ({ xgm }) => ({ what: ['least', 'mean', 'most'], energy: [xgm.min(), xgm.mean(), xgm.max()] }), { title: 'Pulse energies', unit: 'uJ' });
export const verdict = view.text({ xgm }, ({ xgm }) => (xgm.mean() > 1000 ? 'strong pulses' : 'weak pulses'));
