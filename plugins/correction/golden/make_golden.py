#!/usr/bin/python3
"""Writes golden.json: (raw - dark) * gain by numpy in float32, for the tests of this pack. Values are exact: float32 printed in full."""
import json
import os

import numpy as np

rng = np.random.default_rng(6)
raw = rng.integers(0, 65536, (3, 7, 9)).astype(np.uint16)
dark = (5000 + 50 * rng.standard_normal((7, 9))).astype(np.float32)
gain = (1 + 0.1 * rng.standard_normal((7, 9))).astype(np.float32)
out = (raw - dark) * gain
assert out.dtype == np.float32
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden.json")
numbers = lambda a: [float(x) for x in a.ravel()]
json.dump({"numpy": np.__version__, "shape": raw.shape, "raw": raw.ravel().tolist(), "dark": numbers(dark), "gain": numbers(gain), "expected": numbers(out)}, open(path, "w"), separators=(",", ":"))
print(os.path.getsize(path), "bytes")
