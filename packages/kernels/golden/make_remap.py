#!/usr/bin/python3
"""Writes remap.json: griddata of scipy.interpolate at points in no order, and an image taken through a map by cubic convolution in numpy (every weight of
every pixel of a kernel that is evaluated by its distance, so that the formula is written in another way than in src/remap.ts)."""
import json
import os

import numpy as np
import scipy
from scipy.interpolate import griddata
from scipy.spatial import Delaunay

rng = np.random.default_rng(6)
ROWS, COLUMNS = 24, 31
points = np.round(rng.random((60, 2)) * [30, 38] - [3, 4], 3)
values = np.round(rng.standard_normal((60, 2)) * 10, 4)
grid = np.mgrid[:ROWS, :COLUMNS]
filled = griddata(points, values, tuple(grid), method="linear")

A = -0.75


def kernel(d):
    d = np.abs(d)
    return np.where(d <= 1, (A + 2) * d**3 - (A + 3) * d**2 + 1, np.where(d < 2, A * d**3 - 5 * A * d**2 + 8 * A * d - 4 * A, 0))


image = rng.integers(0, 4096, (ROWS, COLUMNS))
row = np.round(grid[0] * 1.05 + 2 * np.sin(grid[1] / 5) - 1, 4)
column = np.round(grid[1] * 0.97 + 1.5 * np.cos(grid[0] / 4), 4)
weight = kernel(row[..., None] - np.arange(-4, ROWS + 4))[..., :, None] * kernel(column[..., None] - np.arange(-4, COLUMNS + 4))[..., None, :]
results = {"constant": (weight * np.pad(image, 4, constant_values=50)).sum((-1, -2)), "nearest": (weight * np.pad(image, 4, mode="edge")).sum((-1, -2))}

numbers = lambda a: [None if np.isnan(v) else float(v) for v in np.ravel(a)]
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "remap.json")
with open(path, "w") as out:
    json.dump({"numpy": np.__version__, "scipy": scipy.__version__, "shape": [ROWS, COLUMNS], "points": numbers(points), "values": [numbers(v) for v in values.T], "triangles": Delaunay(points).simplices.tolist(),
               "filled": [numbers(filled[..., k].round(9)) for k in (0, 1)], "image": image.ravel().tolist(), "row": numbers(row), "column": numbers(column), "remapped": {k: numbers(v.round(8)) for k, v in results.items()}}, out, separators=(",", ":"))
print(os.path.getsize(path), "bytes")
