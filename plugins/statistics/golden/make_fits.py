#!/usr/bin/python3
"""Writes fits.json: what scipy.optimize.curve_fit makes of some noisy curves, for the tests of fitCurve."""
import json
import os

import numpy as np
import scipy
from scipy.optimize import curve_fit
from scipy.special import erf

rng = np.random.default_rng(11)
models = {
    "linear": lambda x, slope, intercept: slope * x + intercept,
    "cubic": lambda x, a, b, c, d: a * x**3 + b * x**2 + c * x + d,
    "gaussian": lambda x, height, centre, sigma, offset: height * np.exp(-((x - centre) ** 2) / (2 * sigma**2)) + offset,
    "lorentzian": lambda x, height, centre, gamma, offset: height / (1 + ((x - centre) / gamma) ** 2) + offset,
    "erf": lambda x, height, centre, sigma, offset: height * (1 + erf((x - centre) / (np.sqrt(2) * sigma))) / 2 + offset,
}
cases = [
    ("linear", (-3, 8), (0.7, -2), 0.3, 60), ("linear", (9000, 9010), (-12.5, 1.2e5), 4, 200),
    ("cubic", (-2, 3), (0.4, -1, 0.3, 5), 0.2, 80), ("cubic", (100, 160), (1e-3, -0.4, 50, -2000), 3, 120),
    ("gaussian", (-10, 10), (5, 1.3, 2.1, 0.7), 0.2, 90), ("gaussian", (8.99e3, 9.01e3), (-2e4, 9001.2, 0.8, 9e4), 500, 150), ("gaussian", (0, 1e-12), (3e-3, 4e-13, 1.5e-13, 0), 2e-4, 70),
    ("lorentzian", (-10, 10), (5, -2.2, 1.1, -3), 0.15, 120), ("lorentzian", (0, 400), (-80, 250, 12, 300), 3, 300),
    ("erf", (-5, 5), (3, 0.6, 0.9, 1), 0.1, 100), ("erf", (-200, 900), (-50, 300, 60, 400), 2, 250),
]
out = []
for name, span, truth, noise, count in cases:
    x = np.sort(rng.uniform(*span, count))
    sigma = noise * rng.uniform(0.5, 2, count)
    y = models[name](x, *truth) + sigma * rng.standard_normal(count)
    # Enough digits, and the same numbers for both.
    x, y, sigma = (np.array([float(f"{v:.12g}") for v in side]) for side in (x, y, sigma))
    # In units of its own size each parameter is of the order of 1: the finite differences of curve_fit are good ones then.
    unit = np.where(np.array(truth) == 0, noise, np.abs(truth))
    scaled = lambda x, *p: models[name](x, *(np.array(p) * unit))
    fits = {}
    for how, options in (("plain", {}), ("weighted", {"sigma": sigma, "absolute_sigma": True})):
        p, cov = curve_fit(scaled, x, y, p0=np.array(truth) / unit, ftol=1e-15, xtol=1e-15, gtol=1e-15, maxfev=100_000, **options)
        fits[how] = {"values": list(p * unit), "errors": list(np.sqrt(np.diag(cov)) * unit)}
    out.append({"model": name, "x": list(x), "y": list(y), "sigma": list(sigma), **fits})
points = np.concatenate([np.linspace(-7, 7, 281), [1e-300, -1e-9, 2.5, 2.4999999, 6, 5.999999]])
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fits.json")
with open(path, "w") as file:
    json.dump({"numpy": np.__version__, "scipy": scipy.__version__, "fits": out, "erf": {"x": list(points), "y": list(erf(points))}}, file, separators=(",", ":"))
print(os.path.getsize(path), "bytes")
