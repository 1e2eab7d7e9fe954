import { From, State, View, path, pulses, type Vector } from '@trainyard/core';
import { scatter } from '@trainyard/statistics';
import { xasTim, xasTimCurves } from '@trainyard/xas';

/** The last minute: with 300 pulses in a train these are 180 000. */
export const how = { signals: ['mcp1', 'mcp2', 'mcp3', 'mcp4'], threshold: 200, bins: 6, range: [779.5, 785.5], unit: 'eV', trains: 600 } as const;
export const inputs = { energy: 'energy', i0: 'i0', mcp1: 'mcp1', mcp2: 'mcp2', mcp3: 'mcp3', mcp4: 'mcp4' };

/** Eight pulses in a train; only every second value of the digitizer belongs to one. */
const apd = (channel: string) => pulses(':16:2', path<Vector>(`karabo#SCS_UTC1_ADQ/ADC/1:network[digitizers.channel_1_${channel}.apd.pulseIntegral]`));

export class XasTim {
  @View.Scalar({ title: 'Photon energy', unit: 'eV' }) energy(@From('karabo#SA3_XTD10_MONO/MDL/PHOTON_ENERGY.actualEnergy') energy: number) { return energy; }
  @View.Vector({ title: 'XGM', unit: 'uJ' }) i0(@From(pulses(':8', 'karabo#SCS_BLU_XGM/XGM/DOOCS:output[data.intensitySa3TD]')) xgm: Vector) { return xgm; }
  @View.Vector({ title: 'MCP 1' }) mcp1(@From(apd('D')) integral: Vector) { return integral; }
  @View.Vector({ title: 'MCP 2' }) mcp2(@From(apd('C')) integral: Vector) { return integral; }
  @View.Vector({ title: 'MCP 3' }) mcp3(@From(apd('B')) integral: Vector) { return integral; }
  @View.Vector({ title: 'MCP 4' }) mcp4(@From(apd('A')) integral: Vector) { return integral; }

  /** Curves, and the same as a table with the mean of i0 and the number of pulses in each bin. */
  @State(inputs) absorption = xasTimCurves(how);
  @State(inputs) spectrum = xasTim(how);

  /** A pulse that does not count is NaN, and no point of the correlations. */
  @View.Vector({ hidden: true }) above(@From('view#i0') i0: Vector) { return i0.gt(how.threshold).where(i0, NaN); }
  @State({ x: 'above', y: 'mcp1' }) correlation1 = scatter({ trains: 10 });
  @State({ x: 'above', y: 'mcp2' }) correlation2 = scatter({ trains: 10 });
  @State({ x: 'above', y: 'mcp3' }) correlation3 = scatter({ trains: 10 });
  @State({ x: 'above', y: 'mcp4' }) correlation4 = scatter({ trains: 10 });
}
