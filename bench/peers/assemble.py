"""python3 assemble.py PLAN.json FRAMES: copies tiles into an existing image by numpy slices, as EXtra-geom does; prints milliseconds (median)."""
import json
import sys
import time

import numpy as np

plan, frames = json.load(open(sys.argv[1])), int(sys.argv[2])
inputs = [((np.arange(frames * np.prod(plan['shape'])) + k) % 1000).astype('f4').reshape(frames, *plan['shape']) for k in range(4)]
out = np.full((frames, *plan['size']), np.nan, 'f4')
rows, columns = plan['tile']


def assemble(data):
    for m, tiles in enumerate(plan['modules']):
        for tile, place in zip(tiles, plan['places']):
            part = data[..., m, place['ss']:place['ss'] + rows, place['fs']:place['fs'] + columns]
            if tile['fs'][0] == 0:
                part = part[..., ::tile['ss'][0], ::tile['fs'][1]]
            else:
                part = part.swapaxes(-1, -2)[..., ::tile['fs'][0], ::tile['ss'][1]]
            y, x = tile['at']
            out[..., y:y + tile['height'], x:x + tile['width']] = part


times = []
for i in range(60 if frames == 1 else 16):
    began = time.perf_counter()
    assemble(inputs[i % 4])
    times.append(time.perf_counter() - began)
print(1000 * sorted(times[4:])[len(times[4:]) // 2])
