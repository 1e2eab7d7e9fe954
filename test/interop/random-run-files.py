"""python3 random-run-files.py FOLDER SEED: a run as no DAQ would write it, and what each of its keys holds.

Prints one JSON object: train IDs, sources, and for each key its type, shape, checksum and the train of each row, by the rule that a train's entries are the
rows first .. first + count of its file, files following each other by the first train of each stretch. Nothing is read back.
"""
import hashlib
import json
import os
import sys

import h5py
import numpy as np

folder, seed = sys.argv[1], int(sys.argv[2])
rng = np.random.default_rng(seed)
version = sys.argv[3] if len(sys.argv) > 3 else ['0.1', '0.5', '1.0', '1.1', '1.2', '1.3'][seed % 6]
old = version in ('0.1', '0.5')
FIRST = 1_000_000_000
keys = {}
aux = {}
legacy = {}


def one(*of):
    return of[rng.integers(len(of))]


def maybe(chance=0.5):
    return rng.random() < chance


def rows(kind, n, inner):
    if kind == 'text':
        return np.array([one('', 'état', 'μ', 'ON', 'x' * 40) for _ in range(n)], object)
    if kind == 'bytes':
        return np.array([one(b'', b'ab', b'OFF') for _ in range(n)], 'S5')
    if kind == 'bool':
        return rng.integers(0, 2, n).astype(bool)
    dtype = np.dtype(kind if kind != 'record' else [('x', '<f4'), ('n', '<u2'), ('xy', '<i4', (2,))])
    return np.frombuffer(rng.integers(0, 256, n * int(np.prod(inner)) * dtype.itemsize, 'u1').tobytes(), dtype).reshape((n,) + inner).copy()


def store(f, path, data, padding):
    """As a writer could: rows behind the last used one, any layout, any filter."""
    if padding:
        data = np.concatenate([data, data[:1].repeat(padding, 0) if len(data) else np.zeros((padding,) + data.shape[1:], data.dtype)])
    options = {}
    if len(data) and maybe(0.6):
        options['chunks'] = tuple(int(rng.integers(1, n + 3)) for n in data.shape)
        options['maxshape'] = tuple(None if i == 0 or maybe(0.3) else max(n, c) for i, (n, c) in enumerate(zip(data.shape, options['chunks'])))
        if data.dtype != object:
            options['compression'] = one(None, 'gzip', 'gzip', 'lzf')
            options['shuffle'] = maybe()
            options['fletcher32'] = maybe(0.2)
    dtype = h5py.string_dtype(one('utf-8', 'utf-8')) if data.dtype == object else data.dtype
    f.create_dataset(path, data.shape, dtype, **options)
    if len(data):
        f[path][...] = data


def an_index(n):
    """Rows of each train: in order, or anywhere in the data; a status of 0.1 has no count beside it."""
    if maybe(0.5):
        count = rng.integers(0, 4, n)
        return np.concatenate([[0], np.cumsum(count)[:-1]]).astype(int), count, int(count.sum())
    total = int(rng.integers(1, 20))
    first = rng.integers(0, total, n)
    return first, np.minimum(rng.integers(0, 4, n), total - first), total


def write_index(f, group, first, count):
    kind = one('u8', 'u8', 'i8', 'u4', '>u8')
    f[f'INDEX/{group}/first'] = first.astype(kind)
    if version == '0.1':
        f[f'INDEX/{group}/last'] = (first + np.maximum(count, 1) - 1).astype(kind)
        f[f'INDEX/{group}/status'] = (count > 0).astype('u4')
    else:
        f[f'INDEX/{group}/count'] = count.astype(kind)


class File:
    def __init__(self, aggregator, sequence, ids):
        self.sources = ['Karabo_TimerServer'] if version == '1.1' else []
        self.aux = {}
        if maybe(0.3) and not old:
            # A zero among them: its place in the index stays.
            ids = np.insert(ids, rng.integers(1, len(ids) + 1), 0)
        self.stored = np.concatenate([ids, np.zeros(int(rng.integers(0, 4)), ids.dtype)]).astype('u8')
        self.n = len(self.stored)
        self.good = np.ones(self.n, bool) if old else rng.random(self.n) < 0.8
        self.h5 = h5py.File(os.path.join(folder, f'RAW-R0001-{aggregator}-S{sequence:05}.h5'), 'w', libver=one('earliest', 'latest'), track_order=maybe(0.3))
        self.h5['INDEX/trainId'] = self.stored
        if not old:
            self.h5['INDEX/flag'] = (np.where(self.good, 0, 3) if version == '1.1' else self.good.astype(int)).astype('i4')
            self.h5['INDEX/timestamp'] = (self.stored * 100).astype('u8')

    def add(self, section, source, group, named):
        first, count, total = an_index(self.n)
        if section == 'CONTROL':
            count = np.ones(self.n, int) if maybe(0.8) else np.zeros(self.n, int)
            first, total = (np.arange(self.n), self.n) if count[0] else (np.zeros(self.n, int), 0)
        count = np.where(self.stored == 0, 0, count) if section != 'CONTROL' else count
        if version == '0.1':
            # `last` cannot tell of an entry before the first.
            first = np.where(count == 0, 0, first)
        index = source if section == 'CONTROL' else f'{source}/{group}'
        write_index(self.h5, index, first, count)
        for key, (kind, inner) in named.items():
            data = rows(kind, total, inner)
            store(self.h5, f'{section}/{source}/{key.replace(".", "/")}', data, int(rng.integers(0, 5)) if section != 'CONTROL' else 0)
            places = [(int(t), bool(g), int(a), int(n)) for t, g, a, n in zip(self.stored, self.good, first, count) if t]
            (aux if section in ('REDUCTION', 'ERRATA') else keys).setdefault(source, {}).setdefault(key, []).append((places, data))
        if section in ('REDUCTION', 'ERRATA'):
            self.aux.setdefault(section, []).append(f'{section}/{source}/{group}')
        else:
            self.sources.append(f'{section}/{index}')

    def link(self, source, name, group):
        for section in ('INDEX', 'INSTRUMENT'):
            self.h5[f'{section}/{name}'] = h5py.SoftLink(f'/{section}/{source}')
        self.sources.append(f'INSTRUMENT/{name}/{group}')

    def close(self):
        listed = [s.encode() for s in self.sources] + [b''] * int(rng.integers(0, 4))
        where = 'METADATA/dataSourceId' if old else 'METADATA/dataSources/dataSourceId'
        kind = one('fixed', 'ascii', 'utf-8')
        if kind == 'fixed':
            self.h5[where] = np.array(listed)
        else:
            self.h5.create_dataset(where, (len(listed),), h5py.string_dtype(kind))[:] = listed
        if not old:
            self.h5['METADATA/dataFormatVersion'] = one(np.array([version.encode()]), version)
            for section, ids in self.aux.items():
                self.h5[f'METADATA/auxiliarySources/{section}'] = np.array([i.encode() for i in ids])
        self.h5.create_group('RUN')
        self.h5.close()


def facts(parts, suspect):
    stretches = []
    for places, data in parts:
        stretch = None
        for train, good, first, count in places:
            if not (good or suspect):
                stretch = None
                continue
            if stretch is None:
                stretch = (train, [], [])
                stretches.append(stretch)
            stretch[1].append(data[first:first + count])
            stretch[2].extend([train] * count)
    stretches.sort(key=lambda s: s[0])
    pieces = [p for s in stretches for p in s[1]]
    data = np.concatenate(pieces) if pieces else parts[0][1][:0]
    text = data.dtype.kind in 'OS'
    if not text and data.dtype.names is None:
        data = data.astype(data.dtype.newbyteorder('<'))
    raw = '\0'.join(x if isinstance(x, str) else x.decode() for x in data.tolist()).encode() if text else np.ascontiguousarray(data).tobytes()
    dtype = 'str' if text else str(data.dtype.descr) if data.dtype.names else data.dtype.name
    return {'dtype': dtype, 'shape': list(data.shape), 'sha256': hashlib.sha256(raw).hexdigest(), 'trainIds': [t for s in stretches for t in s[2]]}


KINDS = ['u1', 'i2', '<u2', '>u2', 'i4', 'u8', 'i8', 'f2', 'f4', '>f4', 'f8', 'bool', 'text', 'bytes', 'record']


def shape_of(kind):
    return () if kind in ('bool', 'text', 'bytes', 'record') else tuple(int(n) for n in rng.integers(1, 5, rng.integers(0, 3)))


plan = []
for i in range(int(rng.integers(2, 6))):
    section = one('CONTROL', 'INSTRUMENT', 'INSTRUMENT', *(['REDUCTION', 'ERRATA'] if version == '1.3' else []))
    for group in ['data', 'image', 'other'][:int(rng.integers(1, 4))] if section != 'CONTROL' else ['']:
        named = {}
        for k in range(int(rng.integers(1, 4))):
            kind = one(*KINDS)
            name = {'CONTROL': f'v{k}' + one('', '.deep.er')}.get(section, f'{group}.k{k}' + one('', '.deep'))
            named[name + ('.value' if section == 'CONTROL' else '')] = (kind, shape_of(kind))
            if section == 'CONTROL':
                named[name + '.timestamp'] = ('u8', ())
        plan.append((section, f'DOM{i}/TYPE é/{i}' + ('' if section == 'CONTROL' else ':out'), group, named, f'DA{i % 2}'))
all_ids = set()
files = {}
for aggregator in sorted({p[4] for p in plan}):
    at = FIRST + int(rng.integers(0, 5))
    for sequence in rng.permutation(int(rng.integers(1, 4))):
        n = int(rng.integers(1, 7))
        ids = at + np.sort(rng.choice(10, n, replace=False))
        at += 10
        f = File(aggregator, sequence, ids)
        files[f] = f.h5.filename
        for section, source, group, named, own in plan:
            if own == aggregator:
                f.add(section, source, group, named)
                if section == 'INSTRUMENT' and source.endswith('1:out') and group == 'data':
                    f.link(source, 'OLD/NAME/1:xtdf', 'data')
                    legacy['OLD/NAME/1:xtdf'] = source
        f.close()
trains = {suspect: sorted({int(t) for f in files for t, g in zip(f.stored, f.good) if t and (g or suspect)}) for suspect in (True, False)}
told = lambda of: {s: {k: {'suspect': facts(p, True), 'strict': facts(p, False)} for k, p in named.items()} for s, named in of.items()}
print(json.dumps({'version': version, 'trainIds': trains[True], 'strictIds': trains[False], 'keys': told(keys), 'auxiliary': told(aux), 'legacy': legacy}))
