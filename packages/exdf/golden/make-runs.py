#!/usr/bin/env python3
"""Writes small EuXFEL runs below runs/, and expected.json: what each key must read as, computed here from what was written.

    python3 make-runs.py             # needs h5py and numpy; about 300 kB, seeded

The reading rules are applied to the arrays in memory, not read back with the program under test: a train's entries are
rows first .. first + count of its file; files follow each other by their first train.
"""
import hashlib
import json
import os
import shutil

import h5py
import numpy as np

here = os.path.dirname(os.path.abspath(__file__))
root = os.path.join(here, 'runs')
shutil.rmtree(root, ignore_errors=True)
FIRST = 2_000_000_000
T0 = 1_721_000_000_000_000_000
VLEN = h5py.special_dtype(vlen=bytes)
expected = {}


class File:
    """One data file; remembers what was written, for the expected values."""

    def __init__(self, run, name, version, stored_ids, flag=None):
        folder = os.path.join(root, run)
        os.makedirs(folder, exist_ok=True)
        self.run, self.name, self.version = run, name, version
        self.ids = np.asarray(stored_ids, 'u8')
        self.h5 = h5py.File(os.path.join(folder, name), 'w', libver=None if (version, 'S00000' in name) in (('0.5', True),) else 'latest')
        self.h5['INDEX/trainId'] = self.ids
        good = np.ones(len(self.ids), bool) if flag is None else np.asarray(flag, bool)
        if version not in ('0.1', '0.5'):
            self.h5['INDEX/flag'] = (~good if version == '1.1' else good).astype('i4') * (3 if version == '1.1' else 1)
            self.h5['INDEX/timestamp'] = T0 + (self.ids.astype('i8') - FIRST) * 100_000_000
        self.good = good
        self.sources = ['Karabo_TimerServer'] if version == '1.1' else []
        expected.setdefault(run, {'files': {}, 'keys': {}})['files'][name] = {'trainIds': [int(t) for t in self.ids if t], 'valid': [bool(g) for t, g in zip(self.ids, good) if t]}

    def index(self, group, first, count):
        first, count = np.asarray(first, 'u8'), np.asarray(count, 'u8')
        if self.version == '0.1':
            self.h5[f'INDEX/{group}/first'] = first
            self.h5[f'INDEX/{group}/last'] = first + np.maximum(count, 1) - 1
            self.h5[f'INDEX/{group}/status'] = (count > 0).astype('u4')
        else:
            self.h5[f'INDEX/{group}/first'], self.h5[f'INDEX/{group}/count'] = first, count

    def data(self, section, source, group, keys, first=None, count=None):
        """One group of keys of a source with its index; keys are arrays of rows."""
        count = np.ones(len(self.ids), int) if count is None else np.asarray(count)
        first = np.concatenate([[0], np.cumsum(count)[:-1]]) if first is None else np.asarray(first)
        self.index(source if section == 'CONTROL' else f'{source}/{group}', first, count)
        for key, rows in keys.items():
            rows = np.asarray(rows)
            text = rows.dtype == object
            path = f'{section}/{source}/{key.replace(".", "/")}'
            options = {} if text or rows.ndim < 2 else {'chunks': (1,) + rows.shape[1:], 'compression': 'gzip', 'shuffle': True}
            self.h5.create_dataset(path, rows.shape, h5py.string_dtype() if text else rows.dtype, data=rows, **options)
            places = [(int(t), bool(g), int(f), int(n)) for t, g, f, n in zip(self.ids, self.good, first, count) if t]
            expected[self.run]['keys'].setdefault(source, {}).setdefault(key, []).append((places, rows))
        self.sources.append(f'{section}/{source}' + ('' if section == 'CONTROL' else f'/{group}'))

    def close(self, listed=True):
        if listed:
            old = self.version in ('0.1', '0.5')
            ids = self.sources + [''] * 3
            # The DAQ writes variable length; some writers fixed, and that is smaller here.
            where = 'METADATA/dataSourceId' if old else 'METADATA/dataSources/dataSourceId'
            if self.run in ('v0.5', 'v1.0', 'mixed'):
                self.h5.create_dataset(where, (len(ids),), VLEN)[:] = [x.encode() for x in ids]
            else:
                self.h5[where] = np.array([x.encode() for x in ids])
            if not old:
                self.h5['METADATA/dataFormatVersion'] = np.array([self.version.encode()])
                self.h5['METADATA/runNumber'] = np.array([7], 'u4')
        self.h5.close()


def rows_of(parts, suspect):
    """Rows and their train IDs by the rules above."""
    stretches = []
    for places, rows in parts:
        stretch = None
        for train, good, first, count in places:
            if not (good or suspect):
                stretch = None
                continue
            if stretch is None:
                stretch = (train, [], [])
                stretches.append(stretch)
            stretch[1].append(rows[first:first + count])
            stretch[2].extend([train] * count)
    stretches.sort(key=lambda s: s[0])
    pieces = [p for s in stretches for p in s[1]]
    return np.concatenate(pieces) if pieces else parts[0][1][:0], [t for s in stretches for t in s[2]]


def facts(parts, suspect):
    rows, ids = rows_of(parts, suspect)
    text = rows.dtype == object
    raw = '\0'.join(rows.tolist()).encode() if text else np.ascontiguousarray(rows).tobytes()
    return {'dtype': 'str' if text else rows.dtype.name, 'shape': list(rows.shape), 'sha256': hashlib.sha256(raw).hexdigest(), 'trainIds': ids}


rng = np.random.default_rng(20240715)

# Every format version; some with two sequences, the later one named first in the folder; a train is missing in the middle.
for version in ('0.1', '0.5', '1.0', '1.1', '1.2', '1.3'):
    run = f'v{version}'
    for sequence, trains in ((1, FIRST + np.arange(4)), (0, FIRST + 4 + np.array([0, 1, 3]))):
        if sequence == 0 and version in ('0.1', '1.1', '1.2', '1.3'):
            continue
        n = len(trains)
        padded = np.concatenate([trains, [0, 0]])
        flag = None if version in ('0.1', '0.5') else [i != 1 for i in range(n)] + [False, False]
        f = File(run, f'RAW-R0007-DA01-S{sequence:05}.h5', version, padded, flag)
        f.data('CONTROL', 'A/MOTOR/1', '', {'position.value': rng.normal(size=n), 'position.timestamp': np.arange(n, dtype='u8') + T0, 'name.value': np.array([f'état {i}' for i in range(n)], object)}, count=[1] * n + [0, 0])
        count = [2, 0, 3, 1][:n] + [0, 0]
        f.data('INSTRUMENT', 'A/CAM/1:daqOutput', 'data', {'data.image.pixels': rng.integers(0, 4096, (sum(count), 6, 8)).astype('u2'), 'data.trainId': np.repeat(padded, count).astype('u8')}, count=count)
        f.data('INSTRUMENT', 'A/CAM/1:daqOutput', 'other', {'other.x': rng.normal(size=n).astype('f4')}, count=[1] * n + [0, 0])
        f.close()

# Index oddities: gaps, a leading train without data, a zero train ID in the middle, order of the index against the data.
for name, ids, first, count in (
    ('gap', [0, 1, 2, 3, 4], [0, 1, 4, 5, 6], [1, 1, 1, 1, 1]),
    ('leading', [0, 1, 2, 3], [0, 3, 4, 5], [0, 1, 1, 1]),
    ('backwards', [0, 1, 2], [4, 2, 0], [2, 2, 2]),
    ('zero', [0, 1, None, 3, 4], [0, 1, 2, 3, 4], [1, 1, 1, 1, 1]),
):
    stored = [0 if i is None else FIRST + i for i in ids]
    f = File(f'index-{name}', 'RAW-R0007-DA01-S00000.h5', '1.2', stored, [True] * len(ids))
    f.data('INSTRUMENT', 'B/ADC/1:output', 'data', {'data.x': np.arange(8, dtype='i4') * 10, 'data.wide': np.arange(24, dtype='i8').reshape(8, 3)}, first, count)
    f.close()

# Files that cannot be used beside one that can; a source known at the start only; an old name that links to the new one.
f = File('mixed', 'RAW-R0007-DA01-S00000.h5', '1.3', FIRST + np.arange(3))
f.data('CONTROL', 'C/PLAIN/1', '', {'v.value': np.arange(3.0), 'v.timestamp': np.zeros(3, 'u8'), 'on.value': np.array([True, False, True])})
f.data('INSTRUMENT', 'C/DET/CORR:output', 'image', {'image.data': rng.normal(size=(3, 2, 2)).astype('f4')})
for section in ('INDEX', 'INSTRUMENT'):
    f.h5[f'{section}/C/DET/OLD:xtdf'] = h5py.SoftLink(f'/{section}/C/DET/CORR:output')
f.sources.append('INSTRUMENT/C/DET/OLD:xtdf/image')
f.h5.create_group('CONTROL/C/START/1')
f.h5['INDEX/C/START/1/first'], f.h5['INDEX/C/START/1/count'] = np.zeros(3, 'u8'), np.zeros(3, 'u8')
f.h5['RUN/C/START/1/serial/value'] = np.array([b'ABC-1'])
f.h5['RUN/C/START/1/gain/value'] = np.array([1.5], 'f4')
f.h5['RUN/C/START/1/roi/value'] = np.array([[1, 2, 3]], 'i4')
f.sources.append('CONTROL/C/START/1')
f.h5['CONTROL/C/PLAIN/1/v'].attrs['unitSymbol'] = b'm'
f.h5['CONTROL/C/PLAIN/1/v'].attrs['metricPrefixSymbol'] = b'u'
f.close()
folder = os.path.join(root, 'mixed')
whole = open(os.path.join(folder, 'RAW-R0007-DA01-S00000.h5'), 'rb').read()
open(os.path.join(folder, 'RAW-R0007-DA02-S00000.h5'), 'wb').write(whole[:len(whole) // 2])
open(os.path.join(folder, 'RAW-R0007-DA03-S00000.h5'), 'w').write('this is not HDF5\n')
open(os.path.join(folder, 'RAW-R0007-DA04-S00000.h5'), 'wb').close()
with h5py.File(os.path.join(folder, 'RAW-R0007-DA05-S00000.h5'), 'w') as h5:
    h5['METADATA/dataSourceId'] = np.array([b'CONTROL/X/Y/Z'])
with h5py.File(os.path.join(folder, 'RAW-R0007-DA06-S00000.h5'), 'w') as h5:
    h5['INDEX/trainId'] = FIRST + np.arange(3, dtype='u8')
with h5py.File(os.path.join(folder, 'RAW-R0007-DA07-S00000.h5'), 'w') as h5:
    h5['INDEX/trainId'] = FIRST + np.arange(3, dtype='u8')
    h5['METADATA/dataSourceId'] = np.array([b'MYSTERY/X/Y/Z'])

# The same train of one source twice, in two files and within one.
for name in ('RAW-R0007-DA01-S00000.h5', 'RAW-R0007-DA02-S00000.h5'):
    f = File('duplicate', name, '1.2', FIRST + np.arange(3) + (2 if 'DA02' in name else 0))
    f.data('CONTROL', 'D/DUP/1', '', {'v.value': np.arange(3.0)})
    f.close()
f = File('twice', 'RAW-R0007-DA01-S00000.h5', '1.2', [FIRST, FIRST + 1, FIRST + 1])
f.data('CONTROL', 'D/DUP/1', '', {'v.value': np.arange(3.0)})
f.close()

# An index that points beyond the data, and a key that changes its shape from file to file.
f = File('beyond', 'RAW-R0007-DA01-S00000.h5', '1.2', FIRST + np.arange(3))
f.data('INSTRUMENT', 'E/ADC/1:output', 'data', {'data.x': np.arange(3, dtype='i4')}, [0, 1, 2], [1, 1, 5])
f.close()
for sequence, width in ((0, 3), (1, 4)):
    f = File('reshaped', f'RAW-R0007-DA01-S0000{sequence}.h5', '1.2', FIRST + 2 * sequence + np.arange(2))
    f.data('INSTRUMENT', 'E/CAM/1:output', 'data', {'data.x': np.ones((2, width), 'i4') * sequence})
    f.close()

out = {}
for run, told in expected.items():
    entry = out[run] = {'files': told['files'], 'keys': {}}
    if run in ('duplicate', 'twice', 'beyond', 'reshaped'):
        continue
    for source, keys in told['keys'].items():
        entry['keys'][source] = {key: {'suspect': facts(parts, True), 'strict': facts(parts, False)} for key, parts in keys.items()}
with open(os.path.join(here, 'expected.json'), 'w') as file:
    json.dump(out, file, separators=(',', ':'))
    file.write('\n')
