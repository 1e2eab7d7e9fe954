#!/usr/bin/python3
"""Writes golden.json: pyFAI's own results on one small image, and where it has pixels of other detectors. Needs pyFAI (made with 0.21.3)."""
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
from pyFAI.detectors import Detector, detector_factory

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
for split in ("no", "bbox"):
    r = integrator().integrate2d_ng(image, 10, 12, unit="q_nm^-1", method=(split, "csr" if split == "bbox" else "histogram", "cython"), correctSolidAngle=True,
                                    polarization_factor=POL, mask=mask, dummy=-5, delta_dummy=0)
    golden["results"][f"map {split}"] = {k: floats(getattr(r, k)) for k in ("radial", "azimuthal", "intensity", "count")}
for model in ("poisson", "azimuthal"):
    r = integrator().sigma_clip_ng(image, BINS, unit="q_nm^-1", method=("no", "csr", "cython"), correctSolidAngle=True, polarization_factor=POL, mask=mask,
                                   dummy=-5, delta_dummy=0, error_model=model, thres=2, max_iter=3)
    golden["results"][f"clip {model}"] = {k: floats(getattr(r, k)) for k in ("radial", "intensity", "sigma", "count")}
golden["polarization turned"] = floats(integrator().polarization(SHAPE, POL, np.radians(30))[::7, ::7])

# Detectors whose pixels are not all alike: r in mm of some pixels.
golden["named"] = {}
for name in ("Jungfrau", "ImXPadS140", "Pilatus300k", "Eiger2_1M"):
    detector = detector_factory(name)
    rows, cols = detector.max_shape
    ai = AzimuthalIntegrator(dist=0.1, poni1=0.01, poni2=0.02, rot1=0.1, detector=detector, wavelength=1e-10)
    at = [(int(i), int(j)) for i, j in zip(rng.integers(0, rows, 30), rng.integers(0, cols, 30))] + [(0, 0), (119, 255), (rows // 2, 256), (rows - 1, cols - 1)]
    r = ai.array_from_unit((rows, cols), "center", "r_mm", scale=True)
    path = os.path.join(tempfile.gettempdir(), "geo.poni")
    open(path, "w").close()
    ai.save(path)
    text = "\n".join(line for line in open(path).read().splitlines() if not line.startswith("#")) + "\n"
    os.remove(path)
    masked = detector.mask
    golden["named"][name] = {"poni": text, "shape": [rows, cols], "at": at, "r_mm": [float(r[i, j]) for i, j in at], "blind": 0 if masked is None else int((masked != 0).sum())}

# Two modules that stand on no common grid, one of them turned and further away.
modules = [([0.004, 0.003, 0.0], [-1e-3, 0, 0], [0, 1e-3, 0]), ([-0.002, -0.012, 0.01], [1e-4, 9e-4, 2e-4], [9e-4, -1e-4, 1e-5])]
rows, cols = 8, 6
corners = np.zeros((2 * rows, cols, 4, 3), np.float32)
for m, (corner, ss, fs) in enumerate(modules):  # as x, y, z; pyFAI takes z, y, x
    for i in range(rows):
        for j in range(cols):
            for k, (a, b) in enumerate(((0, 0), (1, 0), (1, 1), (0, 1))):
                corners[m * rows + i, j, k] = (np.array(corner) + (i + a) * np.array(ss) + (j + b) * np.array(fs))[::-1]
detector = Detector(1e-3, 1e-3, max_shape=(2 * rows, cols))
detector.set_pixel_corners(corners)
detector.uniform_pixel, detector.IS_FLAT, detector.IS_CONTIGUOUS = False, False, False
frame = rng.poisson(50, (2 * rows, cols)).astype(np.float32)
stood = {"modules": modules, "shape": [2, rows, cols], "image": [int(x) for x in frame.ravel()], "dist": 0.05, "rot": [0.05, -0.02, 0.1], "results": {}}
for split in ("no", "bbox", "full"):
    ai = AzimuthalIntegrator(dist=0.05, poni1=0, poni2=0, rot1=0.05, rot2=-0.02, rot3=0.1, detector=detector, wavelength=1e-10)
    r = ai.integrate1d(frame, 12, unit="2th_deg", method=(split, "csr", "cython"), correctSolidAngle=False)
    stood["results"][split] = {k: floats(getattr(r, k)) for k in ("radial", "intensity", "count")}
ai = AzimuthalIntegrator(dist=0.05, poni1=0, poni2=0, rot1=0.05, rot2=-0.02, rot3=0.1, detector=detector, wavelength=1e-10)
stood["solidAngle"] = floats(ai.solidAngleArray((2 * rows, cols)))
golden["modules"] = stood
json.dump(golden, open(os.path.join(HERE, "golden.json"), "w"), separators=(",", ":"))
print(os.path.getsize(os.path.join(HERE, "golden.json")), "bytes")
