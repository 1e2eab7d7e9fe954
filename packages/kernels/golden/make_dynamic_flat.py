#!/usr/bin/python3
"""Writes dynamic-flat.json: a frame with a flat field of its own, corrected by numpy, its weights found by scipy's L-BFGS-B; and where scipy finds the
lowest values of two test functions. Frames are whole numbers and float32 printed in full, so that nothing is rounded on the way."""
import json
import os

import numpy as np
import scipy
from scipy.optimize import approx_fprime, fmin_l_bfgs_b

rng = np.random.default_rng(20)
ROWS, COLUMNS, COUNT, DOWN = 22, 30, 3, (2, 4)
y, x = np.mgrid[:ROWS, :COLUMNS]
exact = lambda a: np.asarray(a, np.float32).astype(np.float64)
dark = exact(90 + 5 * rng.random((ROWS, COLUMNS)))
flat = exact(1000 + 300 * np.exp(-((x - 15) ** 2 + (y - 11) ** 2) / 120) + 20 * rng.standard_normal((ROWS, COLUMNS)))
modes = exact([100 * np.sin(0.4 * x), 80 * np.cos(0.5 * y + 0.1 * x), 60 * np.sin(0.3 * (x + y))])
sample = np.where((x - 18) ** 2 + (y - 9) ** 2 < 30, 0.6, 1.0)
image = np.rint(dark + sample * (flat + np.tensordot([0.9, -0.6, 1.1], modes, 1) - dark) + 3 * rng.standard_normal((ROWS, COLUMNS)))


def averaged(a):
    rows, columns = ROWS // DOWN[0], COLUMNS // DOWN[1]
    cut = a[..., : rows * DOWN[0], : columns * DOWN[1]]
    return cut.reshape(*a.shape[:-2], rows, DOWN[0], columns, DOWN[1]).mean((-3, -1))


S, L, M = averaged(image) - averaged(dark), averaged(flat) - averaged(dark), averaged(modes)


def variation(w):
    own = L + np.tensordot(w, M, 1)
    c = S / own * own.mean()
    dy, dx = np.zeros_like(c), np.zeros_like(c)
    dy[:-1], dx[:, :-1] = np.diff(c, axis=0), np.diff(c, axis=1)
    return np.hypot(dx, dy).sum()


def gradient(w):
    own = L + np.tensordot(w, M, 1)
    c = S / own * own.mean()
    dy, dx = np.zeros_like(c), np.zeros_like(c)
    dy[:-1], dx[:, :-1] = np.diff(c, axis=0), np.diff(c, axis=1)
    length = np.hypot(dx, dy)
    ux, uy = (np.divide(d, length, out=np.zeros_like(d), where=length > 0) for d in (dx, dy))
    by = -ux - uy
    by[1:] += uy[:-1]
    by[:, 1:] += ux[:, :-1]
    return np.array([(by * (-c / own * m + S / own * m.mean())).sum() for m in M])


at = np.array([0.2, -0.1, 0.3])
assert np.allclose(gradient(at), approx_fprime(at, variation, 1e-7), rtol=1e-4), (gradient(at), approx_fprime(at, variation, 1e-7))
w, lowest, _ = fmin_l_bfgs_b(variation, np.zeros(COUNT), gradient, factr=10)
own = flat + np.tensordot(w, modes, 1) - dark
corrected = (image - dark) / own
plain = (image - dark) / (flat - dark)
corrected *= plain.mean() / corrected.mean()


def rosenbrock(p):
    return ((1 - p[:-1]) ** 2 + 100 * (p[1:] - p[:-1] ** 2) ** 2).sum()


def rosenbrock_gradient(p):
    g = np.zeros_like(p)
    g[:-1] += -2 * (1 - p[:-1]) - 400 * p[:-1] * (p[1:] - p[:-1] ** 2)
    g[1:] += 200 * (p[1:] - p[:-1] ** 2)
    return g


def valley(p):
    return np.log1p((np.arange(1, len(p) + 1) * (p - 0.5) ** 2).sum()) + 0.1 * np.cos(p).sum()


def valley_gradient(p):
    k = np.arange(1, len(p) + 1)
    return 2 * k * (p - 0.5) / (1 + (k * (p - 0.5) ** 2).sum()) - 0.1 * np.sin(p)


functions = {}
for name, f, g, start in (("rosenbrock", rosenbrock, rosenbrock_gradient, [-1.2, 1, -0.5, 0.8, 2.0]), ("valley", valley, valley_gradient, [3.0, -2.0, 1.5, 0.0])):
    place, value, _ = fmin_l_bfgs_b(f, np.array(start), g, factr=10, pgtol=1e-10)
    functions[name] = {"start": start, "place": place.tolist(), "value": float(value)}

numbers = lambda a: [float(v) for v in np.ravel(a)]
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "dynamic-flat.json")
with open(path, "w") as out:
    json.dump({"numpy": np.__version__, "scipy": scipy.__version__, "shape": [ROWS, COLUMNS], "downsample": DOWN, "image": [int(v) for v in image.ravel()], "dark": numbers(dark), "flat": numbers(flat), "modes": numbers(modes),
               "weights": numbers(w), "variation": float(lowest), "corrected": numbers(np.float32(corrected)), "functions": functions}, out, separators=(",", ":"))
print(os.path.getsize(path), "bytes", w, lowest, variation(np.zeros(COUNT)), functions)
