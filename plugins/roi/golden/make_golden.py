#!/usr/bin/python3
"""Writes golden.json: sums, means and projections of a rectangle by numpy (nan-variants, float64), for the tests of this pack."""
import json
import os

import numpy as np

rng = np.random.default_rng(7)
image = rng.normal(10, 3, (11, 14)).astype(np.float32)
image[rng.random(image.shape) < 0.1] = np.nan
y0, y1, x0, x1 = 2, 9, 3, 12
part = image[y0:y1, x0:x1].astype(float)
numbers = lambda a: [None if np.isnan(x) else float(x) for x in np.asarray(a).ravel()]
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden.json")
json.dump({"numpy": np.__version__, "shape": image.shape, "image": numbers(image), "region": dict(y0=y0, y1=y1, x0=x0, x1=x1), "sum": float(np.nansum(part)), "mean": float(np.nanmean(part)),
           "sumX": numbers(np.nansum(part, 0)), "sumY": numbers(np.nansum(part, 1)), "meanX": numbers(np.nanmean(part, 0)), "meanY": numbers(np.nanmean(part, 1))}, open(path, "w"), separators=(",", ":"))
print(os.path.getsize(path), "bytes")
