"""The same list in Python: karabo_bridge, numpy, scipy, pyFAI. Prints seconds of wall clock and CPU for N trains."""
import sys
import time

import numpy as np
import pyFAI
from karabo_bridge import Client
from scipy.ndimage import gaussian_filter

endpoint, poni, n = sys.argv[1], sys.argv[2], int(sys.argv[3])
client = Client(endpoint)
method = ("no", "csr", "cython")
index = np.arange(1024 * 1536).reshape(1024, 1536)
dark = (100 + index % 7).astype(np.float32)
gain = (1 + index % 5 / 10).astype(np.float32)
# pyFAI keeps one matrix: an integrator for each curve, else it would be made anew four times a train.
curves = [(pyFAI.load(poni), bins) for bins in (500, 1000, 1500, 2000)]
last = [[] for _ in curves]


def analyse(data):
    camera = data["SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output"]["data.image.pixels"]
    corrected = (camera - dark) * gain
    smoothed = gaussian_filter(corrected[350:750, 1000:1500], 5)
    total = smoothed.sum(dtype=np.float64)
    means = []
    for (ai, bins), window in zip(curves, last):
        window.append(ai.integrate1d(corrected, bins, unit="q_nm^-1", method=method).intensity)
        del window[:-20]
        means.append(np.mean(window, axis=0))
    return total, means


for _ in range(10):
    analyse(client.next()[0])
wall, cpu = time.perf_counter(), time.process_time()
for _ in range(n):
    total, means = analyse(client.next()[0])
print(f'{{"wall": {time.perf_counter() - wall}, "cpu": {time.process_time() - cpu}, "total": {total}, "means": {sum(np.nansum(mean) for mean in means)}}}')
