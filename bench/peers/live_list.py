"""The same list in Python: karabo_bridge, numpy, scipy, pyFAI. Prints seconds of wall clock and CPU for N trains."""
import sys
import time

import numpy as np
import pyFAI
from karabo_bridge import Client
from scipy.ndimage import gaussian_filter

endpoint, poni, n = sys.argv[1], sys.argv[2], int(sys.argv[3])
ai = pyFAI.load(poni)
client = Client(endpoint)
method = ("no", "csr", "cython")


def analyse(data):
    camera = data["SQS_ILH_LAS/CAM/BS_CAM_TT_OU1:output"]["data.image.pixels"]
    smoothed = gaussian_filter(camera[350:750, 1000:1500].astype(np.float32), 5)
    total = smoothed.sum(dtype=np.float64)
    energy = data["SA3_XGM/XGM/DOOCS:output"]["data.intensityTD"].mean()
    module = np.moveaxis(data["SPB_DET_AGIPD1M-1/CAL/APPEND_CORRECTED"]["image.data"][3], (2, 1, 0), (0, 1, 2))
    rings = [ai.integrate1d(np.ascontiguousarray(frame), 500, unit="q_nm^-1", method=method).intensity for frame in module]
    return total, energy, np.array(rings)


for _ in range(10):
    analyse(client.next()[0])
wall, cpu = time.perf_counter(), time.process_time()
for _ in range(n):
    total, energy, rings = analyse(client.next()[0])
print(f'{{"wall": {time.perf_counter() - wall}, "cpu": {time.process_time() - cpu}, "total": {total}, "energy": {energy}, "rings": {np.nansum(rings)}}}')
