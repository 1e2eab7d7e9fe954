#!/usr/bin/env python3
"""Writes filters.h5: one dataset for each of the filters that detectors' files come with, its chunks packed here by hand.

    python3 make-filters.py          # needs h5py and numpy; 40 kB

No encoder of these filters is used: chunks are what the formats' own descriptions say (LZ4 and zstd with stored blocks, bitshuffle's transposition of bits,
Blosc's header of a copy), so that a decoder is not tested against its own encoder. Of each dataset one chunk skipped the filter (bit 0 of its mask).
"""
import os
import struct

import h5py
import numpy as np

here = os.path.dirname(os.path.abspath(__file__))
ROWS, CHUNK = 96, (32, 16)


def lz4_block(raw):
    """One sequence of literals: its length in the token and in bytes of 255."""
    n = len(raw)
    if n < 15:
        return bytes([n << 4]) + raw
    more = n - 15
    return bytes([0xf0]) + b'\xff' * (more // 255) + bytes([more % 255]) + raw


def lz4(raw, size):
    out = struct.pack('>QI', len(raw), 1024)
    for at in range(0, len(raw), 1024):
        part = raw[at:at + 1024]
        packed = lz4_block(part)
        # A block that does not become smaller is stored as it is.
        packed = part if len(packed) >= len(part) and at else packed
        out += struct.pack('>I', len(packed)) + packed
    return out


def zstd(raw, size):
    assert 256 <= len(raw) < 65536 + 256
    head = b'\x28\xb5\x2f\xfd' + bytes([0x60]) + struct.pack('<H', len(raw) - 256)
    half = len(raw) // 2
    block = lambda part, last: struct.pack('<I', last | len(part) << 3)[:3] + part
    return head + block(raw[:half], 0) + block(raw[half:], 1)


def transposed(raw, size):
    """All lowest bits of the first bytes, then all second bits, ...; eight elements a byte, the first the lowest."""
    elements = np.frombuffer(raw, 'u1').reshape(-1, size)
    bits = np.unpackbits(elements[:, :, None], axis=2, bitorder='little')
    return np.packbits(bits.transpose(1, 2, 0).reshape(size * 8, -1), axis=1, bitorder='little').tobytes()


BLOCK = 64


def bitshuffle(raw, size):
    return b''.join(transposed(raw[at:at + BLOCK * size], size) for at in range(0, len(raw), BLOCK * size))


def bitshuffle_lz4(raw, size):
    out = struct.pack('>QI', len(raw), BLOCK * size)
    for at in range(0, len(raw), BLOCK * size):
        packed = lz4_block(transposed(raw[at:at + BLOCK * size], size))
        out += struct.pack('>I', len(packed)) + packed
    return out


def blosc(raw, size):
    return struct.pack('<BBBBIII', 2, 1, 2, size, len(raw), len(raw), len(raw) + 16) + raw


FILTERS = {
    'lz4': (32004, (1024,), lz4),
    'zstd': (32015, (3,), zstd),
    'bitshuffle': (32008, lambda size: (0, 4, size, BLOCK, 0), bitshuffle),
    'bitshuffle_lz4': (32008, lambda size: (0, 4, size, BLOCK, 2), bitshuffle_lz4),
    'blosc': (32001, lambda size: (2, 2, size, CHUNK[0] * CHUNK[1] * size, 5, 0, 0), blosc),
}

with h5py.File(os.path.join(here, 'filters.h5'), 'w') as f:
    for name, (number, values, pack) in FILTERS.items():
        for dtype in ('u2', 'f4'):
            data = ((np.arange(ROWS * CHUNK[1]) * 2654435761 >> 7) % 251).astype(dtype).reshape(ROWS, CHUNK[1])
            size = data.itemsize
            dcpl = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
            dcpl.set_chunk(CHUNK)
            dcpl.set_filter(number, h5py.h5z.FLAG_OPTIONAL, values(size) if callable(values) else values)
            space = h5py.h5s.create_simple(data.shape)
            h5py.h5d.create(f.id, f'{name}_{dtype}'.encode(), h5py.h5t.py_create(data.dtype), space, dcpl)
            dataset = f[f'{name}_{dtype}'].id
            for row in range(0, ROWS, CHUNK[0]):
                raw = data[row:row + CHUNK[0]].tobytes()
                skipped = row == CHUNK[0]
                dataset.write_direct_chunk((row, 0), raw if skipped else pack(raw, size), 1 if skipped else 0)
