#!/usr/bin/python3
"""Writes golden.json: statistics, projections and histograms of regions, and images over pulses, by numpy (nan-variants, float64), for the tests of this pack."""
import json
import os
import warnings

import numpy as np

warnings.simplefilter("ignore")
rng = np.random.default_rng(7)
image = rng.normal(10, 3, (11, 14)).astype(np.float32)
image[rng.random(image.shape) < 0.1] = np.nan
y0, y1, x0, x1 = 2, 9, 3, 12
part = image[y0:y1, x0:x1].astype(float)
numbers = lambda a: [None if np.isnan(x) else float(x) for x in np.asarray(a, dtype=float).ravel()]

yy, xx = np.mgrid[: image.shape[0], : image.shape[1]] + 0.5
distance = np.hypot(xx - 6.2, yy - 5.1)
# A triangle: on one side of each of its three lines.
corners = [(1.0, 1.0), (13.0, 3.0), (4.0, 10.5)]
side = lambda a, b: (b[0] - a[0]) * (yy - a[1]) - (b[1] - a[1]) * (xx - a[0])
inside = {
    "rectangle": ([2.6, 1.2, 11.4, 8.9], (xx >= 2.6) & (xx < 11.4) & (yy >= 1.2) & (yy < 8.9)),
    "circle": ([6.2, 5.1, 3.7], distance < 3.7),
    "ring": ([6.2, 5.1, 2.3, 4.9], (distance >= 2.3) & (distance < 4.9)),
    "polygon": ([c for corner in corners for c in corner], (side(corners[0], corners[1]) >= 0) & (side(corners[1], corners[2]) > 0) & (side(corners[2], corners[0]) > 0)),
}


def statistics(values):
    v = values.astype(float)
    mean, var = np.nanmean(v), np.nanvar(v)
    return dict(mean=mean, sum=np.nansum(v), median=np.nanmedian(v), min=np.nanmin(v), max=np.nanmax(v), std=np.sqrt(var), var=var, stdNorm=np.sqrt(var) / mean, varNorm=var / mean**2, count=int(np.isfinite(v).sum()))


def of_region(numbers_of, mask):
    masked = np.where(mask, image.astype(float), np.nan)
    rows, cols = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    box = masked[rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1]
    curve = np.nanmean(box, 0)
    axis = np.arange(cols[0], cols[-1] + 1)
    good = ~np.isnan(curve) & (axis >= 4) & (axis <= 9)
    values = masked[~np.isnan(masked)]
    some = values[(values >= 5) & (values <= 15)]
    return dict(
        numbers=numbers_of, pixels=int(mask.sum()), statistics=statistics(masked[mask]), first=[int(cols[0]), int(rows[0])], meanX=numbers(curve), sumY=numbers(np.where(np.isnan(box).all(1), np.nan, np.nansum(box, 1))),
        aucX=numbers(curve / np.trapz(curve[good], axis[good])), aucSum=float(np.nansum((curve / np.trapz(curve[good], axis[good]))[(axis >= 5) & (axis <= 8)])),
        histogram=numbers(np.histogram(some, 8, (5, 15))[0]), ofRange=[float(np.mean(some)), float(np.median(some)), float(np.std(some))], dynamic=numbers(np.histogram(values, 6)[0]), edges=numbers(np.histogram(values, 6)[1]),
    )


stack = rng.normal(50, 9, (5, 7, 8)).astype(np.float32)
stack[rng.random(stack.shape) < 0.15] = np.nan
stack[:, 2, 3] = np.nan
some = [0, 3, 4]
images = lambda s: dict(mean=numbers(np.nanmean(s, 0)), sum=numbers(np.where(np.isnan(s).all(0), np.nan, np.nansum(s, 0))), min=numbers(np.nanmin(s, 0)), max=numbers(np.nanmax(s, 0)), std=numbers(np.nanstd(s, 0)), var=numbers(np.nanvar(s, 0)), count=numbers((~np.isnan(s)).sum(0)))
json.dump({
    "numpy": np.__version__, "shape": image.shape, "image": numbers(image), "region": dict(y0=y0, y1=y1, x0=x0, x1=x1), "sum": float(np.nansum(part)), "mean": float(np.nanmean(part)),
    "sumX": numbers(np.nansum(part, 0)), "sumY": numbers(np.nansum(part, 1)), "meanX": numbers(np.nanmean(part, 0)), "meanY": numbers(np.nanmean(part, 1)),
    "regions": {kind: of_region(*given) for kind, given in inside.items()},
    "stackShape": stack.shape, "stack": numbers(stack), "pulses": some, "all": images(stack.astype(float)), "some": images(stack[some].astype(float)),
}, open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden.json"), "w"), separators=(",", ":"))
