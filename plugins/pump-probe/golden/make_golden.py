#!/usr/bin/python3
"""Writes golden.json: which pulses numpy's slices take, and differences of simulated pulses, for the tests of this pack."""
import json
import os
import warnings

import numpy as np

rng = np.random.default_rng(21)
warnings.simplefilter("ignore")
count = 12
texts = [":", "::2", "1::2", "0:10:3", "-4:", ":-3", "5", "-1", "3:3", "20:30", "-100:4", "2:100", "1:-1:4"]


def taken(text):
    parts = [int(part) if part else None for part in text.split(":")]
    return np.arange(count)[slice(*parts)].tolist() if ":" in text else [int(np.arange(count)[parts[0]])]


def numbers(values):
    """JSON has no NaN."""
    return [None if np.isnan(v) else float(v) for v in np.asarray(values, float).ravel()]


x = np.linspace(0.1, 5, 25)
curves = np.array([[float(f"{v:.9g}") for v in row] for row in np.exp(-x) * (1 + 0.1 * (np.arange(count) % 2 == 0)[:, None] * np.sin(3 * x)) * rng.uniform(0.5, 2, (count, 1)) + 0.01 * rng.normal(size=(count, 25))])
curves[2:5, 7] = np.nan
curves[::2, 11] = np.nan
on, off = np.nanmean(curves[::2], 0), np.nanmean(curves[1::2], 0)
inside = (x >= 1) & (x <= 4)
area = lambda y, m: np.trapz(y[m], x[m])
clean = np.nan_to_num(curves)
clean_on, clean_off = clean[::2].mean(0), clean[1::2].mean(0)
diff = clean_on / area(clean_on, slice(None)) - clean_off / area(clean_off, slice(None))
diff_in = clean_on / area(clean_on, inside) - clean_off / area(clean_off, inside)
golden = {
    "numpy": np.__version__, "count": count, "pulses": {text: taken(text) for text in texts},
    "x": numbers(x), "curves": numbers(curves), "on": numbers(on), "off": numbers(off), "difference": numbers(on - off),
    "sum": np.nansum(on - off), "absolute": np.nansum(np.abs(on - off)), "sumInside": np.nansum((on - off)[inside]), "absoluteInside": np.nansum(np.abs(on - off)[inside]),
    "normalised": numbers(diff), "normalisedInside": numbers(diff_in), "normalisedSum": diff.sum(), "normalisedInsideAbsolute": np.abs(diff_in[inside]).sum(),
}
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden.json")
with open(path, "w") as file:
    json.dump(golden, file, separators=(",", ":"))
print(os.path.getsize(path), "bytes")
