#!/usr/bin/python3
"""The peers of bench/peaks.ts: peakfinder8 compiled by numba (a plain loop over the image for each pass, float32 data, as the C++ has it), droplets by
scipy.ndimage, counts and sums by numpy; one thread. Images come in a file. Reads jobs (JSON lines), answers times in ms."""
import json
import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[name] = "1"
import numba
import numpy as np
from scipy import ndimage


@numba.njit
def radial(image, bins, masked, n, min_snr, threshold, mean, upper):
    low, high = np.full(n, -np.inf), np.full(n, np.inf)
    for _ in range(5):
        count, total, squares = np.zeros(n), np.zeros(n), np.zeros(n)
        for i in range(image.size):
            if masked[i]:
                continue
            b = bins[i]
            v = image[i]
            if v > low[b] and v < high[b]:
                count[b] += 1
                total[b] += v
                squares[b] += np.float64(v) * v
        for b in range(n):
            if count[b] > 0:
                mean[b] = total[b] / count[b]
                sigma = np.sqrt(max(squares[b] / count[b] - mean[b] ** 2, 0))
                low[b] = mean[b] - min_snr * sigma
                high[b] = max(mean[b] + min_snr * sigma, threshold)
            else:
                low[b], high[b] = -np.inf, np.inf
    upper[:] = high


@numba.njit
def search(image, bins, masked, state, queue, mean, upper, rows, cols, prows, pcols, least, most, radius, min_snr, out):
    found = 0
    state[:] = 0
    for top in range(0, rows, prows):
        for left in range(0, cols, pcols):
            for y0 in range(1, prows - 1):
                for x0 in range(1, pcols - 1):
                    first = (top + y0) * cols + left + x0
                    if state[first] or masked[first] or not image[first] > upper[bins[first]]:
                        continue
                    queue[0] = first
                    state[first] = 1
                    n, k = 1, 0
                    raw, raw_x, raw_y, excess, excess_x, excess_y, greatest = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -np.inf
                    while k < n:
                        i = queue[k]
                        k += 1
                        y, x = i // cols - top, i % cols - left
                        v = np.float64(image[i])
                        e = v - mean[bins[i]]
                        raw += v
                        raw_x += v * x
                        raw_y += v * y
                        excess += e
                        excess_x += e * x
                        excess_y += e * y
                        greatest = max(greatest, v)
                        for ny in range(max(0, y - 1), min(prows, y + 2)):
                            for nx in range(max(0, x - 1), min(pcols, x + 2)):
                                j = (top + ny) * cols + left + nx
                                if state[j] == 0 and not masked[j] and image[j] > upper[bins[j]]:
                                    state[j] = 1
                                    queue[n] = j
                                    n += 1
                    if n < least or n > most:
                        continue
                    cy, cx = int(np.rint(excess_y / excess)), int(np.rint(excess_x / excess))
                    count, total, squares, top_v = 0, 0.0, 0.0, -np.inf
                    for y in range(max(0, cy - radius), min(prows, cy + radius)):
                        for x in range(max(0, cx - radius), min(pcols, cx + radius)):
                            if (y - cy) ** 2 + (x - cx) ** 2 > radius * radius:
                                continue
                            j = (top + y) * cols + left + x
                            if masked[j] or image[j] > upper[bins[j]]:
                                continue
                            v = np.float64(image[j])
                            count += 1
                            total += v
                            squares += v * v
                            top_v = max(top_v, v)
                    if count == 0:
                        continue
                    bg = total / count
                    sigma = np.sqrt(max(squares / count - bg * bg, 0))
                    signal = raw - n * bg
                    if signal / sigma >= min_snr and greatest >= top_v:
                        for c, value in enumerate((raw_x / raw + left, raw_y / raw + top, signal, float(n), greatest - bg, sigma, signal / sigma)):
                            out[found, c] = value
                        found += 1
    return found


def load(file, count, rows, cols):
    return np.fromfile(file, np.float32).reshape(count, rows, cols)


def peaks(file, count, rows, cols, prows, pcols):
    data = load(file, count, rows, cols).reshape(count, -1)
    yy, xx = np.mgrid[:rows, :cols]
    bins = np.rint(np.hypot(yy - (rows - 1) / 2, xx - (cols - 1) / 2)).astype(np.int32).ravel()
    n = int(bins.max()) + 1
    masked, state, queue = np.zeros(rows * cols, np.uint8), np.zeros(rows * cols, np.uint8), np.zeros(rows * cols, np.int32)
    mean, upper, out = np.zeros(n), np.zeros(n), np.zeros((2048, 7))

    def run(k):
        radial(data[k], bins, masked, n, 6.0, 20.0, mean, upper)
        found = search(data[k], bins, masked, state, queue, mean, upper, rows, cols, prows, pcols, 2, 60, 8, 6.0, out)
        return [found, float(out[:found, 2].sum())]

    return run


def droplets(file, count, rows, cols):
    data = load(file, count, rows, cols)

    def run(k):
        labels, n = ndimage.label(data[k] > 60)
        photons = np.floor(np.bincount(labels.ravel(), data[k].ravel(), n + 1)[1:] / 100 + 0.5)
        return [n, float(photons.sum())]

    return run


def lit(file, count, rows, cols):
    data = load(file, count, rows, cols)
    return lambda k: [int((data[k] > 60).sum()), 0]


def bragg(file, count, rows, cols):
    data = load(file, count, rows, cols)
    regions = [(100 + 90 * r, 140 + 90 * r) for r in range(4)]

    def run(k):
        sums = []
        for a, b in regions:
            cut = data[:, a:b, a:b].astype(float)
            sums.append(np.nansum(cut, axis=(1, 2)))
            weight = np.where(np.isnan(cut), 0, np.maximum(cut, 0))
            total = weight.sum(axis=(1, 2))
            x = (weight * np.arange(a, b)).sum(axis=(1, 2)) / total
            y = (weight * np.arange(a, b)[:, None]).sum(axis=(1, 2)) / total
        return [int(np.isfinite(x + y).sum()), float(np.sum(sums))]

    return run


KINDS = {"peaks": peaks, "droplets": droplets, "lit": lit, "bragg": bragg}
made = {}
for line in sys.stdin:
    job = json.loads(line)
    key = json.dumps(job["what"])
    if key not in made:
        kind, *args = job["what"]
        made = {key: KINDS[kind](*args)}
        made[key](0)
    run = made[key]
    times = []
    for k in range(job["runs"]):
        start = time.perf_counter()
        check = run((job["first"] + k) % job["inputs"])
        times.append((time.perf_counter() - start) * 1e3)
    print(json.dumps({"times": times, "check": check}), flush=True)
