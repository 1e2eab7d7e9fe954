"""python3 make-chunks.py FOLDER [--large]: datasets stored in every way that the direct reader knows, and some that it leaves to the library.

Element number i (C order) of every dataset is (i * 2654435761 >> 7) % 251, cast to its type, unless the dataset says otherwise in the attribute `zeros_from`
(rows from there on were never written and hold `fill`). --large adds arrays of chunks that need pages.
"""
import sys

import h5py
import numpy as np


def numbers(shape, dtype):
    count = int(np.prod(shape))
    return ((np.arange(count, dtype='u8') * 2654435761 >> 7) % 251).astype(dtype).reshape(shape)


def fill_file(path, libver, large):
    with h5py.File(path, 'w', libver=libver) as f:
        def make(name, shape, dtype='f4', rows=None, **kwargs):
            data = numbers(shape, dtype)
            ds = f.create_dataset(name, shape=shape, dtype=dtype, **kwargs)
            rows = shape[0] if rows is None else rows
            if rows:
                ds[:rows] = data[:rows]
            if rows < shape[0]:
                ds.attrs['zeros_from'] = rows
                ds.attrs['fill'] = ds.fillvalue
            return ds

        make('contiguous', (7, 5, 3))
        make('contiguous_big', (6, 4), '>i4')
        make('gzip', (9, 16, 8), chunks=(1, 16, 8), compression='gzip')
        make('gzip_several', (9, 16, 8), 'u2', chunks=(4, 16, 8), compression='gzip')
        make('shuffle_f8', (10, 33), 'f8', chunks=(3, 10), compression='gzip', shuffle=True)
        make('shuffle_u2', (11, 13), 'u2', chunks=(4, 5), compression='gzip', shuffle=True)
        make('shuffle_i4', (11, 13), 'i4', chunks=(4, 13), compression='gzip', shuffle=True)
        make('fletcher', (11, 13), 'u1', chunks=(4, 5), fletcher32=True)
        make('all_filters', (11, 13), 'f4', chunks=(4, 5), compression='gzip', shuffle=True, fletcher32=True)
        make('edges', (5, 7, 6), 'i2', chunks=(2, 3, 4))
        make('larger_chunk', (3, 4), 'u4', chunks=(8, 8), maxshape=(8, 8), compression='gzip')
        make('grows', (50, 6), 'f4', chunks=(1, 6), maxshape=(None, 6), compression='gzip')
        make('grows_plain', (300, 2), 'u8', chunks=(1, 2), maxshape=(None, 2))
        make('grows_second', (4, 30), 'i8', chunks=(2, 3), maxshape=(4, None))
        make('grows_both', (9, 8), 'i4', chunks=(2, 3), maxshape=(None, None), compression='gzip')
        make('fixed', (40, 6), 'f4', chunks=(3, 4))
        make('fixed_wider', (10, 6), 'f4', chunks=(3, 4), maxshape=(40, 20), compression='gzip')
        make('one_chunk', (8, 8), 'f4', chunks=(8, 8))
        make('one_chunk_gzip', (8, 8), 'f4', chunks=(8, 8), compression='gzip')
        make('unwritten', (12, 4), 'f4', rows=0, chunks=(4, 4), fillvalue=2.5, compression='gzip')
        make('half_written', (12, 4), 'f4', rows=4, chunks=(4, 4), fillvalue=np.nan)
        make('half_grown', (12, 4), 'i4', rows=4, chunks=(2, 4), maxshape=(None, 4), fillvalue=-7)
        make('unwritten_contiguous', (3, 3), 'i2', rows=0, fillvalue=9)
        make('booleans', (6,), 'u1')
        f['flags'] = np.array([True, False, True])
        make('lzf', (6, 6), 'f4', chunks=(3, 6), compression='lzf')
        make('scalar_row', (1,), 'f8', chunks=(1,))
        make('complex_like', (4, 2, 2, 2), 'u1', chunks=(1, 2, 1, 2), compression='gzip')
        shrunk = make('shrunk', (20, 4), 'i4', chunks=(2, 4), maxshape=(40, 4))
        shrunk.resize((7, 4))
        early = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        early.set_chunk((2, 3))
        early.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
        space = h5py.h5s.create_simple((6, 9))
        h5py.Dataset(h5py.h5d.create(f.id, b'implicit', h5py.h5t.NATIVE_INT32, space, early))[...] = numbers((6, 9), 'i4')
        masked = f.create_dataset('skipped_filter', (4, 6), 'u2', chunks=(2, 6), compression='gzip', shuffle=True)
        data = numbers((4, 6), 'u2')
        masked[:2] = data[:2]
        masked.id.write_direct_chunk((2, 0), data[2:].tobytes(), filter_mask=3)
        f['group/link'] = h5py.SoftLink('/gzip')
        f['group/deep/data'] = numbers((4, 4), 'f4')
        f['soft'] = h5py.SoftLink('/group/deep')
        if large:
            make('fixed_pages', (3000, 2), 'u1', chunks=(1, 2))
            make('fixed_pages_half', (5000, 2), 'u1', rows=1500, chunks=(1, 2), fillvalue=3)
            make('extensible_pages', (200000,), 'u1', chunks=(1,), maxshape=(None,))
            make('many', (20000, 3), 'f4', chunks=(1, 3), maxshape=(None, 3), compression='gzip')


folder = sys.argv[1]
for name, libver in (('earliest', ('earliest', 'v108')), ('latest', 'latest')):
    fill_file(f'{folder}/chunks-{name}.h5', libver, '--large' in sys.argv)
with h5py.File(f'{folder}/chunks-links.h5', 'w') as f:
    f['outside'] = h5py.ExternalLink('chunks-latest.h5', '/gzip')
    f['folder'] = h5py.ExternalLink('chunks-latest.h5', '/group')
    f['inside'] = h5py.SoftLink('/folder/deep/data')
    f['decoy'] = np.zeros((9, 16, 8), 'f4')
with h5py.File(f'{folder}/chunks-userblock.h5', 'w', userblock_size=1024) as f:
    f.create_dataset('gzip', data=numbers((9, 16), 'f4'), chunks=(2, 16), compression='gzip')
