"""python3 client.py ENDPOINT SOCKET COUNT: what the facility's own client reads, one JSON object a line."""
import json
import sys

import numpy as np
from karabo_bridge import Client

endpoint, socket, count = sys.argv[1:]


def describe(x):
    if isinstance(x, np.ndarray):
        return {'array': str(x.dtype), 'shape': list(x.shape), 'values': np.asarray(x, dtype=object).ravel().tolist() if x.dtype.kind != 'f' else x.ravel().tolist()}
    if isinstance(x, list):
        return [describe(v) for v in x]
    if isinstance(x, dict):
        return {k: describe(v) for k, v in x.items()}
    if isinstance(x, bytes):
        return {'bytes': x.hex()}
    return {type(x).__name__: str(x)}


client = Client(endpoint, sock=socket, timeout=20)
print('ready', flush=True)
for _ in range(int(count)):
    data, meta = client.next()
    print(json.dumps({'data': {s: {k: describe(v) for k, v in values.items() if k != 'metadata'} for s, values in data.items()}, 'meta': describe(meta)}), flush=True)
