#!/usr/bin/python3
"""Writes golden.json: scipy.ndimage.gaussian_filter on one small image, for the tests of this pack (made with scipy 1.10.1)."""
import json
import os

import numpy as np
import scipy
from scipy import ndimage

rng = np.random.default_rng(5)
image = rng.integers(0, 4096, (19, 26)).astype(np.uint16)
cases = [dict(sigma=[5, 5]), dict(sigma=[1.5, 1.5], mode="nearest"), dict(sigma=[2, 2], mode="constant", cval=100), dict(sigma=[2, 2], mode="wrap"),
         dict(sigma=[2, 2], mode="mirror"), dict(sigma=[3, 1]), dict(sigma=[3, 3], truncate=3), dict(sigma=[0, 2]), dict(sigma=[9, 9], mode="mirror")]
for case in cases:
    case["expected"] = [float(f"{x:.12g}") for x in ndimage.gaussian_filter(image.astype(float), **case).ravel()]
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden.json")
json.dump({"scipy": scipy.__version__, "shape": image.shape, "image": image.ravel().tolist(), "cases": cases}, open(path, "w"), separators=(",", ":"))
print(os.path.getsize(path), "bytes")
