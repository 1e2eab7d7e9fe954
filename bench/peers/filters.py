#!/usr/bin/python3
"""The peer of bench/filters.ts: scipy.ndimage on the same inputs, one thread. Reads jobs (JSON lines), answers times in ms."""
import json
import os
import sys
import time
import warnings

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
warnings.filterwarnings("ignore")
import numpy as np
from scipy import ndimage

INPUTS = 24


def images(rows, cols, dtype):
    """The images of bench/filters.ts."""

    def noise(index):
        h = index.astype(np.uint32) * np.uint32(0x9E3779B1)
        h = (h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B)
        h = (h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35)
        return (h ^ (h >> np.uint32(16))) >> np.uint32(20)

    index = np.arange(rows * cols, dtype=np.int64)
    data = []
    for k in range(INPUTS):
        values = noise(index + k * 7919001).astype(np.float32 if dtype == "nan" else dtype)
        if dtype == "nan":
            values[noise(index + 1 + k * 7919001) < 205] = np.nan
        data.append(values.reshape(rows, cols))
    return data


def nan_uniform(image, size, output):
    there = (~np.isnan(image)).astype(np.float32)
    np.divide(ndimage.uniform_filter(np.nan_to_num(image), size), ndimage.uniform_filter(there, size), out=output)


def nan_gaussian(image, sigma, output):
    there = (~np.isnan(image)).astype(np.float32)
    np.divide(ndimage.gaussian_filter(np.nan_to_num(image), sigma), ndimage.gaussian_filter(there, sigma), out=output)


def magnitude(image, size, output):
    np.hypot(ndimage.sobel(image, 0), ndimage.sobel(image, 1), out=output)


FILTERS = {
    "gaussian": lambda image, sigma, output: ndimage.gaussian_filter(image, sigma, output=output),
    "median": lambda image, size, output: ndimage.median_filter(image, size, output=output),
    "uniform": lambda image, size, output: ndimage.uniform_filter(image, size, output=output),
    "minimum": lambda image, size, output: ndimage.minimum_filter(image, size, output=output),
    "maximum": lambda image, size, output: ndimage.maximum_filter(image, size, output=output),
    "sobel-x": lambda image, size, output: ndimage.sobel(image, 1, output=output),
    "sobel-y": lambda image, size, output: ndimage.sobel(image, 0, output=output),
    "sobel-magnitude": magnitude,
    "nan-gaussian": nan_gaussian,
    "nan-uniform": nan_uniform,
    "nan-median": lambda image, size, output: ndimage.generic_filter(image, np.nanmedian, size, output=output),
}


def made_for(filter, rows, cols, dtype, size):
    data = images(rows, cols, dtype)
    out = np.empty((rows, cols), np.float64 if dtype == "float64" else np.float32)

    def run(k):
        FILTERS[filter](data[k], size, out)
        return out

    return run


made = {}
for line in sys.stdin:
    job = json.loads(line)
    key = json.dumps(job["what"])
    if key not in made:
        made = {key: made_for(*job["what"])}
        made[key](0)
    run = made[key]
    times = []
    for k in range(job["runs"]):
        start = time.perf_counter()
        out = run((job["first"] + k) % INPUTS)
        times.append((time.perf_counter() - start) * 1e3)
    flat = out.ravel().astype(float)
    print(json.dumps({"times": times, "check": float(np.sum(flat * (np.arange(flat.size) % 101 + 1)))}), flush=True)
