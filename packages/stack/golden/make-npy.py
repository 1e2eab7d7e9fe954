#!/usr/bin/env python3
"""Writes *.npy, stacks.h5 and expected.json: the arrays as numpy reads them (C order, little endian).

    python3 make-npy.py              # needs numpy and h5py
"""
import hashlib
import json
import os

import h5py
import numpy as np
from numpy.lib import format as npy

here = os.path.dirname(os.path.abspath(__file__))
rng = np.random.default_rng(20240715)
expected = {}


def save(name, array, version=None):
    with open(os.path.join(here, name + '.npy'), 'wb') as file:
        npy.write_array(file, array, version)
    plain = np.ascontiguousarray(array)
    if plain.dtype.kind not in 'SU':
        plain = plain.astype(plain.dtype.newbyteorder('<'))
    entry = expected[name] = {'shape': list(array.shape), 'dtype': 'str' if plain.dtype.kind in 'SU' else plain.dtype.name}
    if entry['dtype'] == 'str':
        entry['strings'] = [x.decode() if isinstance(x, bytes) else x for x in plain.ravel().tolist()]
    else:
        entry['sha256'] = hashlib.sha256(plain.tobytes()).hexdigest()


images = rng.integers(0, 65536, (5, 3, 4)).astype('u2')
save('u2', images)
save('u2_big', images.astype('>u2'))
save('u2_fortran', np.asfortranarray(images))
save('f8_fortran_big_4d', np.asfortranarray(rng.normal(size=(4, 2, 3, 2)).astype('>f8')))
save('f4_v2', rng.normal(size=(3, 2, 2)).astype('f4'), (2, 0))
save('i8_v3', rng.integers(-2**60, 2**60, (3, 2)), (3, 0))
save('f2', rng.normal(size=(2, 2, 2)).astype('f2'))
save('bool', rng.random((3, 4)) < 0.5)
save('i1_1d', np.arange(-3, 3, dtype='i1'))
save('u8_empty', np.zeros((0, 3, 4), 'u8'))
save('f4_empty_frame', np.zeros((3, 0), 'f4'))
save('scalar', np.array(2.5))
save('text', np.array(['état', '', 'μ𝄞']))
save('text_big', np.array(['état', 'x']).astype('>U4'))
save('bytes', np.array([b'ab', b'c']))
np.save(os.path.join(here, 'pickled.npy'), np.array([{'a': 1}], object), allow_pickle=True)
np.save(os.path.join(here, 'complex.npy'), np.zeros(3, 'c8'))
np.save(os.path.join(here, 'records.npy'), np.zeros(3, [('a', 'i4'), ('b', 'f4')]))
with h5py.File(os.path.join(here, 'stacks.h5'), 'w') as f:
    f.create_dataset('entry/data/images', data=images, chunks=(2, 3, 4), compression='gzip')
    f['entry/data/profile'] = rng.normal(size=(5, 7))
    f['entry/flags'] = np.array([True, False, True])
    f['entry/title'] = 'one run'
    f['entry/number'] = 4
with h5py.File(os.path.join(here, 'several.h5'), 'w') as f:
    f['a'], f['b'], f['c'] = images, images.astype('f4'), np.arange(4)
with open(os.path.join(here, 'expected.json'), 'w') as file:
    json.dump(expected, file, indent=1, ensure_ascii=False)
    file.write('\n')
