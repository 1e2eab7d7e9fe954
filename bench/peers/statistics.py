#!/usr/bin/python3
"""The peers of bench/statistics.ts: numpy and scipy on the same inputs, one thread. Reads jobs (JSON lines), answers times in ms."""
import json
import os
import sys
import time
import warnings

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
warnings.filterwarnings("ignore")
import numpy as np
from scipy.optimize import curve_fit
from scipy.stats import binned_statistic, binned_statistic_2d

INPUTS = 16


def noise(i):
    h = (i * np.uint64(0x9E3779B1)) & np.uint64(0xFFFFFFFF)
    h = ((h ^ (h >> np.uint64(16))) * np.uint64(0x85EBCA6B)) & np.uint64(0xFFFFFFFF)
    h = ((h ^ (h >> np.uint64(13))) * np.uint64(0xC2B2AE35)) & np.uint64(0xFFFFFFFF)
    return (h ^ (h >> np.uint64(16))).astype(np.float64) / 2**32


def numbers(k, *shape, dtype=np.float64):
    return noise(np.arange(int(np.prod(shape)), dtype=np.uint64) + np.uint64(k * 7919001)).astype(dtype).reshape(shape)


def inputs(*shape, dtype=np.float64):
    return [numbers(k, *shape, dtype=dtype) for k in range(INPUTS)]


def fft2(rows, cols):
    data = inputs(rows, cols, dtype=np.float32)
    return lambda k: np.nansum(np.abs(np.fft.fft2(data[k])))


def rfft(n):
    data = inputs(8, n)
    return lambda k: np.nansum(np.abs(np.fft.rfft(data[k])))


def gauss(x, height, centre, sigma, offset):
    return height * np.exp(-((x - centre) ** 2) / (2 * sigma**2)) + offset


def fit():
    x = np.arange(200.0)
    data = [5 * np.exp(-((x - 80 - k) ** 2) / 450) + numbers(k, 200) for k in range(INPUTS)]

    def run(k):
        y = data[k]
        # Start values as a user would take them; curve_fit's own (all 1) do not lead to the peak.
        p, _ = curve_fit(gauss, x, y, p0=(y.max() - np.median(y), x[y.argmax()], 10, np.median(y)))
        return np.abs(p).sum()

    return run


def binned():
    data = inputs(18000, 2)
    return lambda k: np.nansum(binned_statistic(data[k][:, 0], data[k][:, 1], "mean", 50, range=(0, 1)).statistic)


def binned2d():
    data = inputs(18000, 3)
    return lambda k: np.nansum(binned_statistic_2d(data[k][:, 0], data[k][:, 1], data[k][:, 2], "mean", [50, 20], range=[(0, 1), (0, 1)]).statistic)


def delay():
    data = inputs(18000, 4)

    def run(k):
        d, r1, r2, r3 = data[k].T
        values = [-np.log(r1 / r3), -np.log(r2 / r3), -np.log(r2 / r1)]
        return np.nansum(binned_statistic(d, values, "mean", 50, range=(0, 1)).statistic)

    return run


def tim():
    data = inputs(6, 400)

    def run(k):
        e, i0, *mcp = data[k]
        bright = i0 > 0.2
        means = binned_statistic(e[bright], [i0[bright], *(-m[bright] for m in mcp)], "mean", 60, range=(0, 1)).statistic
        return np.nansum(-np.log(-means[1] / means[0])) + 0 * np.nansum(-np.log(-means[2:4] / means[0])) + 0 * np.nansum(-means[4] / means[0])

    return run


def pulses():
    data = inputs(64, 256, 256, dtype=np.float32)
    return lambda k: np.nansum(np.nanmean(data[k], 0, dtype=np.float64)) + np.nansum(np.nanstd(data[k], 0, dtype=np.float64))


def twotime():
    data = inputs(64, 100, 100, dtype=np.float32)

    def run(k):
        flat = data[k].reshape(64, -1).astype(np.float64)
        mean = flat.mean(1)
        return np.nansum(flat @ flat.T / flat.shape[1] / np.outer(mean, mean))

    return run


KINDS = {f.__name__: f for f in (fft2, rfft, fit, binned, binned2d, delay, tim, pulses, twotime)}
made = {}
for line in sys.stdin:
    job = json.loads(line)
    key = json.dumps(job["what"])
    if key not in made:
        kind, *args = job["what"]
        made.clear()
        made[key] = KINDS[kind](*args)
        made[key](0)
    run = made[key]
    times = []
    for k in range(job["runs"]):
        start = time.perf_counter()
        out = run((job["first"] + k) % INPUTS)
        times.append((time.perf_counter() - start) * 1e3)
    print(json.dumps({"times": times, "check": float(out)}), flush=True)
