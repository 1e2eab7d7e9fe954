"""What the field's own Python programs make of our streams and files, as JSON for the tests beside.

client ENDPOINT N   trains that karabo_bridge.Client reads
h5 FILE             datasets below /entry that h5py reads
extra RUN           what EXtra-data sees in a run; every warning is an error
"""
import hashlib
import json
import sys
import warnings

import numpy as np


def plain(value):
    if isinstance(value, np.ndarray) and value.dtype.kind in "OSU":
        return [plain(item) for item in value.ravel().tolist()]
    if isinstance(value, np.ndarray):
        data = np.ascontiguousarray(value)
        return {"dtype": value.dtype.str, "shape": value.shape, "sha": hashlib.sha256(data.tobytes()).hexdigest(), "first": data.ravel()[:3].astype(float).tolist()}
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, np.generic):
        return value.item()
    return value if isinstance(value, (int, float, str, bool, type(None))) else str(value)


def client(endpoint, count):
    import karabo_bridge

    with karabo_bridge.Client(endpoint, timeout=30) as bridge:
        for _ in range(int(count)):
            data, meta = bridge.next()
            print(json.dumps({source: {"tid": meta[source]["timestamp.tid"], "values": {key: plain(value) for key, value in values.items()}} for source, values in data.items()}), flush=True)


def h5(path):
    import h5py

    found = {}
    with h5py.File(path, "r") as file:
        file["entry"].visititems(lambda name, item: found.update({name: plain(item[()])}) if isinstance(item, h5py.Dataset) else None)
    print(json.dumps(found))


def extra(path):
    warnings.simplefilter("error")
    import extra_data

    with extra_data.RunDirectory(path) as run:
        print(json.dumps({"trains": [int(train) for train in run.train_ids], "sources": sorted(run.all_sources)}))


{"client": client, "h5": h5, "extra": extra}[sys.argv[1]](*sys.argv[2:])
