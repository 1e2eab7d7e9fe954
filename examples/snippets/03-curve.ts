// A curve with errors: a value per pulse over the last trains, and its newest waterfall
import { view } from '@trainyard/core';
import { meanStd, rolling } from '@trainyard/statistics';

const xgm = 'karabo#SA3_XGM/XGM/DOOCS:output[data.intensityTD]';

export const pulses = view.vector({ xgm }, ({ xgm }) => xgm, { title: 'Pulse energies', unit: 'uJ' });
export const band = view.reduce(pulses, meanStd({ trains: 100 }), { title: 'Pulse energies of 100 trains' });
export const waterfall = view.reduce(pulses, rolling({ trains: 50 }), { title: 'Pulse energies, train by train' });
