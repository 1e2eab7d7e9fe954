#!/usr/bin/python3
"""Writes golden.json: pyFAI's own results on one small image, for the tests of this pack. Needs pyFAI (made with 0.21.3)."""
import json
import logging
import os
import tempfile
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
import numpy as np
import pyFAI
from pyFAI.azimuthalIntegrator import AzimuthalIntegrator
from pyFAI.detectors import Detector

HERE = os.path.dirname(os.path.abspath(__file__))
SHAPE, BINS, POL = (48, 64), 40, 0.95


def integrator():
    detector = Detector(pixel1=4e-4, pixel2=5e-4, max_shape=SHAPE)
    return AzimuthalIntegrator(dist=0.08, poni1=0.007, poni2=0.019, rot1=0.04, rot2=-0.06, rot3=0.2, detector=detector, wavelength=1.1e-10)


def floats(array):
    return [float(np.float32(x)) if np.asarray(array).dtype == np.float32 else float(x) for x in np.asarray(array).ravel()]


rng = np.random.default_rng(77)
q = integrator().qArray(SHAPE)
image = rng.poisson(80 / (1 + q) + 200 * np.exp(-0.5 * ((q - 9) / 0.4) ** 2)).astype(np.float32)
mask = (rng.random(SHAPE) < 0.03).astype(np.int8)
image[rng.random(SHAPE) < 0.02] = -5
golden = {"pyFAI": pyFAI.version, "shape": SHAPE, "bins": BINS, "polarization": POL, "dummy": -5, "image": [int(x) for x in image.ravel()],
          "mask": np.flatnonzero(mask).tolist(), "results": {}}
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "geo.poni")
    integrator().save(path)
    golden["poni"] = "\n".join(line for line in open(path).read().splitlines() if not line.startswith("#")) + "\n"
for split in ("no", "bbox", "full"):
    for unit in ("q_nm^-1", "2th_rad", "r_mm"):
        r = integrator().integrate1d(image, BINS, unit=unit, method=(split, "csr", "cython"), correctSolidAngle=True, polarization_factor=POL,
                                     mask=mask, dummy=-5, delta_dummy=0, error_model="poisson")
        golden["results"][f"{split} {unit}"] = {k: floats(getattr(r, k)) for k in ("radial", "intensity", "sigma", "count")}
json.dump(golden, open(os.path.join(HERE, "golden.json"), "w"), separators=(",", ":"))
print(os.path.getsize(os.path.join(HERE, "golden.json")), "bytes")
