#!/usr/bin/python3
"""Writes curves.json: what scipy and numpy say of some curves, for the tests of this pack. Needs scipy (made with 1.10.1)."""
import json
import os

import numpy as np
import scipy
from scipy.signal import find_peaks, peak_prominences

HERE = os.path.dirname(os.path.abspath(__file__))
rng = np.random.default_rng(5)
x = np.linspace(0.5, 12, 240)
rings = sum(a * np.exp(-0.5 * ((x - c) / s) ** 2) for a, c, s in ((50, 3, 0.1), (20, 5, 0.2), (80, 8, 0.08), (5, 10, 0.1)))
curves = {
    "rings": (x, rings + 10 / x + rng.normal(0, 0.5, x.size)),
    "walk": (x, np.cumsum(rng.normal(0, 1, x.size))),
    "steps": (np.arange(200.0), rng.integers(0, 5, 200).astype(float)),  # many flat tops
    "flat": (np.arange(20.0), np.ones(20)),
}
out = {"scipy": scipy.__version__, "curves": {}}
for name, (axis, y) in curves.items():
    case = {"x": axis.tolist(), "y": y.tolist(), "peaks": {}}
    for prominence in (0, 1, 3):
        peaks, more = find_peaks(y, prominence=prominence)
        case["peaks"][str(prominence)] = {"index": peaks.tolist(), "prominence": more["prominences"].tolist()}
        assert np.array_equal(peak_prominences(y, peaks)[0], more["prominences"])
    inside = (axis >= 2) & (axis <= 9)
    for key, at in (("all", np.ones(axis.size, bool)), ("2 to 9", inside)):
        case[key] = {"sum": float(y[at].sum()), "area": float(np.trapz(y[at], axis[at])), "peak": float(y[at].max()), "position": float(axis[at][np.argmax(y[at])]),
                     "centre": float((axis[at] * y[at]).sum() / y[at].sum())}
    out["curves"][name] = case
json.dump(out, open(os.path.join(HERE, "curves.json"), "w"), separators=(",", ":"))
print(os.path.getsize(os.path.join(HERE, "curves.json")), "bytes")
