#!/usr/bin/python3
"""Writes golden.json for the tests of this pack: droplets by scipy.ndimage, sums by numpy, p(k) by scipy.stats, peaks by a plain peakfinder8 in numpy."""
import json
import os

import numpy as np
from scipy import ndimage, stats

HERE = os.path.dirname(os.path.abspath(__file__))
rng = np.random.default_rng(2014)


def peakfinder8(image, mask, radius, panel, threshold, min_snr, least, most, background):
    """Barty et al., J. Appl. Cryst. 47 (2014) 1118, pixel by pixel. Rows: x, y, total, npix, max, sigma, snr."""
    bins = np.rint(radius).astype(int)
    mean, upper = {}, {}
    for b in np.unique(bins[~mask]):
        values = image[(bins == b) & ~mask]
        low, high = -np.inf, np.inf
        for _ in range(5):
            inside = values[(values > low) & (values < high)]
            if inside.size == 0:
                low, high = -np.inf, np.inf
                continue
            m, s = inside.mean(), np.sqrt(max((inside**2).mean() - inside.mean() ** 2, 0))
            low, high = m - min_snr * s, max(m + min_snr * s, threshold)
        mean[b], upper[b] = m, high if inside.size else np.inf
    lit = np.zeros(image.shape, bool)
    for y, x in np.ndindex(*image.shape):
        lit[y, x] = not mask[y, x] and image[y, x] > upper[bins[y, x]]
    peaks = []
    for top in range(0, image.shape[0], panel[0]):
        for left in range(0, image.shape[1], panel[1]):
            part = np.s_[top:top + panel[0], left:left + panel[1]]
            v, on, off, b = image[part], lit[part], mask[part], bins[part]
            labels, _ = ndimage.label(on, np.ones((3, 3)))
            seeds = [n for n in labels[1:-1, 1:-1].ravel() if n]
            for n in dict.fromkeys(seeds):
                ys, xs = np.nonzero(labels == n)
                if not least <= ys.size <= most:
                    continue
                raw = v[ys, xs]
                excess = raw - [mean[k] for k in b[ys, xs]]
                cy, cx = (int(np.rint((excess * at).sum() / excess.sum())) for at in (ys, xs))
                r = 2 * background
                around = [v[cy + dy, cx + dx] for dy in range(-r, r) for dx in range(-r, r)
                          if dy * dy + dx * dx <= r * r and 0 <= cy + dy < panel[0] and 0 <= cx + dx < panel[1]
                          and not on[cy + dy, cx + dx] and not off[cy + dy, cx + dx]]
                if not around:
                    continue
                bg, sigma = np.mean(around), np.std(around)
                total = (raw - bg).sum()
                if total / sigma >= min_snr and raw.max() >= max(around):
                    peaks.append([(raw * xs).sum() / raw.sum() + left, (raw * ys).sum() / raw.sum() + top, total, ys.size, raw.max() - bg, sigma, total / sigma])
    return peaks


def plain(array):
    return [None if np.isnan(x) else float(x) for x in np.asarray(array, float).ravel()]


def short(array):
    """Of float32 values with one digit behind the point."""
    return [None if np.isnan(x) else round(float(x), 1) for x in array.ravel()]


ROWS, COLS, PANEL = 60, 80, (60, 40)
CENTRE = (33.3, 71.0)  # x, y: the beam misses the detector
yy, xx = np.mgrid[:ROWS, :COLS]
radius = np.hypot(yy - CENTRE[1], xx - CENTRE[0])
image = 12 + 60 / (1 + radius / 12)
spots = []
for _ in range(14):
    y, x, height = rng.uniform(0, ROWS), rng.uniform(0, COLS), rng.uniform(80, 600)
    image = image + height * np.exp(-((yy - y) ** 2 + (xx - x) ** 2) / (2 * 0.9**2))
image = rng.poisson(image).astype(float)
mask = rng.random(image.shape) < 0.03
LIMITS = dict(threshold=30, min_snr=5, least=2, most=50, background=3)
peaks = peakfinder8(image, mask, radius, PANEL, **LIMITS)

# Photons of 100 ADU, their charge shared with a neighbour, and noise.
PHOTON, ABOVE = 100, 18
true = rng.negative_binomial(2.0, 2.0 / (2.0 + 0.08), (40, 50))
charge = rng.normal(0, 4, true.shape)
for y, x in np.ndindex(*true.shape):
    for _ in range(true[y, x]):
        share = rng.uniform(0.5, 1)
        charge[y, x] += PHOTON * share
        dy, dx = ((0, 1), (1, 0), (0, -1), (-1, 0))[rng.integers(4)]
        charge[(y + dy) % 40, (x + dx) % 50] += PHOTON * (1 - share)
charge = np.float32(np.round(charge, 1))
labels, n = ndimage.label(charge > ABOVE)
which = np.arange(1, n + 1)
double = charge.astype(float)
total = ndimage.sum_labels(double, labels, which)
centre = np.array(ndimage.center_of_mass(double, labels, which))

# A Bragg peak that walks over pulses; NaN and negative pixels.
stack = np.float32(rng.normal(2, 3, (5, 30, 34)))
for p in range(5):
    stack[p, 8:20, 10:22] += np.float32(300 * np.exp(-((np.arange(8, 20)[:, None] - 13.2 - 0.3 * p) ** 2 + (np.arange(10, 22) - 15.6 + 0.2 * p) ** 2) / 4))
stack = np.float32(np.round(stack, 1))
stack[1, 12, 15] = np.nan
region = np.s_[:, 8:20, 10:22]
cutout = stack[region].astype(float)
weight = np.where(np.isnan(cutout), 0, np.maximum(cutout, 0))
edge = np.ones((12, 12), bool)
edge[1:-1, 1:-1] = False
border = np.nanmean(np.where(edge, cutout, np.nan), axis=(1, 2))

golden = {
    "peaks": {"shape": [ROWS, COLS], "panel": PANEL, "centre": CENTRE, "limits": LIMITS, "image": image.astype(int).ravel().tolist(), "mask": np.flatnonzero(mask).tolist(), "peaks": [[float(x) for x in peak] for peak in peaks]},
    "lit": {"threshold": 60, "all": int((image > 60).sum()), "panels": [int((image[:, k:k + 40] > 60).sum()) for k in (0, 40)], "unmasked": int(((image > 60) & ~mask).sum())},
    "droplets": {"shape": list(charge.shape), "threshold": ABOVE, "photon": PHOTON, "image": short(charge), "x": plain(centre[:, 1]), "y": plain(centre[:, 0]), "total": plain(total),
                 "npix": plain(ndimage.sum_labels(np.ones_like(double), labels, which)), "photons": plain(np.floor(total / PHOTON + 0.5)), "true": int(true.sum())},
    "bragg": {"shape": list(stack.shape), "region": [10, 8, 22, 20], "stack": short(stack), "intensity": plain(np.nansum(cutout, axis=(1, 2))), "border": plain(np.nansum((cutout - border[:, None, None])[:, 1:-1, 1:-1], axis=(1, 2))),
              "x": plain((weight * np.arange(10, 22)).sum((1, 2)) / weight.sum((1, 2))), "y": plain((weight * np.arange(8, 20)[:, None]).sum((1, 2)) / weight.sum((1, 2))),
              "lineoutX": plain(np.nansum(cutout, axis=1).mean(0)), "lineoutY": plain(np.nansum(cutout, axis=2).mean(0))},
    "speckle": {"contrast": float(np.nanvar(cutout[1]) / np.nanmean(cutout[1]) ** 2), "mean": 0.3, "modes": 2.5, "p": plain(stats.nbinom.pmf(np.arange(8), 2.5, 2.5 / 2.8)), "poisson": plain(stats.poisson.pmf(np.arange(8), 0.3))},
}
json.dump(golden, open(os.path.join(HERE, "golden.json"), "w"), separators=(",", ":"))
print(len(peaks), "peaks,", n, "droplets,", os.path.getsize(os.path.join(HERE, "golden.json")), "bytes")
