import { From, Param, View, arange, group, labelled, plan, planFile, polyval, skip, stale, view, type Image, type Vector } from '@trainyard/core';
import { resize, straighten } from '@trainyard/geometry-plugins';

interface Calibration {
  readonly dx: number;
  readonly pixXray: number;
  readonly timeAxisPolynomial: Readonly<Record<string, readonly number[]>>;
  readonly pixDipole_0ns: Readonly<Record<string, number>>;
  readonly positionTrigger_ref: Readonly<Record<string, number>>;
  /** Row and column in the image, row and column where that belongs. */
  readonly transformationMaps: Readonly<Record<string, readonly (readonly number[])[]>>;
}
const calibration = plan((text) => JSON.parse(text) as Record<string, Calibration>, planFile('./calibration.json'));
const SWEEP_TIMES: Readonly<Record<number, number>> = { 1: 50, 2: 20, 3: 10, 4: 5, 5: 1, 6: 100 };

export const triggerFEL = view.scalar(
  { start: 'karabo#HED_PLAYGROUND/MDL/MASTER_TIMER_PPU.sequenceStart', id: 'internal#train_id' },
  ({ start, id }) => (Number(start) === id ? id : skip('no shot of the FEL')),
);
export const dipoleEnergy = view.scalar({ energy: 'karabo#APP_DIPOLE/MDL/DIPOLE_DIAGNOSTIC.energy2W' }, ({ energy }) => energy, { unit: 'J' });
export const dipoleDelay = view.scalar({ delay: 'karabo#APP_DIPOLE/MDL/DIPOLE_TIMING.actualPosition' }, ({ delay }) => delay, { unit: 'ns' });

/** From the first line with a pixel that is not 0 to the last, along each axis. */
function withoutBorder(image: Image, step: number): string[] {
  return [1, 0].map((axis) => {
    const lit = image.ne(0).any({ axis });
    return `${lit.argmax()}:${lit.size - lit.slice('::-1').argmax()}:${step}`;
  });
}

class StreakCamera {
  @Param() camera = '';
  @Param() control = '';
  @Param() timing = '';
  @Param() detector = '';
  /** From the train of the shot to the train of the camera's frame of it. */
  @Param() offset = 0;
  /** Quarters of a turn against the clock. */
  @Param() rot90 = 1;
  @Param() fliplr = false;
  @Param() flipud = false;
  @Param() downsample = 4;

  get settings(): Calibration {
    return { ...calibration()['global'], ...calibration()[this.camera] } as Calibration;
  }
  /** Time at a pixel. */
  delayAt<P extends number | Vector>(pixel: P, sweep: number) {
    return polyval([...this.settings.timeAxisPolynomial[`${sweep}ns`]!].reverse().concat(0), pixel);
  }
  dipoleAt(sweep: number): number {
    return this.delayAt(this.settings.pixDipole_0ns[`${sweep}ns`]!, sweep);
  }

  @View.Scalar
  trigger(
    @From('internal#train_id') id: number,
    @From.optional('karabo#HED_PLAYGROUND/MDL/MASTER_TIMER_DIPOLE.sequenceStart') start?: number,
    @From.optional('karabo#HED_HPLAS_HET/SWITCH/DIPOLE_PPU_OPEN.hardwareStatusBitField') shutter?: number,
  ) {
    return Number(shutter) === 34 || Number(start) + this.offset === id ? id : skip('no shot of the Dipole laser');
  }

  @View.Image
  rawData(@From('karabo#{detector}') data: Image) {
    let image = data;
    for (let quarter = 0; quarter < this.rot90; quarter++) image = image.T.slice('::-1, :');
    return image.slice(`${this.flipud ? '::-1' : ':'}, ${this.fliplr ? '::-1' : ':'}`);
  }

  @View.Scalar
  trainId(@From('view#shot') _: Image, @From('internal#train_id') id: number) {
    return id;
  }

  @View.Scalar({ unit: 'ns' })
  sweepTime(@From('karabo#{control}.sweepSpeed') speed: number) {
    return SWEEP_TIMES[Number(speed)];
  }

  @View.Scalar({ unit: 'ns' })
  sweepDelay(@From('karabo#{timing}.actualPosition') position: number, @From('view#sweepTime') sweep: number) {
    return position - this.settings.positionTrigger_ref[`${sweep}ns`]!;
  }

  @View.Scalar({ unit: 'ns' })
  xrayDelay(@From('view#sweepTime') sweep: number, @From('view#sweepDelay') sweepDelay: number, @From('view#dipoleDelay') dipole: number) {
    return this.delayAt(this.settings.pixXray, sweep) - this.dipoleAt(sweep) - dipole - sweepDelay;
  }

  @View.Table({ title: 'Shot' })
  info(
    @From('view#trainId') id: number, @From('view#dipoleDelay') delay: number, @From('view#dipoleEnergy') energy: number,
    @From('view#sweepDelay') sweepDelay: number, @From('view#sweepTime') sweep: number,
  ) {
    return { what: ['train ID', 'Dipole delay', 'Dipole energy', 'sweep delay', 'sweep time'], value: [id, delay, energy, sweepDelay, sweep], unit: ['', 'ns', 'J', 'ns', 'ns'] };
  }

  correct(data: Image, _sweep: number): Image {
    return resize(data, [2 * data.shape[0]!, 2 * data.shape[1]!]).slice('::-1, ::-1');
  }

  @View.Compute
  shotData(@From('view#rawData') data: Image, @From('view#sweepTime') sweep: number, @From('view#trigger') _: number) {
    return this.correct(data, sweep);
  }

  @View.Compute
  referenceData(
    @From('view#rawData') data: Image, @From('view#sweepTime') sweep: number,
    @From.optional('view#triggerFEL') fel?: number, @From.optional('view#trigger') dipole?: number,
  ) {
    return fel === undefined && dipole === undefined ? this.correct(data, sweep) : skip('a shot');
  }

  drawn(data: Image, sweep: number, xray: number, dipole: number) {
    const [rows, columns] = withoutBorder(data, this.downsample) as [string, string];
    const time = this.delayAt(arange(data.shape[1]!), sweep).sub(this.dipoleAt(sweep) + dipole);
    const distance = arange(data.shape[0]!).sub((data.shape[0]! - 1) / 2).mul(this.settings.dx);
    return labelled(data.slice(`${rows}, ${columns}` as string) as Image, {
      axes: [{ name: 'Distance', unit: 'um', values: distance.slice(rows).toNested() as number[] }, { name: 'Time', unit: 'ns', values: time.slice(columns).toNested() as number[] }],
      overlay: [{ kind: 'vline', at: [xray], text: `FEL delay (${xray.toFixed(3)} ns)` }],
    });
  }

  @View.Image
  shot(@From('view#shotData') data: Image, @From('view#sweepTime') sweep: number, @From('view#xrayDelay') xray: number, @From('view#dipoleDelay') dipole: number) {
    return this.drawn(data, sweep, xray, dipole);
  }

  @View.Image
  reference(@From('view#referenceData') data: Image, @From('view#sweepTime') sweep: number, @From('view#xrayDelay') xray: number, @From('view#dipoleDelay') dipole: number) {
    return this.drawn(data, sweep, xray, dipole);
  }

  /** The newest frame before the shot that was none. */
  @View.Image
  lastReference(@From('view#trigger') _: number, @From(stale('view#reference', 100)) reference: Image) {
    return reference;
  }
}

class VisarBase extends StreakCamera {
  @Param() arm = '';

  @View.Table({ title: 'Shot' })
  override info(
    @From('view#trainId') id: number, @From('view#dipoleDelay') delay: number, @From('view#dipoleEnergy') energy: number,
    @From('view#sweepDelay') sweepDelay: number, @From('view#sweepTime') sweep: number,
    @From('karabo#{arm}.etalonThickness') etalon?: number, @From('karabo#{arm}.motorDisplacement') motor?: number, @From('karabo#{arm}.sensitivity') sensitivity?: number,
    @From('karabo#{arm}.temporalDelay') temporal?: number, @From('karabo#{arm}.zeroDelayPosition') zero?: number,
  ) {
    const { what, value, unit } = super.info(id, delay, energy, sweepDelay, sweep);
    return {
      what: [...what, 'etalon thickness', 'motor displacement', 'sensitivity', 'temporal delay', 'zero delay position'],
      value: [...value, etalon!, motor!, sensitivity!, temporal!, zero!],
      unit: [...unit, 'mm', 'mm', 'm/s', 'ns', 'mm'],
    };
  }
}

class Visar extends VisarBase {
  override correct(data: Image, sweep: number): Image {
    return straighten(data, this.settings.transformationMaps[`${sweep}ns`]!).slice('::-1, ::-1');
  }
}

class Visar1w extends VisarBase {
  override fliplr = true;
}

export const kepler1 = group(Visar, {
  camera: 'KEPLER1', arm: 'COMP_HED_VISAR/MDL/VISAR_SENSITIVITY_ARM_1', control: 'HED_SYDOR_TEST/CTRL/CONTROL_UNIT_1', timing: 'HED_EXP_VISAR/TSYS/ARM_1_TRIG',
  detector: 'HED_SYDOR_TEST/CAM/KEPLER_1:daqOutput[data.image.pixels]',
});
export const kepler2 = group(Visar, {
  camera: 'KEPLER2', arm: 'COMP_HED_VISAR/MDL/VISAR_SENSITIVITY_ARM_2', control: 'HED_SYDOR_TEST/CTRL/CONTROL_UNIT_2', timing: 'HED_EXP_VISAR/TSYS/ARM_2_TRIG',
  detector: 'HED_SYDOR_TEST/CAM/KEPLER_2:daqOutput[data.image.pixels]', offset: 3,
});
export const visar1w = group(Visar1w, {
  camera: 'VISAR_1w', arm: 'COMP_HED_VISAR/MDL/VISAR_SENSITIVITY_ARM_3', control: 'HED_EXP_VISAR/EXP/ARM_3_STREAK', timing: 'HED_EXP_VISAR/TSYS/ARM_3_TRIG',
  detector: 'HED_EXP_VISAR/EXP/ARM_3_STREAK:daqOutput[data.image.pixels]', offset: 1,
});
export const sop = group(StreakCamera, {
  camera: 'SOP', control: 'HED_EXP_VISAR/EXP/SOP_STREAK', timing: 'HED_EXP_VISAR/TSYS/SOP_TRIG',
  detector: 'HED_EXP_VISAR/EXP/SOP_STREAK:daqOutput[data.image.pixels]', offset: 1,
});
