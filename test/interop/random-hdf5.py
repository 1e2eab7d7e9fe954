"""python3 random-hdf5.py FOLDER SEED DATASETS: one HDF5 file of random datasets, and what is in them.

Prints one line of JSON for each dataset: how it was made, its shape and type, and the checksums of all of it and of one slice (texts as they are). What h5py
has no decoder for is packed here, and told from the values that went in.
"""
import ctypes
import hashlib
import json
import os
import struct
import sys

import h5py
import numpy as np

try:
    from lz4.block import compress
except ImportError:
    def compress(raw, store_size):
        """One sequence of literals."""
        n = len(raw)
        return bytes([n << 4]) + raw if n < 15 else bytes([0xf0]) + b'\xff' * ((n - 15) // 255) + bytes([(n - 15) % 255]) + raw

folder, seed, wanted = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
rng = np.random.default_rng(seed)
library = ctypes.CDLL(next(line.split()[-1] for line in open('/proc/self/maps') if 'libhdf5_serial.so' in line))
library.H5Pset_chunk_opts.argtypes = [ctypes.c_int64, ctypes.c_uint]


def one(*of):
    return of[rng.integers(len(of))]


def maybe(chance=0.5):
    return rng.random() < chance


def transposed(raw, size):
    bits = np.unpackbits(np.frombuffer(raw, 'u1').reshape(-1, size)[:, :, None], axis=2, bitorder='little')
    return np.packbits(bits.transpose(1, 2, 0).reshape(size * 8, -1), axis=1, bitorder='little').tobytes()


def bitshuffle(raw, size, block, pack):
    """Blocks of `block` elements; the last is of a multiple of eight, what is left is copied."""
    whole = len(raw) // size // 8 * 8
    out = b''
    for at in range(0, whole, block):
        part = transposed(raw[at * size:min(at + block, whole) * size], size)
        out += pack(part)
    return out + raw[whole * size:]


def lz4_filter(raw, block):
    out = struct.pack('>QI', len(raw), block)
    for at in range(0, len(raw), block):
        part = raw[at:at + block]
        packed = compress(part, store_size=False)
        packed = packed if len(packed) < len(part) else part
        out += struct.pack('>I', len(packed)) + packed
    return out


def zstd_filter(raw):
    """Stored blocks only."""
    out = struct.pack('<IBQ', 0xFD2FB528, 0xE0, len(raw))
    parts = [raw[at:at + 100_000] for at in range(0, len(raw), 100_000)]
    for i, part in enumerate(parts):
        out += struct.pack('<I', (i == len(parts) - 1) | len(part) << 3)[:3] + part
    return out


def foreign(size):
    """A filter of a plugin: number, values, encoder."""
    kind = one('lz4', 'zstd', 'bitshuffle', 'bitshuffle_lz4')
    block = int(one(8, 64, 256))
    prefixed = lambda part: (lambda packed: struct.pack('>I', len(packed)) + packed)(compress(part, store_size=False))
    return {
        'lz4': (32004, (1024,), lambda raw: lz4_filter(raw, 1024)),
        'zstd': (32015, (3,), zstd_filter),
        'bitshuffle': (32008, (0, 4, size, block, 0), lambda raw: bitshuffle(raw, size, block, lambda part: part)),
        'bitshuffle_lz4': (32008, (0, 4, size, block, 2), lambda raw: struct.pack('>QI', len(raw), block * size) + bitshuffle(raw, size, block, prefixed)),
    }[kind] + (kind,)


NUMBERS = ['i1', 'u1', '<i2', '<u2', '<i4', '<u4', '<i8', '<u8', '<f2', '<f4', '<f8', '>i2', '>u4', '>i8', '>f4', '>f8', '>f2']


def random_type():
    kind = rng.random()
    if kind < 0.6:
        return np.dtype(one(*NUMBERS))
    if kind < 0.65:
        return np.dtype(bool)
    if kind < 0.7:
        return h5py.enum_dtype(one({'a': 0, 'b': 1, 'c': 2}, {'TRUE': 0, 'FALSE': 1}), one('i1', 'u2', '>i4'))
    if kind < 0.78:
        fields = [('t', one('<f8', '>f4')), ('n', one('<i4', '|u1')), ('xy', one('<i2', '>u2'), (int(rng.integers(1, 4)),)), ('ok', '?'), ('s', 'S5')]
        if maybe(0.3):
            fields.append(('in', [('a', '<u8'), ('b', '<f4')]))
        return np.dtype(fields[:int(rng.integers(1, len(fields) + 1))], align=maybe(0.3))
    if kind < 0.84:
        return np.dtype(f'S{rng.integers(1, 12)}')
    if kind < 0.87:
        return h5py.string_dtype('utf-8', int(rng.integers(4, 20)))
    if kind < 0.94:
        return h5py.string_dtype(one('utf-8', 'ascii'))
    if kind < 0.97:
        return np.dtype('V7')
    return np.dtype(one('<c8', '<c16'))


def is_text(dtype):
    return h5py.check_string_dtype(dtype) is not None


TEXTS = ['', 'a', 'état', 'μJ', 'a longer text, of more than one heap object', 'x' * 300]


def random_values(shape, dtype):
    count = int(np.prod(shape))
    text = h5py.check_string_dtype(dtype)
    if text is not None:
        chosen = [TEXTS[i] for i in rng.integers(len(TEXTS), size=count)]
        if text.encoding == 'ascii':
            chosen = [''.join(c if c.isascii() else '?' for c in t) for t in chosen]
        if text.length is not None:
            chosen = [t.encode()[:text.length].decode(errors='ignore').encode() for t in chosen]
            return np.array(chosen, dtype=dtype).reshape(shape)
        return np.array(chosen, dtype=object).reshape(shape)
    if h5py.check_enum_dtype(dtype) is not None or dtype == bool:
        return rng.integers(0, 2, count).astype(dtype).reshape(shape)
    if maybe(0.4):
        raw = rng.integers(0, 256, count * dtype.itemsize, dtype='u1')
    else:
        raw = np.repeat(rng.integers(0, 4, count, dtype='u1'), dtype.itemsize)
    values = np.frombuffer(raw.tobytes(), dtype).reshape(shape).copy()
    for name in dtype.names or ():
        if dtype[name] == bool:
            values[name] = values[name].view('u1') & 1
    return values


def random_slice(shape):
    slices = []
    for n in shape:
        a, b = sorted(int(x) for x in rng.integers(0, n + 1, 2))
        slices.append([a, b])
    return slices


def described(dtype):
    """The type as the reader should call it; None where only the bytes count."""
    if is_text(dtype):
        return 'str'
    if dtype == bool:
        return 'bool'
    if dtype.names or dtype.kind in 'Vc':
        return None
    return dtype.newbyteorder('<').name


told = []


def gaps(dtype, at=0):
    """Bytes of a record that belong to no field."""
    if dtype.subdtype:
        base, shape = dtype.subdtype
        return [gap for i in range(int(np.prod(shape))) for gap in gaps(base, at + i * base.itemsize)]
    found, end = [], at
    for name in dtype.names or ():
        field, offset = dtype.fields[name][:2]
        found += [(end, at + offset)] + gaps(field, at + offset)
        end = at + offset + field.itemsize
    return found + [(end, at + dtype.itemsize)] if dtype.names else found


def in_little(dtype):
    """The reader turns records round whose numbers are all big-endian; others stay as they are."""
    orders = {dtype[name].base.byteorder for name in dtype.names}
    return dtype.newbyteorder('<') if orders == {'>'} else dtype


def tell(name, how, values, dtype):
    """What a dataset holds; `values` where h5py cannot read them."""
    told.append((name, how, values, dtype))


def show(f, name, how, values, dtype):
    dataset = f[name]
    of_space = dataset.shape
    try:
        values = dataset[()] if values is None else values
    except OSError:
        # Some such files h5py cannot read itself.
        return
    if dtype.names:
        values = values.astype(in_little(dtype))
        dtype = in_little(dtype)
    else:
        # A type may be known again as another: an enumeration of FALSE and TRUE.
        dtype = dataset.dtype
    values = np.asarray(values, object if is_text(dtype) else None)
    at = random_slice(of_space)
    part = values[tuple(slice(a, b) for a, b in at)] if of_space else values
    line = {'path': name, 'how': how, 'dtype': described(dtype), 'shape': list(values.shape), 'slice': at, 'gaps': gaps(dtype), 'fields': dtype.descr if dtype.names else None, 'size': dtype.itemsize}
    for key, array in (('all', values), ('part', part)):
        if is_text(dtype):
            line[key] = [x.decode(errors='replace') if isinstance(x, bytes) else x or '' for x in np.ravel(np.asarray(array, object)).tolist()]
        else:
            array = np.ascontiguousarray(array)
            if array.dtype.names is None:
                array = array.astype(array.dtype.newbyteorder('<'))
            raw = np.frombuffer(array.tobytes(), 'u1').reshape(-1, dtype.itemsize).copy()
            for a, b in line['gaps']:
                raw[:, a:b] = 0
            line[key] = hashlib.sha256(raw.tobytes()).hexdigest()
    print(json.dumps(line))


def write_parts(dataset, shape, values, how):
    """Some blocks of the values, in any order; or all."""
    if maybe(0.3):
        how.append('all')
        if 0 not in shape:
            dataset[...] = values
        return
    for _ in range(int(rng.integers(0, 4))):
        at = tuple(slice(a, b) for a, b in random_slice(shape))
        if all(s.stop > s.start for s in at):
            how.append('part')
            dataset[at] = values[at]


def plugin_dataset(f, name):
    """Packed here: the values that went in are what must come out."""
    dtype = np.dtype(one(*[n for n in NUMBERS if n[0] != '>']))
    shape = tuple(int(n) for n in rng.integers(1, 40, rng.integers(1, 4)))
    chunk = tuple(int(rng.integers(1, n + 3)) for n in shape)
    number, values, encode, kind = foreign(dtype.itemsize)
    data = random_values(shape, dtype)
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_chunk(chunk)
    plist.set_filter(number, h5py.h5z.FLAG_OPTIONAL, values)
    space = h5py.h5s.create_simple(shape, tuple(h5py.h5s.UNLIMITED if maybe(0.3) else max(n, c) for n, c in zip(shape, chunk)))
    dataset = h5py.h5d.create(f.id, name.encode(), h5py.h5t.py_create(dtype), space, plist)
    grid = [range(0, n, c) for n, c in zip(shape, chunk)]
    kept = np.zeros(shape, dtype)
    for at in np.ndindex(*[len(g) for g in grid]):
        corner = tuple(g[i] for g, i in zip(grid, at))
        if maybe(0.1):
            continue
        here = tuple(slice(a, a + c) for a, c in zip(corner, chunk))
        block = np.zeros(chunk, dtype)
        part = data[here]
        block[tuple(slice(0, n) for n in part.shape)] = part
        kept[here] = part
        skipped = maybe(0.2)
        raw = block.tobytes()
        dataset.write_direct_chunk(corner, raw if skipped else encode(raw), 1 if skipped else 0)
    tell(name, [kind, f'chunk {chunk}'], kept, dtype)


def random_dataset(f, name):
    how = []
    dtype = random_type()
    rank = int(rng.integers(0, 5))
    shape = tuple(int(n) for n in rng.integers(0 if maybe(0.1) else 1, one(3, 12, 30) if rank < 4 else 8, rank))
    text = h5py.check_string_dtype(dtype)
    layout = one('plain', 'chunked', 'chunked', 'chunked', 'many', 'compact', 'external', 'virtual') if rank else one('plain', 'compact')
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    how.append(layout)
    plain = text is None and not dtype.names
    if maybe(0.4) and plain and dtype.kind in 'iuf':
        how.append('fill')
        plist.set_fill_value(np.array(one(1, 7, 100), dtype))
    most = shape
    if layout in ('chunked', 'many'):
        if layout == 'many':
            shape = (int(rng.integers(500, 3000)),) + tuple(min(n, 3) for n in shape[1:2])
            chunk = tuple(int(rng.integers(1, 3)) for _ in shape)
        else:
            chunk = tuple(int(rng.integers(1, n + 3)) for n in shape)
        most = tuple(one(n, n, max(n, c) + int(rng.integers(0, 20)), None) if n else None for n, c in zip(shape, chunk))
        most = tuple(None if m is not None and m < c else m for m, c in zip(most, chunk))
        plist.set_chunk(chunk)
        how += [f'chunk {chunk}', f'most {most}']
        filtered = False
        variable = text is not None and text.length is None
        if maybe(0.3) and not variable:
            how.append('shuffle')
            plist.set_shuffle()
        if maybe(0.15) and dtype.kind in 'iu' and h5py.check_enum_dtype(dtype) is None:
            how.append('scaleoffset')
            plist.set_scaleoffset(h5py.h5z.SO_INT, 0)
        # The reader's library has scaleoffset, and lzf, but not one over the other.
        if maybe(0.5) and 'scaleoffset' not in how:
            kind = one('gzip', 'gzip', 'lzf', 'szip') if plain and dtype.kind in 'iuf' else one('gzip', 'lzf')
            if kind == 'gzip':
                plist.set_deflate(int(rng.integers(0, 10)))
            elif kind == 'lzf':
                plist.set_filter(32000, h5py.h5z.FLAG_OPTIONAL)
            elif int(np.prod(chunk)) >= 8 and h5py.h5z.filter_avail(4) and h5py.h5z.get_filter_info(4) & 1:
                plist.set_szip(h5py.h5z.SZIP_NN_OPTION_MASK, 8)
            how.append(kind)
        if maybe(0.2):
            how.append('fletcher32')
            plist.set_fletcher32()
        filtered = plist.get_nfilters() > 0
        if filtered and maybe(0.3):
            how.append('edges unfiltered')
            assert library.H5Pset_chunk_opts(plist.id, 2) >= 0
        time = one(h5py.h5d.ALLOC_TIME_EARLY, h5py.h5d.ALLOC_TIME_LATE, h5py.h5d.ALLOC_TIME_INCR)
        plist.set_alloc_time(time)
        how.append(f'alloc {time}')
    elif layout == 'compact':
        shape = tuple(min(n, 4) for n in shape)
        most = shape
        plist.set_layout(h5py.h5d.COMPACT)
    elif layout == 'external':
        if text is not None and text.length is None or 0 in shape:
            return False
        size = int(np.prod(shape)) * dtype.itemsize
        cut = int(rng.integers(1, size + 1))
        for i, (offset, bytes_) in enumerate(((int(rng.integers(0, 9)), cut), (3, size - cut))):
            if bytes_:
                raw = os.path.join(folder, f'{name}-{i}.raw')
                open(raw, 'w').close()
                plist.set_external(raw.encode(), offset, bytes_)
    elif layout == 'virtual':
        if text is not None and text.length is None or 0 in shape:
            return False
        return virtual_dataset(f, name, shape, dtype, how)
    stored = h5py.h5t.py_create(dtype, logical=True)
    if text is not None and text.length is not None and maybe(0.5):
        stored = stored.copy()
        pad = one(h5py.h5t.STR_NULLPAD, h5py.h5t.STR_NULLTERM, h5py.h5t.STR_SPACEPAD)
        stored.set_strpad(pad)
        how.append(f'strpad {pad}')
    space = h5py.h5s.create_simple(shape, tuple(h5py.h5s.UNLIMITED if m is None else m for m in most)) if shape else h5py.h5s.create(h5py.h5s.SCALAR)
    try:
        dataset = h5py.Dataset(h5py.h5d.create(f.id, name.encode(), stored, space, plist))
    except ValueError:
        # Filters that do not go together, or not with this type.
        return False
    values = random_values(shape, dtype)
    write_parts(dataset, shape, values, how)
    # HDF5 1.10 itself stops when such edges move.
    if layout in ('chunked', 'many') and 'edges unfiltered' not in how and maybe(0.4):
        new = tuple(int(rng.integers(0 if maybe(0.1) else 1, min(n + 20, m if m is not None else n + 20) + 1)) if n else 0 for n, m in zip(shape, most))
        how.append(f'from {shape}')
        try:
            dataset.resize(new)
        except RuntimeError:
            del f[name]
            return False
        if maybe():
            write_parts(dataset, new, random_values(new, dtype), how)
    if layout in ('chunked',) and plist.get_nfilters() and plain and maybe(0.4) and 0 not in dataset.shape and 'edges unfiltered' not in how:
        corner = tuple(int(rng.integers(0, (n + c - 1) // c)) * c for n, c in zip(dataset.shape, plist.get_chunk()))
        how.append(f'raw chunk {corner}')
        raw = random_values(plist.get_chunk(), dtype).tobytes()
        dataset.id.write_direct_chunk(corner, raw, (1 << plist.get_nfilters()) - 1)
    how.append(str(dtype))
    tell(name, how, None, dtype)
    return True


def virtual_dataset(f, name, shape, dtype, how):
    layout = h5py.VirtualLayout(shape, dtype)
    with h5py.File(os.path.join(folder, f'{name}-source.h5'), 'w', libver=one('earliest', 'latest')) as source:
        for row in range(shape[0]):
            if maybe(0.2):
                continue
            source.create_dataset(f'row{row}', shape[1:], dtype)[...] = random_values(shape[1:], dtype)
            layout[row] = h5py.VirtualSource(one(source.filename, os.path.basename(source.filename)), f'row{row}', shape[1:], dtype=dtype)
    fill = np.array(5, dtype) if dtype.kind in 'iuf' else None
    try:
        f.create_virtual_dataset(name, layout, fillvalue=fill)
    except ValueError:
        # Not in the oldest files.
        return False
    tell(name, how + [str(dtype)], None, dtype)
    return True


versions = one(('earliest', 'v108'), ('v108', 'v108'), ('v108', 'v110'), ('latest', 'latest'), ('latest', 'latest'))
path = os.path.join(folder, f'random-{seed}.h5')
# Every other file says where it is by a relative name; virtual parts are found beside it.
with h5py.File(path, 'w', libver=versions, userblock_size=int(one(0, 0, 512, 4096)), track_order=maybe(0.3)) as f:
    made = 0
    while made < wanted:
        name = f'd{made}'
        if maybe(0.15):
            plugin_dataset(f, name)
            made += 1
        else:
            made += bool(random_dataset(f, name))
with h5py.File(path) as f:
    for dataset in told:
        show(f, *dataset)
