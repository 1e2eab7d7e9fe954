#!/usr/bin/python3
"""The peers of bench/kernels.ts: scipy, numpy and pyFAI on the same inputs, one thread. Reads jobs (JSON lines), answers times in ms."""
import json
import logging
import os
import sys
import time
import warnings

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
import numpy as np
from scipy import ndimage

INPUTS = 16


def images(rows, cols, dtype):
    """The images of bench/kernels.ts: (pixel * 7 + image * 13) % 4096."""
    index = np.arange(rows * cols, dtype=np.int64)
    return [((index * 7 + k * 13) % 4096).astype(dtype).reshape(rows, cols) for k in range(INPUTS)]


def gaussian(rows, cols):
    data = images(rows, cols, np.uint16)
    out = np.empty((rows, cols), np.float32)

    def run(k):
        # scipy rounds to the input's type unless the output is named.
        ndimage.gaussian_filter(data[k], 5, output=out)
        return out

    return run


def correction(rows, cols):
    data = images(rows, cols, np.uint16)
    index = np.arange(rows * cols)
    dark = (100 + index % 7).astype(np.float32).reshape(rows, cols)
    gain = (1 + (index % 5) / 10).astype(np.float32).reshape(rows, cols)
    out = np.empty((rows, cols), np.float32)

    def run(k):
        np.subtract(data[k], dark, out=out)
        np.multiply(out, gain, out=out)
        return out

    return run


def azimuthal(rows, cols, split):
    from pyFAI.azimuthalIntegrator import AzimuthalIntegrator
    from pyFAI.detectors import Detector

    data = images(rows, cols, np.float32)
    ai = AzimuthalIntegrator(dist=0.3, poni1=0.103, poni2=0.1011, detector=Detector(2e-4, 2e-4, max_shape=(rows, cols)), wavelength=1.3332e-10)
    method = ("no" if split == "none" else split, "csr", "cython")
    return lambda k: ai.integrate1d(data[k], 1000, unit="q_nm^-1", method=method, correctSolidAngle=True).intensity


KINDS = {"gaussian": gaussian, "correction": correction, "azimuthal": azimuthal}
made = {}
for line in sys.stdin:
    job = json.loads(line)
    key = json.dumps(job["what"])
    if key not in made:
        kind, *args = job["what"]
        made[key] = KINDS[kind](*args)
        made[key](0)
    run = made[key]
    times = []
    for k in range(job["runs"]):
        start = time.perf_counter()
        out = run((job["first"] + k) % INPUTS)
        times.append((time.perf_counter() - start) * 1e3)
    print(json.dumps({"times": times, "check": float(np.asarray(out, dtype=float).sum())}), flush=True)
