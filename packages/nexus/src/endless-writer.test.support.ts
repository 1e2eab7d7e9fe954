import { ResultsWriter } from './index.ts';
import { filled, viewOf } from './wild-run.test.support.ts';

/** Writes trains to the given path for ever, and prints the last train of each flush: to be killed by a test. */
const writer = await ResultsWriter.create(process.argv[2] ?? 'out.h5', { views: [viewOf('v/number'), viewOf('v/image', { kind: 'image' }), viewOf('v/vector', { kind: 'vector' }), viewOf('v/text', { kind: 'text' })], flushSeconds: 3600 });
for (let train = 0; ; train += 1) {
  writer.addTrain(train, new Map([
    ['v/number', { code: 0, value: train }],
    ['v/image', { code: 0, value: filled('float32', [200, 300], train) }],
    ['v/vector', { code: 0, value: filled(train < 300 ? 'uint8' : 'float64', [train % 5], train % 200) }],
    ['v/text', { code: 0, value: 'x'.repeat(train % 300) }],
  ]));
  if (train % 7 === 0) {
    writer.flush();
    process.stdout.write(`${train}\n`);
  }
}
