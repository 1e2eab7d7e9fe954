"""What the field's own Python programs make of our streams and files, as JSON for the tests beside.

client ENDPOINT N [SOCKET]    trains that karabo_bridge.Client reads
frames ENDPOINT N [SOCKET]    messages as their bytes come: the SHA-256 of every frame
serve SOCKET FORMAT [ADDRESS] a server of karabo_bridge, until standard input ends: its address, then each message as `frames` says it
recording FILE RECIPE         messages of a recording, read by the lines of Python in RECIPE: f, i -> data, meta
h5 FILE                       datasets below /entry that h5py reads
extra RUN                     what EXtra-data sees in a run; every warning is an error
trains RUN                    every train of a run as EXtra-data reads it, by source and key
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


def say(thing):
    print(json.dumps(thing), flush=True)


def train_of(data, meta):
    return {source: {"tid": meta[source]["timestamp.tid"], "values": {key: plain(value) for key, value in values.items() if key != "metadata"}} for source, values in data.items()}


def client(endpoint, count, socket="REQ"):
    import karabo_bridge

    with karabo_bridge.Client(endpoint, sock=socket, timeout=60) as bridge:
        for _ in range(int(count)):
            say(train_of(*bridge.next()))


def sha(frames):
    return [hashlib.sha256(bytes(frame)).hexdigest() for frame in frames]


def frames(endpoint, count, socket="REQ"):
    import karabo_bridge

    # Its own socket and settings, before it decodes.
    with karabo_bridge.Client(endpoint, sock=socket, timeout=60) as bridge:
        for _ in range(int(count)):
            if socket == "REQ":
                bridge._socket.send(b"next")
            say(sha(bridge._socket.recv_multipart()))


def serve(socket, version, address="tcp://127.0.0.1:*"):
    import threading
    import time

    from karabo_bridge.serializer import serialize
    from karabo_bridge.server import Sender

    sender = Sender(address, sock=socket, protocol_version=version)
    say(sender.endpoint)
    threading.Thread(target=lambda: (sys.stdin.read(), __import__("os")._exit(0)), daemon=True).start()
    tid = 10_000_000_000
    while True:
        tid += 1
        values = {"count": tid % 7, "gain": 0.5, "name": "\u00b5 \u65e5\u672c", "on": True, "nothing": None, "list": [1, "two", 3.5], "big": 2**63, "bytes": b"\x00\xff"}
        for k, dtype in enumerate(["?", "i1", "u2", ">u2", "f4", "f8", "c8", "<U3", "S2"]):
            values["array." + dtype] = (np.arange(24).reshape(2, 3, 4) * (k + 1) + tid % 100).astype(dtype)
        values["array.empty"], values["array.point"] = np.zeros((0, 3), "f4"), np.array(tid % 11, "u4")
        data = {"DET/IMG/1:output": values, "XGM/2": {"large": np.full((300, 500), tid % 251, "u2")}}
        meta = {source: {"source": source, "timestamp": 5.0 + tid % 9, "timestamp.sec": "5", "timestamp.frac": "0" * 18, "timestamp.tid": tid} for source in data}
        sender.send(data, meta)
        say(sha(serialize(data, meta, protocol_version=version)))
        time.sleep(0.02 if socket == "PUB" else 0)


def recording(path, recipe):
    import h5py
    import karabo_bridge

    with h5py.File(path, "r") as f:
        for i in range(len(f["messages/first"])):
            names = {"f": f, "i": i, "karabo_bridge": karabo_bridge}
            exec(recipe, names)
            say(train_of(names["data"], names["meta"]))


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


def trains(path):
    import extra_data

    with extra_data.RunDirectory(path) as run:
        for tid, data in run.trains():
            found = {source: {key: plain(value) for key, value in values.items() if key != "metadata"} for source, values in data.items()}
            say({"tid": int(tid), "sources": {source: values for source, values in found.items() if values}})


globals()[sys.argv[1]](*sys.argv[2:])
