#!/usr/bin/python3
"""Writes golden.json: what numpy and scipy make of some trains, for the tests of this pack."""
import json
import os

import numpy as np
import scipy
from scipy import stats

rng = np.random.default_rng(8)
trains = rng.normal(5, 2, (12, 3, 4))
window = 4
counts, edges = np.histogram(trains, bins=15, range=(1, 9))

# Trains with gaps, and a pixel that is now and then NaN.
ids = np.cumsum(rng.integers(1, 6, len(trains))) + 1000
holes = trains.copy()
holes[[2, 7], 1, 2] = np.nan
half_life = 7.5
weights = 0.5 ** ((ids[-1] - ids) / half_life)[:, None, None] * np.isfinite(holes)

# Pairs with noise; some are incomplete.
x = rng.normal(1e3, 30, 400)
y = 0.02 * x + rng.normal(0, 0.5, 400)
x[[3, 50]], y[[9, 50, 77]] = np.nan, np.inf
whole = np.isfinite(x) & np.isfinite(y)
a, b = x[whole], y[whole]
line = stats.linregress(a, b)
bins_x, bins_y = np.linspace(940, 1060, 13), np.linspace(18, 22, 9)

# Something to bin: a number, and a curve, for each pair.
weight = rng.exponential(3, 400)
curve = rng.normal(0, 1, (400, 3))
by_x = np.digitize(a, bins_x)
inside = [k for k in range(1, len(bins_x)) if np.any(by_x == k)]


def binned(statistic, values=weight):
    return stats.binned_statistic(a, values[whole], statistic, bins_x).statistic


def cells(statistic):
    return stats.binned_statistic_2d(b, a, weight[whole], statistic, [bins_y, bins_x]).statistic


# Bins from an origin, wide enough for at most 40 of them.
spread = rng.normal(-3, 11, 500)
width, origin, level = 0.01, 0.25, 0
while np.floor((spread.max() - origin) / (width * 2**level)) - np.floor((spread.min() - origin) / (width * 2**level)) + 1 > 40:
    level += 1
first, last = (int(np.floor((end - origin) / (width * 2**level))) for end in (spread.min(), spread.max()))
grown = origin + np.arange(first, last + 2) * (width * 2**level)

# A long course in buckets of 16 train IDs.
course_ids = np.cumsum(rng.integers(1, 4, 300)) + 5000
course = rng.normal(0, 5, 300)
buckets = [course[course_ids // 16 == k] for k in np.unique(course_ids // 16)]


def numbers(values):
    """JSON has no NaN."""
    return [None if np.isnan(v) else "inf" if np.isinf(v) else float(v) for v in np.asarray(values, float).ravel()]


golden = {
    "numpy": np.__version__, "scipy": scipy.__version__, "shape": trains.shape, "trains": numbers(trains), "mean": numbers(trains.mean(0)), "window": window,
    "lastMean": numbers(trains[-window:].mean(0)), "counts": counts.tolist(), "edges": numbers(edges),
    "ids": ids.tolist(), "holes": numbers(holes), "halfLife": half_life, "ema": numbers(np.nansum(weights * holes, 0) / weights.sum(0)),
    "sum": numbers(trains.sum(0)), "var": numbers(trains.var(0)), "var1": numbers(trains.var(0, ddof=1)), "std1": numbers(trains.std(0, ddof=1)), "holesVar": numbers(holes.var(0)),
    "fmin": numbers(np.fmin.reduce(holes)), "fmax": numbers(np.fmax.reduce(holes)),
    "x": numbers(x), "y": numbers(y), "pairs": int(whole.sum()), "meanX": a.mean(), "meanY": b.mean(), "stdX": a.std(ddof=1), "stdY": b.std(ddof=1), "covariance": np.cov(a, b)[0, 1],
    "r": line.rvalue, "slope": line.slope, "intercept": line.intercept, "slopeError": line.stderr,
    "binsX": numbers(bins_x), "binsY": numbers(bins_y), "histogram2d": numbers(np.histogram2d(a, b, [bins_x, bins_y])[0].T),
    "weight": numbers(weight), "curve": numbers(curve), "binMean": numbers(binned("mean")), "binStd": numbers(binned("std")), "binSum": numbers(binned("sum")), "binCount": numbers(binned("count")),
    "curveMean": numbers([curve[whole][by_x == k].mean(0) if k in inside else [np.nan] * 3 for k in range(1, len(bins_x))]),
    "cellMean": numbers(cells("mean")), "cellStd": numbers(cells("std")), "cellSum": numbers(cells("sum")), "cellCount": numbers(cells("count")),
    "spread": numbers(spread), "width": width, "origin": origin, "grownEdges": numbers(grown), "grownCounts": np.histogram(spread, grown)[0].tolist(),
    "courseIds": course_ids.tolist(), "course": numbers(course), "bucketIds": (np.unique(course_ids // 16) * 16).tolist(),
    "bucketCount": [len(v) for v in buckets], "bucketMin": numbers([v.min() for v in buckets]), "bucketMean": numbers([v.mean() for v in buckets]), "bucketMax": numbers([v.max() for v in buckets]),
}
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden.json")
with open(path, "w") as file:
    json.dump(golden, file, separators=(",", ":"))
print(os.path.getsize(path), "bytes,", len(buckets), "buckets, level", level)
