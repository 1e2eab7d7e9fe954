import { view } from '@trainyard/core';

export const trainId = view.scalar({ id: 'internal#train_id' }, ({ id }) => id);
export const xgm = view.scalar({ intensity: 'karabo#SA2_XTD1_XGM/XGM/DOOCS:output[data.intensityTD]' }, ({ intensity }) => intensity.get(0), { title: 'First pulse', unit: 'uJ' });
export const digitizer = view.scalar({ peaks: 'karabo#MID_EXP_FASTADC/ADC/DESTEST:channel_1.output[data.peaks]' }, ({ peaks }) => peaks.nanmean(), { title: 'Mean peak', unit: 'ADU' });
