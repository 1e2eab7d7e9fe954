#!/usr/bin/python3
"""Writes golden.json: spectra of simulated pulses by scipy.stats.binned_statistic, for the tests of this pack."""
import json
import os

import numpy as np
import scipy
from scipy.stats import binned_statistic, binned_statistic_2d

rng = np.random.default_rng(31)
trains, pulses, bins, threshold, least = 40, 6, 9, 300.0, 1.0


def short(values):
    """Few digits, the same numbers for both."""
    return np.vectorize(lambda v: float(f"{v:.9g}"))(values)


def numbers(values):
    """JSON has no NaN."""
    return [None if np.isnan(v) else float(v) for v in np.asarray(values, float).ravel()]


energy = short(rng.uniform(770, 800, trains))
current = short(rng.choice([-3.0, 3.0, 0.2], trains, p=[0.45, 0.45, 0.1]))
i0 = short(np.abs(rng.normal(900, 350, (trains, pulses))))
mu = 0.3 + 0.6 * np.exp(-0.5 * ((energy - 780) / 4) ** 2) * (1 + 0.2 * np.sign(current))
mcp1 = short(-i0 * np.exp(-mu)[:, None] * (1 + 0.02 * rng.standard_normal(i0.shape)))
mcp4 = short(-i0 * 0.2 * mu[:, None] * (1 + 0.02 * rng.standard_normal(i0.shape)))
e, c = np.repeat(energy, pulses), np.repeat(current, pulses)
a, m1, m4 = i0.ravel(), mcp1.ravel(), mcp4.ravel()
span = (772.0, 798.0)


def mean(x, y, mask):
    return binned_statistic(x[mask], y[mask], "mean", bins, range=span).statistic


def absorption(mask):
    return -np.log(-mean(e, m1, mask) / mean(e, a, mask)), -mean(e, m4, mask) / mean(e, a, mask)


bright = a > threshold
positive, negative = bright & (c > least), bright & (c < -least)
a1, a4 = absorption(bright)
p1, p4 = absorption(positive)
n1, n4 = absorption(negative)

delay = short(rng.normal(0, 2, trains))
rois = short(rng.uniform(100, 900, (trains, 3)))
rois[5, 2] = 0
rois[9, 0] = -4
with np.errstate(all="ignore"):
    ratios = {"a13": -np.log(rois[:, 0] / rois[:, 2]), "a23": -np.log(rois[:, 1] / rois[:, 2]), "a21": -np.log(rois[:, 1] / rois[:, 0])}
curves, spreads, ranged = [], [], []
for ratio in ratios.values():
    there = np.isfinite(ratio)
    whole = (delay.min(), delay.max())
    curves.append(binned_statistic(delay[there], ratio[there], "mean", 6, range=whole).statistic)
    spreads.append(binned_statistic(delay[there], ratio[there], "std", 6, range=whole).statistic)
    ranged.append(binned_statistic(delay[there], ratio[there], "mean", 4, range=(-1, 1)).statistic)
there = np.isfinite(ratios["a21"])
plane = binned_statistic_2d(energy[there], delay[there], ratios["a21"][there], "mean", [3, 5], range=[(energy.min(), energy.max()), (delay.min(), delay.max())]).statistic
golden = {
    "scipy": scipy.__version__, "trains": trains, "pulses": pulses, "bins": bins, "threshold": threshold, "least": least, "span": span,
    "energy": numbers(energy), "current": numbers(current), "i0": numbers(i0), "mcp1": numbers(mcp1), "mcp4": numbers(mcp4),
    "count": binned_statistic(e[bright], a[bright], "count", bins, range=span).statistic.tolist(), "meanI0": numbers(mean(e, a, bright)), "a1": numbers(a1), "a4": numbers(a4),
    "countPositive": binned_statistic(e[positive], a[positive], "count", bins, range=span).statistic.tolist(), "p1": numbers(p1), "n1": numbers(n1), "difference1": numbers(p1 - n1), "sum4": numbers(p4 + n4),
    "below": int((~bright).sum()), "noField": int((bright & (np.abs(c) <= least)).sum()),
    "delay": numbers(delay), "rois": numbers(rois), "a13": numbers(ratios["a13"][:4]), "curves": numbers(curves), "spreads": numbers(spreads), "ranged": numbers(ranged), "plane": numbers(plane),
}
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden.json")
with open(path, "w") as file:
    json.dump(golden, file, separators=(",", ":"))
print(os.path.getsize(path), "bytes")
