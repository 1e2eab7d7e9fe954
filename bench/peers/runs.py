"""`runs.py make FOLDER`: a run of 400 files, 96 sources, 6250 trains, and one of 16 modules, plain and compressed. `runs.py read FOLDER`: EXtra-data's times, as JSON."""
import glob
import json
import os
import resource
import sys
import time
import warnings

import h5py
import numpy as np

FIRST = 2_000_000_000
warnings.simplefilter('ignore')


def file_of(folder, name, ids, sources, write):
    os.makedirs(folder, exist_ok=True)
    with h5py.File(os.path.join(folder, name), 'w') as f:
        f['METADATA/dataFormatVersion'] = np.array([b'1.2'])
        f.create_dataset('METADATA/dataSources/dataSourceId', (len(sources),), h5py.special_dtype(vlen=bytes))[:] = [s.encode() for s in sources]
        f['INDEX/trainId'], f['INDEX/flag'], f['INDEX/timestamp'] = ids.astype('u8'), np.ones(len(ids), 'i4'), ids.astype('u8')
        write(f)


def index(f, path, counts):
    f[f'INDEX/{path}/first'], f[f'INDEX/{path}/count'] = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype('u8'), np.asarray(counts, 'u8')


def make(folder):
    for a in range(16):
        for s in range(25):
            ids = FIRST + s * 250 + np.arange(250)
            motors = [f'SPB_CTRL/MOTOR/{a * 5 + c}' for c in range(5)]

            def write(f):
                index(f, f'SPB_DET_AGIPD1M-1/DET/{a}CH0:xtdf/image', np.ones(250))
                f[f'INSTRUMENT/SPB_DET_AGIPD1M-1/DET/{a}CH0:xtdf/image/data'] = np.zeros((250, 4, 4), 'u2')
                for motor in motors:
                    index(f, motor, np.ones(250))
                    for key in ('actualPosition', 'targetPosition'):
                        f[f'CONTROL/{motor}/{key}/value'], f[f'CONTROL/{motor}/{key}/timestamp'] = np.arange(250.0), np.zeros(250, 'u8')
            file_of(f'{folder}/many', f'RAW-R0001-AGIPD{a:02}-S{s:05}.h5', ids, [f'INSTRUMENT/SPB_DET_AGIPD1M-1/DET/{a}CH0:xtdf/image'] + [f'CONTROL/{m}' for m in motors], write)
    rng = np.random.default_rng(1)
    for kind, options in (('plain', {}), ('packed', {'compression': 'gzip', 'compression_opts': 1, 'shuffle': True})):
        for m in range(16):
            source = f'SPB_DET_AGIPD1M-1/DET/{m}CH0:xtdf'  # the name that EXtra-data of Debian knows

            def write(f):
                index(f, f'{source}/image', np.full(10, 8))
                base = f'INSTRUMENT/{source}/image'
                f.create_dataset(f'{base}/data', (80, 512, 128), 'f4', chunks=(1, 512, 128), **options)[:] = rng.poisson(0.2, (80, 512, 128))
                f[f'{base}/pulseId'] = np.tile(np.arange(8, dtype='u8'), 10)
            file_of(f'{folder}/{kind}', f'CORR-R0001-AGIPD{m:02}-S00000.h5', FIRST + np.arange(10), [f'INSTRUMENT/{source}/image'], write)


def cpu():
    return sum(u.ru_utime + u.ru_stime for u in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)))


def timed(work, rounds=3):
    best = None
    for _ in range(rounds):
        c, t = cpu(), time.perf_counter()
        result = work()
        spent = (1000 * (time.perf_counter() - t), 1000 * (cpu() - c))
        best = spent if best is None else tuple(map(min, best, spent))
    return best, result


def read(folder):
    import extra_data
    from extra_data.components import AGIPD1M
    from extra_data.file_access import file_access_registry
    many = f'{folder}/many'

    def fresh():
        file_access_registry.clear()
        return extra_data.RunDirectory(many)

    def without_map():
        for path in glob.glob(f'{many}/*.json'):
            os.unlink(path)
        return fresh()
    out = {}
    out['open 400 files'], _ = timed(without_map)
    out['open with a run map'], _ = timed(fresh)
    motors = [f'SPB_CTRL/MOTOR/{i}' for i in range(80)]
    run = fresh()
    out['select 80 sources, all required'], _ = timed(lambda: fresh().select([(m, 'actualPosition.value') for m in motors], require_all=True))
    out['table of 80 x 6250'], _ = timed(lambda: fresh().get_dataframe([(m, 'actualPosition') for m in motors]))
    for kind in ('plain', 'packed'):
        det = AGIPD1M(extra_data.RunDirectory(f'{folder}/{kind}'))
        out[f'16 modules x 80 frames, {kind}'], _ = timed(lambda: det.get_array('image.data', unstack_pulses=False))
    print(json.dumps(out))


{'make': make, 'read': read}[sys.argv[1]](sys.argv[2])
