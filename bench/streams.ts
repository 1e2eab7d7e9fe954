/**
 * Receiving and matching alone: trains of 1 kB and 4 MB from one bridge, and the same bytes a train from two bridges matched by train ID, taken as
 * fast as they come and given back at once. No views.
 *
 *     npx node --conditions=development bench/streams.ts [seconds per row]
 *
 * Prints trains a second (median of three), CPU microseconds a train of this process with its receive threads, and the ratio of two bridges to one.
 */
import { parseDataPath } from '../packages/core/src/index.ts';
import { ALL_TRAINS, StreamTrains, parseStreams } from '../packages/runtime/src/index.ts';
import { quantile } from './support/process-stat.ts';
import { startServer } from './support/start-server.ts';

const SECONDS = Number(process.argv[2] ?? 3);

async function measure(bytes: number, streams: number): Promise<{ rate: number; cpu: number }> {
  const servers = await Promise.all(Array.from({ length: streams }, (_, i) => startServer(bytes / streams, Infinity, `DET${i}`)));
  const source = new StreamTrains(parseStreams(servers.map(({ endpoint }) => endpoint), 'REQ'), ALL_TRAINS, 1);
  source.want(new Map(servers.map((_, i) => [`karabo#DET${i}[image.data]`, parseDataPath(`karabo#DET${i}[image.data]`)])));
  let trains = 0;
  let whole = 0;
  source.onChange = () => {
    for (let train = source.take(); train; train = source.take()) {
      trains += 1;
      if (train.data!.length === streams) whole += 1;
      train.release();
    }
  };
  await source.open();
  while (trains < 50) await new Promise((resolve) => setTimeout(resolve, 10));
  const [from, at, cpu] = [trains, performance.now(), process.cpuUsage()];
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
  const [count, seconds, { user, system }] = [trains - from, (performance.now() - at) / 1000, process.cpuUsage(cpu)];
  await source.close();
  await Promise.all(servers.map((server) => server.stop()));
  if (whole < 0.9 * trains) console.log(`only ${whole} of ${trains} trains were whole`);
  return { rate: count / seconds, cpu: (user + system) / count };
}

for (const bytes of [1024, 4 * 1024 * 1024]) {
  const medians: { rate: number; cpu: number }[] = [];
  for (const streams of [1, 2]) {
    const rounds = [];
    for (let round = 0; round < 3; round++) rounds.push(await measure(bytes, streams));
    medians.push({ rate: quantile(rounds.map(({ rate }) => rate), 0.5), cpu: quantile(rounds.map(({ cpu }) => cpu), 0.5) });
    const { rate, cpu } = medians.at(-1)!;
    console.log(`${String(bytes / 1024).padStart(5)} kB  ${streams} bridge${streams > 1 ? 's' : ' '}  ${rate.toFixed(0).padStart(6)} trains/s  ${cpu.toFixed(0).padStart(6)} us CPU a train  ${(cpu / medians[0]!.cpu).toFixed(2)}x`);
  }
}
