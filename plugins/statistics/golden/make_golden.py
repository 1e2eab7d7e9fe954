#!/usr/bin/python3
"""Writes golden.json: means over trains and histograms by numpy, for the tests of this pack."""
import json
import os

import numpy as np

rng = np.random.default_rng(8)
trains = rng.normal(5, 2, (12, 3, 4))
window = 4
counts, edges = np.histogram(trains, bins=15, range=(1, 9))
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden.json")
numbers = lambda a: [float(x) for x in np.asarray(a).ravel()]
json.dump({"numpy": np.__version__, "shape": trains.shape, "trains": numbers(trains), "mean": numbers(trains.mean(0)), "window": window,
           "lastMean": numbers(trains[-window:].mean(0)), "counts": counts.tolist(), "edges": numbers(edges)}, open(path, "w"), separators=(",", ":"))
print(os.path.getsize(path), "bytes")
