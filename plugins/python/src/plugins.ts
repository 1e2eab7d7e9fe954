import { definePlugin, type PluginSpec } from '@trainyard/core';

const call = definePlugin({
  id: 'python/call',
  version: '0.1.0',
  title: 'A Python function',
  does: 'Calls a function of a Python file once per train, in a process beside each worker. It gets arrays of numpy by the names of its arguments, not to be written to, and gives an array, a number, a text, a dictionary of columns, or None for no value.',
  parameters: {
    file: { type: 'path', does: 'The .py file. Saved, it is loaded anew, with what it imports from its folder.' },
    function: { type: 'string', does: 'The name of the function in it.' },
    output: { type: 'choice', default: 'image', choices: ['image', 'scalar', 'vector', 'matrix', 'points', 'table', 'text'], does: 'What it gives. Taken when the list is loaded.' },
    python: { type: 'string', default: 'python3', does: 'The interpreter, which must have numpy: a name, or a path.' },
    timeoutMs: { type: 'integer', default: 0, min: 0, max: 3_600_000, unit: 'ms', does: 'Its time limit for one train; 0: that of every view, 250 on a stream and 60 000 on recorded data. Taken when the list is loaded.' },
  },
  inputs: {},
  moreInputs: { does: 'The argument of that name.' },
  outputs: { result: { kind: 'image', does: 'What the function gave, as "output" says.' } },
  load: () => import('./call.plugin.ts'),
});

export const plugins: PluginSpec[] = [call];
