#!/usr/bin/env python3
"""Writes types.h5 (with part.h5, which it links to) and types.json: what h5py reads from it.

    python3 make-types.py            # needs h5py and numpy
"""
import hashlib
import json
import os

import h5py
import numpy as np

here = os.path.dirname(os.path.abspath(__file__))
rng = np.random.default_rng(20240715)

with h5py.File(os.path.join(here, 'part.h5'), 'w') as part:
    part['values'] = np.arange(6, dtype='i4').reshape(2, 3)

path = os.path.join(here, 'types.h5')
with h5py.File(path, 'w') as f:
    for code in ('i1', 'u1', 'i2', 'u2', 'i4', 'u4', 'i8', 'u8'):
        info = np.iinfo(code)
        f[f'integer/{code}'] = np.array([info.min, info.max, 1], code)
    f['integer/big_endian'] = np.arange(5, dtype='>u2')
    for code in ('f2', 'f4', 'f8', '>f8'):
        f[f'float/{code.replace(">", "big_")}'] = np.array([0, -1.5, np.nan, np.inf, 1e-3], code)
    f['bool'] = np.array([True, False, True])
    f['enum'] = np.arange(3, dtype='i4').astype(h5py.enum_dtype({'a': 0, 'b': 1, 'c': 2}, 'i4'))
    f.create_dataset('enum_big', (3,), h5py.enum_dtype({'a': 0, 'b': 1, 'c': 2}, '>i4'))[:] = np.arange(3)
    padded = np.zeros(2, np.dtype([('n', 'u1'), ('t', '<f8'), ('m', 'u1')], align=True))
    padded['n'], padded['t'] = 7, 0.5
    f['records_padded'] = padded
    f['records_big'] = np.array([(1.5, 2), (2.5, 3)], [('t', '>f4'), ('n', '>u2')])
    records = np.zeros(4, [('t', 'f8'), ('n', 'i4'), ('xy', 'i2', (2,))])
    records['t'], records['n'] = np.arange(4) / 4, np.arange(4)
    f['records'] = records
    f.create_dataset('array_type', (2,), np.dtype(('i4', (3,))))[:] = np.arange(6).reshape(2, 3)
    f['text/variable'] = np.array(['état', '', 'μJ'], object)
    ascii_text = f.create_dataset('text/ascii', (3,), h5py.string_dtype('ascii'))
    ascii_text[:2] = ['one', 'état'.encode()]
    f['text/fixed'] = np.array([b'ab', b'c', b''])
    spaces = h5py.h5t.py_create(np.dtype('S4')).copy()
    spaces.set_strpad(h5py.h5t.STR_SPACEPAD)
    h5py.Dataset(h5py.h5d.create(f['text'].id, b'spaces', spaces, h5py.h5s.create_simple((3,))))[:2] = [b'ab', b'c']
    f['text/zero_inside'] = np.array([b'a\0b', b'c'])
    f['text/scalar'] = 'one text'
    f['scalar'] = np.float64(2.5)
    f['null'] = h5py.Empty('f4')
    f['no_rows'] = np.zeros((0, 4), 'u2')
    vlen = f.create_dataset('ragged', (2,), h5py.vlen_dtype('i4'))
    vlen[0] = [1, 2]
    data = np.cumsum(rng.integers(0, 3, (30, 8)), axis=0)
    for name, code, options in (
        ('gzip', 'i4', dict(chunks=(4, 8), compression='gzip', compression_opts=6)),
        ('gzip_shuffle', 'f8', dict(chunks=(7, 5), compression='gzip', shuffle=True)),
        ('fletcher32', 'u2', dict(chunks=(5, 8), fletcher32=True)),
        ('lzf', 'i8', dict(chunks=(8, 8), compression='lzf')),
        ('all', 'f4', dict(chunks=(8, 3), compression='gzip', shuffle=True, fletcher32=True)),
        ('plain_chunks', 'u4', dict(chunks=(7, 8))),
    ):
        f.create_dataset(f'filters/{name}', data=data.astype(code), **options)
    f.create_dataset('filters/unallocated', (100, 4), 'i2', chunks=(10, 4), fillvalue=-7)
    f.create_dataset('grows', (2, 3), 'f4', maxshape=(None, 3), chunks=(4, 3))
    f['links/soft'] = h5py.SoftLink('/filters/gzip')
    f['links/broken'] = h5py.SoftLink('/nowhere')
    f['links/external'] = h5py.ExternalLink('part.h5', '/values')
    f['links/lost'] = h5py.ExternalLink('no-such-file.h5', '/values')
    layout = h5py.VirtualLayout((2, 2, 3), 'i4')
    layout[0] = h5py.VirtualSource('part.h5', 'values', (2, 3))
    f.create_virtual_dataset('virtual', layout, fillvalue=-1)
    f.attrs['text'], f.attrs['bytes'], f.attrs['texts'] = 'μJ', b'x', ['a', 'b']
    f.attrs['integer'], f.attrs['float'], f.attrs['bool'] = np.int64(2**60), 0.5, True
    f.attrs['list'] = np.arange(3, dtype='u2')
    f['bool'].attrs['unitSymbol'] = b'J'

expected = {}
with h5py.File(path) as f:
    def visit(name, item):
        if not isinstance(item, h5py.Dataset) or name in ('null', 'ragged'):
            return
        value = item[()]
        entry = {'shape': list(item.shape), 'dtype': str(item.dtype), 'virtual': bool(item.is_virtual), 'chunks': list(item.chunks) if item.chunks else None}
        if item.dtype.kind in 'OS':
            flat = np.ravel(np.asarray(value, object))
            entry['dtype'], entry['strings'] = 'str', [x.decode() if isinstance(x, bytes) else x for x in flat.tolist()]
        else:
            array = np.ascontiguousarray(value)
            entry['shape'] = list(np.shape(value))
            if array.dtype.names is None:
                array = array.astype(array.dtype.newbyteorder('<'))
                entry['dtype'] = array.dtype.name
            else:
                # Fields with their gaps; numbers that are all big-endian are turned round.
                if {array.dtype[name].base.byteorder for name in array.dtype.names} == {'>'}:
                    array = array.astype(array.dtype.newbyteorder('<'))
                entry['dtype'] = str(array.dtype.descr)
            entry['sha256'] = hashlib.sha256(array.tobytes()).hexdigest()
        expected[name] = entry
    f.visititems(visit)
with open(os.path.join(here, 'types.json'), 'w') as out:
    json.dump(expected, out, indent=1, ensure_ascii=False)
    out.write('\n')
