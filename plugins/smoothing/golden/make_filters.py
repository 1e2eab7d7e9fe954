#!/usr/bin/python3
"""Writes filters.json: scipy.ndimage's filters with a window on one small image, for the tests of this pack (made with scipy 1.10.1).

Those that leave NaN out: numpy.nanmean, nanmedian, nanmin and nanmax of each window (ndimage.generic_filter); for the Gaussian the filtered image with 0 for NaN
over the filtered weights. Edges: Canny's steps in numpy, with ndimage.label for what hangs together.
"""
import json
import os
import warnings

import numpy as np
import scipy
from scipy import ndimage

warnings.filterwarnings("ignore")
rng = np.random.default_rng(6)
shape = (14, 19)
image = rng.integers(0, 4096, shape).astype(float)
image[3, 4:9] = image[3, 4]
holes = rng.random(shape) < 0.2
holes[6:11, 8:15] = True
gaps = np.where(holes, np.nan, image)
y, x = np.mgrid[: shape[0], : shape[1]]
disk = np.round(1000 / (1 + np.exp(2 * (np.hypot(y - 6.3, x - 8.8) - 4.4))) + rng.integers(0, 120, shape))


def edges(image, sigma, low, high, **outside):
    smooth = ndimage.gaussian_filter(image, sigma, **outside)
    gy, gx = (ndimage.sobel(smooth, axis, **outside) for axis in (0, 1))
    slope = np.sqrt(gx * gx + gy * gy)
    turn = np.round(np.degrees(np.arctan2(gy, gx)) / 45).astype(int) % 4
    padded = np.pad(slope, 1)
    keep = np.zeros(image.shape, bool)
    for sector, (dy, dx) in enumerate([(0, 1), (1, 1), (1, 0), (1, -1)]):
        # Of equal neighbours the one to the left, or above, stays.
        before = padded[1 - dy : 1 - dy + shape[0], 1 - dx : 1 - dx + shape[1]]
        after = padded[1 + dy : 1 + dy + shape[0], 1 + dx : 1 + dx + shape[1]]
        keep |= (turn == sector) & (slope > before) & (slope >= after)
    labels, count = ndimage.label(keep & (slope >= low), np.ones((3, 3)))
    strong = np.unique(labels[keep & (slope >= high)])
    return np.where(np.isin(labels, strong[strong > 0]), slope, 0)


def nan_gaussian(image, sigma, **outside):
    weights = ndimage.gaussian_filter((~np.isnan(image)).astype(float), sigma, **{**outside, **({"cval": 1} if "cval" in outside else {})})
    return ndimage.gaussian_filter(np.nan_to_num(image), sigma, **outside) / np.where(weights > 0, weights, np.nan)


def window(name, size, **outside):
    how = getattr(np, {"Uniform": "nanmean", "Median": "nanmedian", "Minimum": "nanmin", "Maximum": "nanmax"}[name])
    return ndimage.generic_filter(gaps, how, size=size, **outside)


modes = [dict(mode="reflect"), dict(mode="nearest"), dict(mode="mirror"), dict(mode="constant", cval=700), dict(mode="wrap")]
sizes = {"uniform": [(5, 5), (3, 4)], "median": [(3, 3), (5, 5), (3, 7), (4, 2)], "minimum": [(5, 5), (2, 3)], "maximum": [(5, 5), (7, 1)]}
cases = []


def add(filter, on, of, expected, **options):
    cases.append(dict(filter=filter, on=on, of=of, options=options, expected=[None if np.isnan(v) else float(f"{v:.13g}") for v in np.asarray(expected, float).ravel()]))


for outside in modes:
    for name, list_of in sizes.items():
        for size in list_of:
            add(f"{name}Filter", "image", size, getattr(ndimage, f"{name}_filter")(image, size=size, **outside), **outside)
    for axis, direction in enumerate("yx"):
        add("sobel", "image", direction, ndimage.sobel(image, axis, **outside), **outside)
    add("sobel", "image", "magnitude", np.hypot(ndimage.sobel(image, 0, **outside), ndimage.sobel(image, 1, **outside)), **outside)
    for name in ("Uniform", "Median", "Minimum", "Maximum"):
        add(f"nan{name}Filter", "gaps", (3, 3), window(name, (3, 3), **outside), **outside)
    add("nanGaussianFilter", "gaps", (1, 1), nan_gaussian(gaps, 1, **outside), **outside)
    add("edges", "disk", dict(sigma=1.2, low=300, high=900), edges(disk, 1.2, 300, 900, **outside), **outside)
for name in ("Uniform", "Median", "Minimum", "Maximum"):
    for size in ((4, 3), (5, 9)):
        add(f"nan{name}Filter", "gaps", size, window(name, size, mode="reflect"), mode="reflect")
    add(f"nan{name}Filter", "gaps", (3, 5), window(name, (3, 5), mode="constant", cval=np.nan), mode="constant", cval=None)
for size in ((31, 3), (9, 41)):
    for name in ("uniform", "median", "minimum", "maximum"):
        add(f"{name}Filter", "image", size, getattr(ndimage, f"{name}_filter")(image, size=size, mode="reflect"), mode="reflect")

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "filters.json")
whole = {"scipy": scipy.__version__, "shape": shape, "images": {"image": image, "gaps": gaps, "disk": disk}, "cases": cases}
whole["images"] = {name: [None if np.isnan(v) else int(v) for v in values.ravel()] for name, values in whole["images"].items()}
json.dump(whole, open(path, "w"), separators=(",", ":"))
print(len(cases), "cases,", os.path.getsize(path), "bytes", {n: sum(c["expected"].count(0.0) for c in cases if c["filter"] == n) for n in ("edges",)})
