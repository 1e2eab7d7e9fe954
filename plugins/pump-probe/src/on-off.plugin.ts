import { Constant, action, asNdArray, optional, reducer, skip, stale, view, type InputRef, type NdArray, type PluginBuild, type Skip, type ViewHandle } from '@trainyard/core';
import { mean } from '@trainyard/core/reducers';
import { meanOfPulses, onOff, type OnOff } from './on-off.ts';

export const build: PluginBuild = ({ inputs, params }) => {
  const value = inputs.value as InputRef<NdArray>;
  const pulses = () => ({ on: String(params.on), off: String(params.off) });
  const reference = new Constant<NdArray>('reference');
  const [pair, ...hidden] = pairOf();

  /** Both sides of one train; of alternating trains, once both are there. */
  function pairOf(): readonly ViewHandle<any>[] {
    switch (params.mode) {
      case 'reference': {
        const given = inputs.reference === undefined ? {} : { given: optional(inputs.reference) as InputRef<NdArray | undefined> };
        return [view.compute({ value, ...given }, (values): OnOff | Skip => {
          const { value: now, given: loaded } = values as { value: NdArray; given?: NdArray };
          const off = loaded ?? reference.value;
          return off !== undefined ? { on: meanOfPulses(now, pulses().on), off: asNdArray(off) } : skip('there is no reference yet: give the input "reference", or press "Record reference" while the pump is off');
        }, { hidden: true })];
      }
      case 'even on, odd off':
      case 'odd on, even off': {
        const odd = params.mode === 'odd on, even off' ? 1 : 0;
        const train = 'internal#train_id';
        const pumped = view.matrix({ value, train }, ({ value: now, train: id }) => (Math.abs(id % 2) === odd ? meanOfPulses(now, pulses().on) : skip('a train without the pump')), { hidden: true });
        // The newest train with the pump, `apart` train IDs before this one at most.
        return [view.compute({ on: stale(pumped, Number(params.apart) + 1), value, train }, ({ on, value: now, train: id }): OnOff | Skip => (Math.abs(id % 2) === odd ? skip('a train with the pump: the next one without it makes the pair') : { on, off: meanOfPulses(now, pulses().off) }), { hidden: true }), pumped];
      }
      default:
        return [view.compute({ value }, ({ value: now }) => onOff(now, pulses()), { hidden: true })];
    }
  }

  const of = { pair: { from: pair! } as InputRef<OnOff> };
  const collected = mean();
  const onPulses = reducer({
    ...collected, name: 'mean of the pulses on',
    add: (state: ReturnType<typeof collected.initial>, now: NdArray, trainId: number) => collected.add(state, meanOfPulses(now, pulses().on), trainId),
  });
  const recordReference = {
    ...action('Record reference', { of: inputs.value, reduce: onPulses, trains: 1, into: reference }),
    // Read when the action starts: the parameter may have changed since.
    get trains() { return Number(params.referenceTrains); },
  };
  return {
    on: view.matrix(of, ({ pair: { on } }) => on, { title: 'Pump on' }),
    off: view.matrix(of, ({ pair: { off } }) => off, { title: 'Pump off' }),
    recordReference, reference, pair: pair!, ...(hidden[0] && { pumped: hidden[0] }),
  };
};
