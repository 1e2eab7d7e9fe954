import { Command, Option } from 'commander';
import { versionOf } from './version.ts';

// oxlint-disable typescript/no-explicit-any -- commander has read the options as declared beside; each command says their type

const STREAM = 'a Karabo bridge, tcp://127.0.0.1:4545 or "tcp://127.0.0.1:4545?socket=SUB&policy=drop-newest"; once for each of several';

function several(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** The command tree of design 11. Each action loads its own module, so that `yard --help` and completion stay quick. */
export function createProgram(): Command {
  const program = new Command('yard')
    .description('Analyse X-ray facility data train by train: live, recorded, on the cluster, with the same bits.')
    .version(versionOf())
    .showSuggestionAfterError(true)
    .configureHelp({ sortSubcommands: false })
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

  const reached = (command: Command): Command =>
    command
      .option('--port <n>', 'port of the viewer and control endpoint (default: any free one)', Number)
      .option('--host <address>', 'let other machines in at this address; with --password-file or --proxy-header (default: this machine only)')
      .option('--password-file <file>', 'its first line is the password for people without the token; mode 0600')
      .option('--look-password-file <file>', 'the same, of a password to look only')
      .option('--proxy-header <name>', 'header in which a proxy in front says who it is, e.g. X-Remote-User')
      .option('--control-users <names>', 'with --proxy-header: these may control, others look; e.g. anna,ben (default: all control)', (names: string) => names.split(',').map((name) => name.trim()))
      .option('--allow-origin <url>', 'a page that may use it besides its own, e.g. https://hub.example; once for each', several)
      .option('--edit', 'the files can be edited in the page: whoever has control can run programs as you');

  const streams = (command: Command): Command =>
    command
      .addOption(new Option('--socket <type>', 'socket of the streams').choices(['REQ', 'SUB', 'PULL']).default('REQ'))
      .option('--set <name=value...>', 'set a parameter: [group.]name=value')
      .option('--workers <n>', 'pool workers (default: the cores that this process may use)', Number)
      .option('--publish <endpoint>', 'offer the results on the Karabo bridge, e.g. tcp://127.0.0.1:4546')
      .option('--trains <A:B>', 'trains A up to but not B, counted from 0')
      .option('--force', 'replace an existing output file')
      .option('--json', 'one JSON object a line on standard output, a summary last');

  reached(streams(program.command('run').argument('<what>', 'a process list (.yaml) or a views file (.ts)')))
    .description('run a list or views file on a recorded run, a stream or a stack of frames')
    .option('--run <dir>', 'a run folder, or p2416/r34 below EXTRA_DATA_DATA_ROOT')
    .option('--data <which>', 'raw, proc or all, for p2416/r34', 'raw')
    .option('--stream <address>', STREAM, several)
    .option('--stack <file>', 'a stack of frames: FILE.npy or FILE.h5[:/path]')
    .option('--out <file>', 'write the results to this HDF5 (NeXus) file')
    .option('--action <name...>', 'press a button with the first train, such as recordDark on a dark run')
    .option('--strict', 'exit code 1 when an outcome failed')
    .option('--wait <seconds>', 'give up when the streams stay away for so long', Number, 60)
    .action(async (what: string, options: any) => (await import('./commands/run.ts')).run(what, options));

  reached(streams(program.command('live').argument('[what]', 'a process list or a views file; without one the source tree is shown')))
    .description('watch a stream, or look at recorded data, in the browser; a save of the views is seen at once')
    .option('--stream <address>', STREAM, several)
    .option('--run <dir>', 'a run folder, or p2416/r34 below EXTRA_DATA_DATA_ROOT, with a train slider')
    .option('--data <which>', 'raw, proc or all, for p2416/r34', 'raw')
    .option('--stack <file>', 'a stack of frames: FILE.npy or FILE.h5[:/path]')
    .option('--results <file>', 'what views gave, written by yard run --out')
    .option('--out <path>', 'also write the results: into a folder, one closed file after the other, or to one file that ends in .h5')
    .option('--file-trains <n>', 'train IDs of one file of the folder, a multiple of 64 (default: 32768, 55 minutes at 10 Hz)', Number)
    .action(async (what: string | undefined, options: any) => (await import('./commands/live.ts')).live(what, options));

  reached(program.command('demo'))
    .description('the simulated facility, the example views and the viewer: one command')
    .argument('[views]', 'a views file (default: the timing-tool example)')
    .option('--set <name=value...>', 'set a parameter: [group.]name=value')
    .option('--no-detector', 'without the 16-module detector')
    .action(async (views: string | undefined, options: any) => (await import('./commands/demo.ts')).demo(views, options));

  program.command('sim')
    .description('a simulated facility on a socket, or written as a run')
    .option('--endpoint <address>', 'where to listen', 'tcp://127.0.0.1:4545')
    .addOption(new Option('--socket <type>', 'socket').choices(['REP', 'PUB', 'PUSH']).default('REP'))
    .addOption(new Option('--format <version>', 'bridge format').choices(['1.0', '2.2']).default('2.2'))
    .option('--rate <hz>', 'trains a second', Number, 10)
    .option('--seed <n>', 'content is a function of the seed and the train ID', Number, 1)
    .option('--first-train <id>', 'ID of the first train', Number, 10000)
    .option('--trains <n>', 'how many trains (default: without end; 100 for --write)', Number)
    .option('--pulses <n>', 'pulses of the detector', Number, 2)
    .option('--no-detector', 'without the 16-module detector')
    .option('--small', 'small images, for tests and slow machines')
    .option('--lossless', 'wait for slow clients instead of leaving trains out')
    .option('--write <folder>', 'write an EuXFEL run instead')
    .option('--json', 'one JSON object a line')
    .action(async (options: any) => (await import('./commands/sim.ts')).sim(options));

  const stream = program.command('stream').description('recorded data to a socket, a stream to a file and back, one stream to many');
  const serving = (command: Command): Command => command
    .option('--endpoint <address>', 'where to listen (default: a free port of this machine)', 'tcp://127.0.0.1:*')
    .addOption(new Option('--socket <type>', 'socket').choices(['REP', 'PUB', 'PUSH']).default('REP'))
    .option('--json', 'one JSON object a line');
  serving(stream.command('send').argument('<run>', 'a run folder, or p2416/r34')).description('the trains of a recorded run, as a Karabo bridge sends them')
    .addOption(new Option('--format <version>', 'bridge format').choices(['1.0', '2.2']).default('2.2'))
    .option('--rate <hz>', 'trains a second, gaps in the train IDs included; 0: as fast as they are taken', Number, 10)
    .option('--include <pattern>', "only these, such as '*XGM*' or '*XGM*[data.*]'; once for each", several)
    .option('--append-detector-modules', 'the modules of a detector as one source in their place: .../DET/APPEND')
    .option('--file-names', 'names as in the files (X:daqOutput, keys with .value), as karabo-bridge-serve-files sends them')
    .option('--trains <A:B>', 'trains A up to but not B, counted from 0')
    .option('--loop', 'begin again after the last train; train IDs go on')
    .option('--data <which>', 'raw, proc or all, for p2416/r34', 'raw')
    .action(async (what: string, options: any) => (await import('./commands/stream.ts')).send(what, options));
  stream.command('record').argument('<endpoint>', 'a Karabo bridge, e.g. tcp://127.0.0.1:4545').requiredOption('--out <file>', 'the recording (HDF5)')
    .description('a stream to a file: every message as its bytes came')
    .addOption(new Option('--socket <type>', 'socket').choices(['REQ', 'SUB', 'PULL']).default('REQ'))
    .option('--trains <n>', 'end after so many messages', Number)
    .option('--wait <seconds>', 'end when nothing has come for so long (default: the server may be away)', Number)
    .option('--force', 'replace an existing file')
    .option('--json', 'one JSON object a line')
    .action(async (endpoint: string, options: any) => (await import('./commands/stream.ts')).record(endpoint, options));
  serving(stream.command('replay').argument('<recording>', 'what yard stream record wrote')).description('a recording on a socket again, byte for byte, at its own pace')
    .option('--speed <n>', 'times as fast as it was recorded; 0: as fast as messages are taken', Number, 1)
    .action(async (what: string, options: any) => (await import('./commands/stream.ts')).replay(what, options));
  stream.command('relay').argument('<endpoint>', 'a Karabo bridge').description('one client of a bridge, many clients behind it: no train is taken from another')
    .option('--endpoint <address>', 'where to listen (default: a free port of this machine)', 'tcp://127.0.0.1:*')
    .addOption(new Option('--socket <type>', 'socket for the clients').choices(['REP', 'PUB', 'PUSH']).default('PUB'))
    .addOption(new Option('--from-socket <type>', 'socket of the bridge').choices(['REQ', 'SUB', 'PULL']).default('REQ'))
    .addOption(new Option('--policy <rule>', 'when REP or PUSH clients are slower: the bridge waits, or they get what is new').choices(['block', 'drop-oldest']).default('block'))
    .option('--rate <hz>', 'at most so many trains a second', Number)
    .option('--json', 'one JSON object a line')
    .action(async (endpoint: string, options: any) => (await import('./commands/stream.ts')).relay(endpoint, options));

  program.command('check').argument('<what>', 'a process list, a views file, a run, a results file or an endpoint')
    .description('check it in full: all problems at once, with line and column')
    .option('--run <dir>', 'check that this run has the sources of the list')
    .option('--stream <address>', 'check that this stream has the sources of the list; once for each of several', several)
    .option('--purity', 'run the views in several orders and on several workers: the results must be the same bits')
    .option('--stack <file>', 'with --purity: run them on the frames of this file')
    .option('--trains <A:B>', 'with --purity: trains A up to but not B (default: the first 64)')
    .option('--data <which>', 'raw, proc or all, for p2416/r34', 'raw')
    .option('--json', 'one JSON object a line')
    .action(async (what: string, options: any) => (await import('./commands/check.ts')).check(what, options));

  program.command('ls').argument('<what>', 'a run, a results file, an HDF5 file, an endpoint, a list, or "plugins"')
    .description('what is in it: sources, keys, trains')
    .option('--data <which>', 'raw, proc or all, for p2416/r34', 'raw')
    .option('--json', 'one JSON object')
    .action(async (what: string, options: any) => (await import('./commands/ls.ts')).ls(what, options));

  program.command('read').argument('<what>', 'a run or a results file').argument('<source>').argument('[key]')
    .description('read one key: to the screen, or to a .npy file')
    .option('--data <which>', 'raw, proc or all, for p2416/r34', 'raw')
    .option('--out <file>', 'write the array to this .npy file')
    .option('--train-ids <file>', 'write one train ID per row to this .npy file')
    .option('--force', 'replace existing files')
    .action(async (what: string, source: string, key: string | undefined, options: any) => (await import('./commands/read.ts')).read(what, source, key, options));

  program.command('types').argument('<what>', 'a run, or an endpoint')
    .description('write the sources and keys seen there as a .d.ts, so that the editor knows every path')
    .option('--out <file>', 'file to write (default: standard output)')
    .option('--data <which>', 'raw, proc or all, for p2416/r34', 'raw')
    .action(async (what: string, options: any) => (await import('./commands/types.ts')).types(what, options));

  const exporting = program.command('export').description('recorded data in another form');
  exporting.command('cxi').argument('<run>', 'a run folder, or p2416/r34 below EXTRA_DATA_DATA_ROOT')
    .description('the frames of a detector as one CXI file that refers to the files of the run')
    .requiredOption('--out <file>', 'the .cxi file')
    .option('--detector <name>', 'which, where the run has several: its name, or AGIPD1M, LPD1M, DSSC1M, JUNGFRAU ...')
    .option('--raw', 'recorded data, where the run has corrected ones, too')
    .option('--modules <n>', 'how many modules the detector has, where that is not the usual number', Number)
    .option('--min-modules <n>', 'only trains with data of so many modules', Number)
    .option('--trains <A:B>', 'trains A up to but not B, counted from 0')
    .option('--fill <name=value...>', 'what stands where a module has no data: data=0, gain=0, mask=1')
    .option('--no-suspect', 'leave out trains whose ID did not come from the time server')
    .option('--data <which>', 'raw, proc or all, for p2416/r34', 'proc')
    .option('--force', 'replace an existing file')
    .option('--json', 'one JSON object')
    .action(async (what: string, options: any) => (await import('./commands/export.ts')).exportCxi(what, options));

  program.command('diff').argument('<a>').argument('<b>')
    .description('compare the results of two output files, bit for bit')
    .option('--json', 'one JSON object a line')
    .action(async (a: string, b: string, options: any) => (await import('./commands/diff.ts')).diff(a, b, options));

  const batch = program.command('batch').description('a process list over many runs: local processes, or a Slurm array');
  batch.command('submit').argument('<what>', 'a process list or a views file')
    .description('one results file per run, DIR/rNNNN.h5')
    .requiredOption('--proposal <p>', 'proposal number', Number)
    .requiredOption('--runs <list>', 'runs, such as 1,2-4')
    .requiredOption('--folder <dir>', 'job folder')
    .option('--data <which>', 'raw or proc', 'raw')
    .option('--local <n>', 'so many processes on this machine instead of Slurm', Number)
    .option('--parts <n>', 'cut each run into so many parts (default: by its size)', Number)
    .option('--set <name=value...>', 'set a parameter')
    .option('--trains <A:B>', 'trains A up to but not B of each run')
    .option('--partition <name>', 'Slurm partition')
    .option('--time <limit>', 'Slurm time limit')
    .option('--slurm <name=value...>', 'passed on to sbatch, e.g. --slurm reservation=upex_002416')
    .option('--force', 'replace existing files')
    .option('--wait', 'return when merged')
    .option('--json', 'one JSON object a line')
    .action(async (what: string, options: any) => (await import('./commands/batch.ts')).submit(what, options));
  batch.command('status').argument('<folder>', 'job folder').option('--json', 'one JSON object')
    .description('how far a job is')
    .action(async (folder: string, options: any) => (await import('./commands/batch.ts')).status(folder, options));

  // What a task of a job calls; `merge` serves people, too.
  batch.command('part', { hidden: true }).argument('<folder>', 'job folder').argument('<task>', 'number of the part', Number)
    .option('--workers <n>', 'pool workers', Number)
    .action(async (folder: string, task: number, options: any) => (await import('./commands/batch.ts')).part(folder, task, options));
  batch.command('merge').argument('<folder>', 'job folder').description('merge the parts of each run that has all of them')
    .option('--run <n>', 'this run only', Number)
    .action(async (folder: string, options: any) => (await import('./commands/batch.ts')).merge(folder, options));

  const pack = program.command('pack').description('packs of plugins: installed from a tarball or folder, without a network');
  pack.command('ls').option('--json', 'one JSON object a line').description('installed packs and their plugins')
    .action(async (options: any) => (await import('./commands/pack.ts')).list(options));
  pack.command('add').argument('<what>', 'a tarball (.tgz), a folder or an npm package').description('install a pack')
    .option('--link', 'a folder that stays where it is: what is saved there is what runs')
    .action(async (what: string, options: any) => (await import('./commands/pack.ts')).add(what, options));
  pack.command('remove').argument('<name>', 'package name').description('remove a pack')
    .action(async (name: string) => (await import('./commands/pack.ts')).remove(name));

  const make = program.command('new').description('start something new');
  make.command('views').argument('[folder]', 'where', '.').description('a views file, and what an editor needs to complete it')
    .option('--force', 'replace existing files')
    .action(async (folder: string, options: any) => (await import('./commands/new-views.ts')).newViews(folder, options));
  make.command('service').argument('<command...>', 'live and all that belongs to it, as you would start it here').allowUnknownOption().helpOption(false)
    .description('a systemd user unit that runs this command, on standard output')
    .action(async (words: string[]) => (await import('./commands/new-service.ts')).newService(words));

  const running = (command: Command): Command => command.option('--pid <n>', 'which yard, when several run', Number).option('--json', 'one JSON object a line');
  running(program.command('ps').description('the yards that run now')).action(async (options: any) => (await import('./commands/running.ts')).ps(options));
  running(program.command('why').argument('[view]', 'a view; without one all that have no value').description('why is there no data?'))
    .action(async (view: string | undefined, options: any) => (await import('./commands/running.ts')).why(view, options));
  running(program.command('freeze').argument('[view]', 'a view; without one the newest that failed').description('save the train that made a view fail, beside its file in frozen/')
    .addOption(new Option('--train <which>', 'the next train, whatever comes of it').choices(['now'])))
    .action(async (view: string | undefined, options: any) => (await import('./commands/freeze.ts')).freeze(view, options));
  program.command('retry').argument('<what>', 'a view, or a folder in frozen/').description('run the frozen train on its view, again on every save, until it has a value')
    .option('--once', 'one attempt: 0 with a value, 1 without')
    .option('--keep', 'keep the value as a test, which yard check runs')
    .option('--json', 'one JSON object a line')
    .action(async (what: string, options: any) => (await import('./commands/freeze.ts')).retry(what, options));
  running(program.command('top').description('views, rates, outcomes and times of a running yard').option('--once', 'print once and end').addOption(new Option('--sort <by>', 'the slowest or the oldest views first').choices(['file', 'time', 'age'])))
    .action(async (options: any) => (await import('./commands/running.ts')).top(options));
  const ctl = program.command('ctl').description('change a running yard');
  running(ctl.command('set').argument('<name=value...>', '[group.]name=value').description('set parameters')).action(async (sets: string[], options: any) => (await import('./commands/ctl.ts')).set(sets, options));
  running(ctl.command('write').argument('<name>', '[group.]name').description("write a parameter's value into your file, at its place")).action(async (name: string, options: any) => (await import('./commands/ctl.ts')).write(name, options));
  running(ctl.command('action').argument('<name>', '[group/]name').description('press a button')).action(async (name: string, options: any) => (await import('./commands/ctl.ts')).action(name, options));
  running(ctl.command('scan').argument('[name]', '[group/]name; without one all are listed').description('start a scan and follow it to its end; Ctrl-C cancels it')).action(async (name: string | undefined, options: any) => (await import('./commands/scan.ts')).scan(name, options));
  running(ctl.command('cancel').argument('<name>', '[group/]name').description('end an action or a scan')).action(async (name: string, options: any) => (await import('./commands/ctl.ts')).cancel(name, options));
  running(ctl.command('clear').argument('[name]', 'a view, group or constant; without one all views').description('start averages and histograms anew, forget a constant')).action(async (name: string | undefined, options: any) => (await import('./commands/ctl.ts')).clear(name, options));
  running(ctl.command('reload').description('load the code again')).action(async (options: any) => (await import('./commands/ctl.ts')).reload(options));
  running(ctl.command('suspend').argument('[view]', 'a view or group that is not to run; without one the whole yard').description('take no trains and let the workers go; what is remembered is kept')).action(async (view: string | undefined, options: any) => (await import('./commands/ctl.ts')).suspend(view, options));
  running(ctl.command('resume').argument('[view]', 'a view or group that was suspended or set aside').description('go on')).action(async (view: string | undefined, options: any) => (await import('./commands/ctl.ts')).resume(view, options));
  running(ctl.command('stop').description('end it in order')).action(async (options: any) => (await import('./commands/ctl.ts')).stop(options));

  program.command('doctor').description('is this installation whole?').option('--json', 'one JSON object').action(async (options: any) => (await import('./commands/doctor.ts')).doctor(options));

  program.helpCommand(false).command('help').argument('[command...]', 'a command, or a program that you know from elsewhere')
    .description('help for a command; what takes the place of lsxfel, karabo-bridge-glimpse and the like')
    .action(async (words: string[]) => (await import('./commands/help.ts')).help(program, words));
  return program;
}
