#!/usr/bin/python3
"""Writes detectors.json: small raw data of AGIPD (two modules, cells in another order than the constants), JUNGFRAU (with the invalid code) and DSSC, and what numpy
makes of them, for the tests of this pack. Factors are rounded to float32 once, as the pack keeps them. NaN is written as null."""
import json
import os

import numpy as np

rng = np.random.default_rng(11)
f32 = np.float32


def pick(const, stage, row):
    """const (stage, cell, ...pixels) at the stage of each pixel, (frame, ...pixels)."""
    return np.take_along_axis(const[:, row], stage[None].astype(np.int64), 0)[0]


def listed(**arrays):
    def one(a):
        a = np.asarray(a)
        values = [None if isinstance(x, float) and np.isnan(x) else x for x in a.ravel().tolist()]
        return {"dtype": str(a.dtype), "shape": a.shape, "data": values}

    return {name: one(a) for name, a in arrays.items()}


def agipd():
    cells, modules, ss, fs = 3, 2, 6, 8
    ids = np.array([9, 2, 5], np.uint16)
    cell_of = np.array([5, 2, 9, 2], np.uint16)
    row = np.array([2, 1, 0, 1])
    shape = (cells, modules, ss, fs)
    offset = (4800 + 500 * rng.random((3, *shape))).astype(f32)
    gain = (np.array([1, 40, 180])[:, None, None, None, None] * (1 + 0.05 * rng.random((3, *shape)))).astype(f32)
    thresholds = np.stack([6000 + 50 * rng.random(shape), 7000 + 50 * rng.random(shape)]).astype(f32)
    thresholds[0, 0, 0, 0, 0] = np.nan
    bad = np.where(rng.random((3, *shape)) < 0.1, 1 << rng.integers(0, 32, (3, *shape)), 0).astype(np.uint32)
    analog = rng.integers(4000, 16000, (4, modules, ss, fs)).astype(np.uint16)
    digital = rng.integers(5500, 7600, (4, modules, ss, fs)).astype(np.uint16)
    analog[:, 1, :3] = (offset[0][row][:, 1, :3] + 30 * rng.standard_normal((4, 3, fs))).astype(np.uint16)
    digital[:, 1, :3] = 5000
    stage = np.zeros(analog.shape, np.uint8)
    stage[digital > thresholds[0][row]] = 1
    stage[digital > thresholds[1][row]] = 2
    dark = analog.astype(f32) - pick(offset, stage, row)
    values = dark * pick(gain, stage, row)
    reasons = pick(bad, stage, row)
    subset = 0x0000FFFF
    # Common mode of blocks of 3 x 4: one pass, the mean of stage 0 within +-60, where at least a quarter is.
    shifted = dark.astype(float).reshape(4, modules, 2, 3, 2, 4)
    zero = (stage == 0).reshape(shifted.shape)
    ok = zero & (np.abs(shifted) <= 60)
    count = ok.sum((3, 5), keepdims=True)
    mean = np.where(count >= 3, np.where(ok, shifted, 0).sum((3, 5), keepdims=True) / np.maximum(count, 1), 0)
    shifted = np.where(zero, shifted - mean, shifted).reshape(dark.shape).astype(f32) * pick(gain, stage, row)
    return listed(
        raw=np.stack([analog, digital], 2), cells=cell_of, cellId=ids, offset=offset, relativeGain=gain, thresholds=thresholds, badPixels=bad,
        stage=stage, values=np.where(reasons & subset != 0, f32(np.nan), values), reasons=reasons & np.uint32(subset), shifted=np.where(reasons != 0, f32(np.nan), shifted),
    )


def jungfrau():
    ss, fs = 5, 7
    raw = rng.integers(0, 65536, (3, ss, fs)).astype(np.uint16)
    offset = (3000 + 100 * rng.standard_normal((3, ss, fs))).astype(f32)
    gain = (np.array([41, -1.46, -0.107])[:, None, None] * (1 + 0.02 * rng.standard_normal((3, ss, fs)))).astype(f32)
    code = raw >> 14
    stage = np.array([0, 1, 2, 2], np.uint8)[code]
    factor = (1 / gain.astype(float)).astype(f32)
    constants = lambda c: np.take_along_axis(np.broadcast_to(c[:, None], (3, 3, ss, fs)), stage[None].astype(np.int64), 0)[0]
    values = ((raw & 0x3FFF).astype(f32) - constants(offset)) * constants(factor)
    return listed(raw=raw, offset=offset, gain=gain, stage=np.where(code == 2, 255, stage).astype(np.uint8), values=np.where(code == 2, f32(np.nan), values))


def dssc():
    raw = rng.integers(0, 4, (4, 3, 5)).astype(np.uint16)
    offset = (40 + rng.standard_normal((2, 3, 5))).astype(f32)
    cells = np.array([1, 0, 0, 1], np.uint16)
    return listed(raw=raw, offset=offset, cells=cells, values=np.where(raw == 0, 256, raw).astype(f32) - offset[cells])


path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "detectors.json")
json.dump({"numpy": np.__version__, "agipd": agipd(), "jungfrau": jungfrau(), "dssc": dssc()}, open(path, "w"), separators=(",", ":"))
print(os.path.getsize(path), "bytes")
