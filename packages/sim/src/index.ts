/** A simulated facility: trains as a function of (seed, train ID), over a real socket and as a written run. */
export { isSimArray, SimError, trainTime } from './sim-train.ts';
export type { SimArray, SimOptions, SimTrain, SimValue } from './sim-train.ts';
export { sources } from './sources.ts';
export type { SimSource } from './sources.ts';
export { makeTrain } from './make-train.ts';
export { experiment, poni } from './layout.ts';
export { lab6, ringRadii } from './detector.ts';
export { writeSimRun } from './write-sim-run.ts';
export { startSim } from './start-sim.ts';
export type { RunningSim, StartSimOptions } from './start-sim.ts';
export type { WriteSimRunOptions } from './write-sim-run.ts';
