#!/usr/bin/python3
"""The peer of bench/integration.ts: pyFAI's fastest engine on the same inputs, one thread. Reads jobs (JSON lines), answers times in ms."""
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
from pyFAI.azimuthalIntegrator import AzimuthalIntegrator
from pyFAI.detectors import Detector

INPUTS = 16


def images(rows, cols):
    """The images of bench/integration.ts: (pixel * 7 + image * 13) % 4096."""
    index = np.arange(rows * cols, dtype=np.int64)
    return [((index * 7 + k * 13) % 4096).astype(np.float32).reshape(rows, cols) for k in range(INPUTS)]


def integration(rows, cols, what, split, errors):
    data = images(rows, cols)
    index = np.arange(rows * cols)
    mask = ((index % 1013) == 0).astype(np.int8).reshape(rows, cols)
    ai = AzimuthalIntegrator(dist=0.3, poni1=0.103 * rows / 1024, poni2=0.1011 * cols / 1024, detector=Detector(2e-4, 2e-4, max_shape=(rows, cols)), wavelength=1.3332e-10)
    split = "no" if split == "none" else split
    common = dict(unit="q_nm^-1", correctSolidAngle=True, polarization_factor=0.99, mask=mask)
    if errors != "none":
        common["error_model"] = errors
    if what == "map":
        # Without splitting its CSR engine gives nothing in two dimensions.
        engine = "histogram" if split == "no" else "csr"
        return lambda k: ai.integrate2d_ng(data[k], 500, 360, method=(split, engine, "cython"), **common).intensity
    if what == "clip":
        return lambda k: ai.sigma_clip_ng(data[k], 1000, method=(split, "csr", "cython"), thres=3, max_iter=5, **common).intensity
    return lambda k: ai.integrate1d_ng(data[k], 1000, method=(split, "csr", "cython"), **common).intensity


made = {}
for line in sys.stdin:
    job = json.loads(line)
    key = json.dumps(job["what"])
    setup = 0.0
    if key not in made:
        made.clear()
        run = integration(*job["what"])
        start = time.perf_counter()
        run(0)
        setup = (time.perf_counter() - start) * 1e3
        made[key] = run
    run = made[key]
    times = []
    for k in range(job["runs"]):
        start = time.perf_counter()
        out = run((job["first"] + k) % INPUTS)
        times.append((time.perf_counter() - start) * 1e3)
    print(json.dumps({"times": times, "setup": setup, "check": float(np.asarray(out, dtype=float).sum())}), flush=True)
