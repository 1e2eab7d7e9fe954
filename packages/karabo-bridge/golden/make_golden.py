"""Makes the golden messages beside this file with the facility's own Python package.

    /usr/bin/python3 make_golden.py      (needs karabo_bridge, msgpack, msgpack_numpy, numpy)

NAME.frames: `KBF1`, u32le number of frames, then per frame u32le length and bytes.
NAME.json:   what the message means; see `describe`.
"""
import hashlib
import json
import math
import struct
from pathlib import Path

import msgpack
import msgpack_numpy
import numpy as np
from karabo_bridge import serializer

HERE = Path(__file__).parent
TID = 10000000001
SMALL = 'SPB_DET_SMALL-1/DET/0CH0:xtdf'
KINDS = 'TEST/KINDS/1'


def metadata(source):
    return {'source': source, 'timestamp': 1526464869.4109755, 'timestamp.sec': '1526464869',
            'timestamp.frac': '410975500000000000', 'timestamp.tid': TID}


def values():
    a = np.arange(12, dtype='f4').reshape(3, 4)
    a[0, 0] = np.nan
    arrays = {f'a.{t}': np.arange(6).astype(t).reshape(2, 3)
              for t in ('?', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8', 'f2', 'f4', 'f8', 'c8', 'c16', '>u2', '>i4', '>f8', '>c8')}
    arrays |= {'a.empty': np.zeros((0, 7), 'u2'), 'a.scalar': np.array(-2.5), 'a.fortran': np.asfortranarray(a),
               'a.step': np.arange(20, dtype='i4')[::3], 'a.names': np.array(['ab', 'µ']), 'a.bytes': np.array([b'xyz', b'q'])}
    plain = {'one': 1, 'one.float': 1.0, 'half': 0.5, 'minus.zero': -0.0, 'nan': math.nan, 'inf': -math.inf, 'huge': 1e300,
             'u8': 2**64 - 1, 'i8': -2**63, 'tid': TID, 'beyond': 2**53 + 1, 'yes': True, 'no': False, 'nothing': None, 'text': 'μJ 日本 🙂',
             'empty': '', 'long': 'x' * 300, 'raw': b'\x00\xff\x10', 'list': [1, 2.5, 'x', None, [True]], 'nested': {'a': {'b': [1]}},
             'np.f4': np.float32(0.1), 'np.u8': np.uint64(2**64 - 1), 'np.i2': np.int16(-7)}
    return plain | arrays


def number(x):
    if isinstance(x, float) and not math.isfinite(x):
        return {'__float__': str(x)}
    if isinstance(x, int) and not isinstance(x, bool) and abs(x) > 2**53 - 1:
        return {'__int__': str(x)}
    return x


def describe(x):
    """JSON: arrays as dtype, shape and sha256 of the little-endian bytes; what JSON cannot say as {'__kind__': text}."""
    if isinstance(x, np.ndarray):
        little = np.ascontiguousarray(x.astype(x.dtype.newbyteorder('<')))
        return {'__ndarray__': True, 'dtype': str(x.dtype), 'shape': list(x.shape), 'nbytes': x.nbytes,
                'sha256_le_c_order': hashlib.sha256(little.tobytes()).hexdigest()}
    if isinstance(x, np.generic):
        return {'__numpy_scalar__': str(x.dtype), 'value': number(x.item())}
    if isinstance(x, complex):
        return {'__complex__': [number(x.real), number(x.imag)]}
    if isinstance(x, bytes):
        return {'__bytes_hex__': x.hex()}
    if isinstance(x, dict):
        return {k: describe(v) for k, v in x.items()}
    if isinstance(x, (list, tuple)):
        return [describe(v) for v in x]
    return number(x)


def write(name, frames, note):
    frames = [bytes(f) for f in frames]
    with open(HERE / f'{name}.frames', 'wb') as f:
        f.write(b'KBF1' + struct.pack('<I', len(frames)))
        for frame in frames:
            f.write(struct.pack('<I', len(frame)) + frame)
    data, meta = serializer.deserialize(frames)
    text = json.dumps({'note': note, 'data': describe(data), 'meta': describe(meta)}, ensure_ascii=False, indent=1)
    (HERE / f'{name}.json').write_text(text + '\n')


def main():
    data = {KINDS: values(), SMALL: {'image.data': np.arange(24, dtype='u2').reshape(2, 4, 3), 'image.pulseId': np.array([0, 4], 'u8')}}
    meta = {source: metadata(source) for source in data}
    write('kinds-2.2', serializer.serialize(data, meta), 'every kind of value, format 2.2')
    data[KINDS] |= {'np.bool': np.bool_(True), 'np.f2': np.float16(1.5), 'np.be': np.array([258], '>u2')[0],
                    'complex': 1 - 2.5j, 'complex.inf': complex(-math.inf, math.nan), 'complex.imaginary': -1e-05j, 'nested.array': [np.arange(3)]}
    write('kinds-1.0', serializer.serialize(data, meta, protocol_version='1.0'), 'the same and what only 1.0 can say')
    inside = {SMALL: {'v': np.arange(6, dtype='u2').reshape(2, 3), 'metadata': {'source': SMALL, 'timestamp.tid': TID}}}
    write('metadata-inside-2.2', serializer.serialize(inside), 'as file servers send it: no times, the metadata in the data too')
    pack = msgpack.Packer(use_bin_type=True).pack
    write('no-metadata-2.2', [pack({'source': SMALL, 'content': 'msgpack'}), pack({'x': 1})], 'a header without metadata')
    objects = {SMALL: {'o': np.array(['a', 1], dtype=object)}}
    pickled = msgpack.packb({SMALL: {'o': objects[SMALL]['o']}}, use_bin_type=True, default=msgpack_numpy.encode)
    (HERE / 'pickle-1.0.msgpack').write_bytes(pickled)


main()
