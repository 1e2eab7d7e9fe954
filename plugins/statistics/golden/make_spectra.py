#!/usr/bin/python3
"""Writes spectra.json: what numpy and scipy make of some curves and pairs, for the tests of spectrum, means over pulses, binning again and statistics bars."""
import json
import os

import numpy as np
import scipy
from scipy import stats

rng = np.random.default_rng(12)


def numbers(values):
    """JSON has no NaN."""
    return [None if np.isnan(v) else float(v) for v in np.asarray(values, float).ravel()]


vectors = {n: np.array([float(f"{v:.9g}") for v in rng.normal(0, 3, n)]) for n in (1, 2, 7, 30, 64, 97)}
image = np.array([float(f"{v:.9g}") for v in rng.normal(1, 2, 9 * 14)]).reshape(9, 14)
spectra = {}
for n, v in vectors.items():
    half, full = np.fft.rfft(v), np.fft.fftshift(np.fft.fft(v))
    spectra[n] = {
        "vector": numbers(v), "magnitude": numbers(np.abs(half)), "power": numbers(np.abs(half) ** 2), "shiftedReal": numbers(full.real), "shiftedImaginary": numbers(full.imag),
        "frequency": numbers(np.fft.rfftfreq(n, 0.25)), "shiftedFrequency": numbers(np.fft.fftshift(np.fft.fftfreq(n, 0.25))),
    }
plane = np.fft.fft2(image)
pulses = rng.normal(100, 10, (16, 3, 4))
pulses[2:9, 1, 2] = np.nan
pulses[:, 0, 3] = np.nan
pulses[1:, 2, 0] = np.nan
with np.errstate(all="ignore"):
    import warnings
    warnings.simplefilter("ignore")
    mean, std, std1 = np.nanmean(pulses, 0), np.nanstd(pulses, 0), np.nanstd(pulses, 0, ddof=1)

# A motor that stops at ten places, with steps between them that are seen once.
where, what = [], []
for place in range(10):
    stay = int(rng.integers(2, 30))
    where += list(place * 0.5 + rng.uniform(-0.02, 0.02, stay)) + [place * 0.5 + 0.25]
    what += list(np.sin(place) + 0.1 * rng.standard_normal(stay)) + [99.0]
where, what = np.array(where), np.array(what)
groups = [np.abs(where - place * 0.5) < 0.05 for place in range(10)]
weight = rng.uniform(0, 1, len(where))
b1 = stats.binned_statistic(where, what, "mean", 12)
b2 = stats.binned_statistic_2d(weight, where, what, "mean", [4, 6])
by_curve = [stats.binned_statistic_2d(weight, where, curve, "mean", [[0, 0.3, 0.6, 0.9], [0, 1, 2, 3, 4]]).statistic for curve in (what, what**2)]

golden = {
    "numpy": np.__version__, "scipy": scipy.__version__, "spectra": spectra, "image": numbers(image), "imageShape": image.shape,
    "plane": numbers(np.abs(plane)), "planeShifted": numbers(np.abs(np.fft.fftshift(plane))), "planePhase": numbers(np.angle(plane)),
    "pulses": numbers(pulses), "pulsesShape": pulses.shape, "mean": numbers(mean), "std": numbers(std), "std1": numbers(std1),
    "where": numbers(where), "what": numbers(what), "weight": numbers(weight),
    "barX": [where[g].mean() for g in groups], "barY": [what[g].mean() for g in groups], "barStd": [what[g].std() for g in groups], "barCount": [int(g.sum()) for g in groups],
    "binned": numbers(b1.statistic), "edges": numbers(b1.bin_edges), "binned2d": numbers(b2.statistic), "cells": numbers(np.stack(by_curve, -1)),
}
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "spectra.json")
with open(path, "w") as file:
    json.dump(golden, file, separators=(",", ":"))
print(os.path.getsize(path), "bytes")
