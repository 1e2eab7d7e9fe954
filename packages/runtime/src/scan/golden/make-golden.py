#!/usr/bin/env python3
"""Writes motor-scan.json: a motor that moves from place to place with backlash and noise, a diode and a spectrum, and what numpy makes of them.

The points are found here by a plain reading of the rule (docs/how-to/scan.md), not by the code that is tested:
cut the positions where one differs by more than `within` from the first of its stretch, leave out `settle` trains of each, keep `trains` of those
in which both values are there, average. Run with any Python that has numpy: ./make-golden.py
"""
import json
from pathlib import Path

import numpy as np

rng = np.random.default_rng(20260203)
WITHIN, SETTLE, TRAINS = 0.01, 2, 12

positions = []
for place in [35.0, 35.1, 35.2, 35.3, 35.2, 35.2, 36.0]:
    n = int(rng.integers(6, 25))
    if positions:
        # On the way it is seen at places of its own.
        positions += list(np.linspace(positions[-1], place, int(rng.integers(2, 5)))[1:-1])
    positions += list(place + rng.normal(0, 0.0008, n))
positions = np.array(positions)
first = 1_000_000_000
train_ids = first + np.cumsum(rng.integers(1, 3, positions.size))  # some IDs are absent
diode = 100 + 50 * np.exp(-((positions - 35.2) ** 2) / 0.02) + rng.normal(0, 3, positions.size)
spectrum = rng.normal(10, 1, (positions.size, 5)).astype(np.float32)
missing = rng.random(positions.size) < 0.1

points = []
start = 0
for i in range(1, positions.size + 1):
    if i < positions.size and abs(positions[i] - positions[start]) <= WITHIN:
        continue
    stretch = np.arange(start, i)
    start = i
    here = stretch[SETTLE:]
    if here.size == 0:
        continue
    there = here[~missing[here]]
    taken = there[:TRAINS]
    # Trains after the last that is taken are none of the point's.
    seen = here if taken.size < TRAINS else here[here <= taken[-1]]
    points.append({
        'position': float(np.mean(positions[taken])) if taken.size else None,
        'diode': float(np.mean(diode[taken])) if taken.size else None,
        'spectrum': np.mean(spectrum[taken].astype(np.float64), axis=0).tolist() if taken.size else None,
        'trains': int(taken.size),
        'missing': int(np.count_nonzero(missing[seen])),
        'first': int(train_ids[taken[0]]) if taken.size else None,
        'last': int(train_ids[taken[-1]]) if taken.size else None,
    })

out = {
    'within': WITHIN, 'settle': SETTLE, 'trains': TRAINS,
    'trainIds': train_ids.tolist(), 'positions': positions.tolist(),
    'diode': [None if m else float(d) for d, m in zip(diode, missing)],
    'spectrum': spectrum.tolist(),
    'points': points,
}
Path(__file__).with_name('motor-scan.json').write_text(json.dumps(out) + '\n')
