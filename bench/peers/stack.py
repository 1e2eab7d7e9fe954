#!/usr/bin/python3
"""The peer of bench/stack.ts: numpy on the same data, one thread. Reads jobs (JSON lines), answers times in ms."""
import json
import os
import sys
import time
import warnings

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
warnings.filterwarnings("ignore")
import numpy as np

FRAMES, ROWS, COLS = int(sys.argv[1]), 1024, 1024
index = np.arange(FRAMES * ROWS * COLS, dtype=np.int64)
wholes = ((index * 7919) % 4093).astype(np.uint16).reshape(FRAMES, ROWS, COLS)
floats = wholes.astype(np.float32)
floats.reshape(-1)[::997] = np.nan
turned = np.moveaxis(floats.reshape(ROWS, COLS, FRAMES).copy(), 2, 0)
del index
some = [i for i in range(FRAMES) if i % 16 != 3]
masked = (np.arange(ROWS * COLS) % 50 == 0).reshape(ROWS, COLS)
box = (slice(100, 900), slice(50, 950))


def part(k):
    return floats[(k * 7) % FRAMES][box]


def all_of(v):
    mean, var = np.nanmean(v, dtype=float), np.nanvar(v, dtype=float)
    std = np.sqrt(var)
    return mean + np.nansum(v, dtype=float) + np.nanmedian(v) + np.nanmin(v) + np.nanmax(v) + std + var + std / mean + var / mean**2 + np.count_nonzero(~np.isnan(v))


def limits(_):
    floats[(floats < 5) | (floats > 4080)] = np.nan
    return floats


def image_mask(_):
    floats[:, masked] = np.nan
    return floats


KINDS = {
    "stack-mean": lambda k: np.nanmean(floats, axis=0),
    "stack-std": lambda k: np.nanstd(floats, axis=0),
    "stack-max": lambda k: np.nanmax(floats, axis=0),
    "stack-some": lambda k: np.nanmean(floats[some], axis=0),
    "stack-uint16": lambda k: np.mean(wholes, axis=0, dtype=np.float32),
    "stack-turned": lambda k: np.nanmean(turned, axis=0),
    "roi-sum": lambda k: np.nansum(part(k), dtype=float),
    "roi-pulses": lambda k: np.nanmean(floats[(slice(None), *box)], axis=(1, 2)),
    "roi-std": lambda k: np.nanstd(part(k)),
    "roi-median": lambda k: np.nanmedian(part(k)),
    "roi-all": lambda k: all_of(part(k)),
    "mask-limits": limits,
    "mask-image": image_mask,
    "mask-both": lambda k: image_mask(limits(k)),
    "limit": lambda k: floats.max(),
}
for line in sys.stdin:
    job = json.loads(line)
    times = []
    for k in range(job["runs"]):
        start = time.perf_counter()
        out = KINDS[job["what"]](job["first"] + k)
        times.append((time.perf_counter() - start) * 1e3)
    print(json.dumps({"times": times, "check": float(np.nansum(np.asarray(out), dtype=float))}), flush=True)
