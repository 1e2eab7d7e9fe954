import { From, State, View } from '@trainyard/core';
import { xmcd, xmcdCurves } from '@trainyard/xas';
import { XasTim, how, inputs } from '../xas-tim/views.ts';

const both = { ...how, current: 0.5 };
const withField = { ...inputs, current: 'current' };

/** All that XasTim has, and the same for each direction of the magnet's field. */
export class XasTimXmcd extends XasTim {
  @View.Scalar({ title: 'Current of the magnet', unit: 'A' }) current(@From('karabo#SCS_CDIFFT_MAG/SUPPLY/CURRENT.actualCurrent') current: number) { return current; }

  @State(withField) difference = xmcdCurves({ ...both, of: 'difference' });
  @State(withField) sum = xmcdCurves({ ...both, of: 'sum' });
  /** Both directions, their sum and their difference of each signal, bin by bin. */
  @State(withField) directions = xmcd(both);
}
