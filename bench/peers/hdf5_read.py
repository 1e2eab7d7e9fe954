"""python3 hdf5_read.py write FILE FRAMES | read FILE: AGIPD-like frames in several storages; megabytes a second of reading them one by one into one array."""
import json
import sys
import time

import h5py
import numpy as np

if sys.argv[1] == 'write':
    frames = int(sys.argv[3])
    rng = np.random.default_rng(1)
    counts = rng.poisson(2, (frames, 512, 128)).astype('f4')
    noisy = (counts + rng.normal(0, 0.3, counts.shape)).astype('f4')
    with h5py.File(sys.argv[2], 'w') as f:
        chunk = (1, 512, 128)
        f.create_dataset('gzip_f4', data=np.round(noisy, 2), chunks=chunk, compression='gzip', compression_opts=1)
        f.create_dataset('gzip_u2', data=(counts * 100).astype('u2'), chunks=chunk, compression='gzip', compression_opts=1)
        f.create_dataset('gzip_shuffle_f4', data=np.round(noisy, 2), chunks=chunk, compression='gzip', compression_opts=1, shuffle=True)
        f.create_dataset('chunked_f4', data=noisy, chunks=chunk)
        f.create_dataset('contiguous_u2', data=(counts * 100).astype('u2'))
else:
    rates = {}
    with h5py.File(sys.argv[2]) as f:
        for name, ds in f.items():
            out = np.empty(ds.shape[1:], ds.dtype)
            times = []
            for _ in range(5):
                began = time.perf_counter()
                for i in range(len(ds)):
                    ds.read_direct(out, np.s_[i])
                times.append(time.perf_counter() - began)
            rates[name] = len(ds) * out.nbytes / sorted(times)[2] / 1e6
    print(json.dumps(rates))
