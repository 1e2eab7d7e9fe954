#!/usr/bin/python3
"""The peers of bench/cameras.ts: numpy and scipy on the same inputs, one thread. Reads jobs (JSON lines), answers times in ms."""
import json
import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
import numpy as np
from scipy.interpolate import griddata
from scipy.ndimage import map_coordinates
from scipy.optimize import fmin_l_bfgs_b

FRAMES = 8


def flat(rows, columns, count):
    r, c = np.mgrid[:rows, :columns]
    i = np.arange(rows * columns).reshape(rows, columns)
    dark = np.full((rows, columns), 100, np.float32)
    field = (1000 + c * 300 / columns + r * 200 / rows).astype(np.float32)
    modes = np.array([40 / (1 + m / 4) * np.sin((m + 1) * 0.013 * c + m * m * 0.011 * r) for m in range(count)], np.float32)
    sample = np.where((c > 0.4 * columns) & (c < 0.65 * columns), 0.7, 1)
    frames = []
    for k in range(FRAMES):
        own = field.astype(float) - 100
        for m in range(count):
            own += ((k * 37 + m * 53) % 200 / 100 - 1) * modes[m]
        frames.append(np.floor(100 + own * sample + (i * 7919 + k * 104729) % 21 - 10).astype(np.uint16))
    averaged = lambda a: a[..., : rows // 2 * 2, : columns // 4 * 4].reshape(*a.shape[:-2], rows // 2, 2, columns // 4, 4).mean((-3, -1), dtype=float)
    small_dark = averaged(dark)
    light, small_modes = averaged(field) - small_dark, averaged(modes).reshape(count, -1)
    means = small_modes.mean(1)
    flat_modes = modes.reshape(count, -1)

    def run(k):
        signal = averaged(frames[k % FRAMES]) - small_dark

        def variation(w):
            own = light + (w @ small_modes).reshape(light.shape)
            mean = own.mean()
            value = signal / own * mean
            dy, dx = np.zeros_like(value), np.zeros_like(value)
            dy[:-1], dx[:, :-1] = np.diff(value, axis=0), np.diff(value, axis=1)
            length = np.sqrt(dx * dx + dy * dy)
            safe = np.where(length > 0, length, 1)
            ux, uy = dx / safe, dy / safe
            slope = -ux - uy
            slope[1:] += uy[:-1]
            slope[:, 1:] += ux[:, :-1]
            return length.sum(), small_modes @ (-slope * value / own).ravel() + means * (slope * signal / own).sum()

        w = fmin_l_bfgs_b(variation, np.zeros(count), factr=2e-6 / np.finfo(float).eps)[0]
        signal = frames[k % FRAMES] - dark
        corrected = signal / (field - dark + (w.astype(np.float32) @ flat_modes).reshape(rows, columns))
        corrected *= (signal / (field - dark)).mean() / corrected.mean()
        return corrected

    return run


def points(size):
    i, j = np.mgrid[:30, :30]
    step = size / 29
    return np.c_[(i * step + 3 * np.sin(j)).ravel(), (j * step + 2 * np.cos(i)).ravel()], np.c_[(i * step).ravel(), (j * step).ravel()]


def map_(size):
    to, where = points(size)
    return lambda k: griddata(to, where, tuple(np.mgrid[:size, :size]))[..., 0]


def remap(size):
    to, where = points(size)
    grid = np.nan_to_num(griddata(to, where, tuple(np.mgrid[:size, :size])), nan=-10)
    images = [((np.arange(size * size) * 7 + k * 13) % 4096).astype(np.uint16).reshape(size, size) for k in range(4)]
    out = np.empty((size, size), np.float32)

    def run(k):
        map_coordinates(images[k % 4], [grid[..., 0], grid[..., 1]], order=3, prefilter=False, output=out)
        return out

    return run


made = {}
for line in sys.stdin:
    job = json.loads(line)
    key = json.dumps(job["what"])
    if key not in made:
        made[key] = {"flat": flat, "map": map_, "remap": remap}[job["what"][0]](*job["what"][1:])
    times, check = [], 0.0
    for k in range(job["runs"]):
        begin = time.perf_counter()
        value = made[key](k)
        times.append((time.perf_counter() - begin) * 1e3)
        check = check if k else float(np.std(value) if job["what"][0] == "flat" else np.nanmean(value))
    print(json.dumps({"times": times, "check": check}), flush=True)
