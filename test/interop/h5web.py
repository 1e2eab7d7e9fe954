"""Writes HDF5 files with every kind of thing that a browser of them meets, and says what h5py reads of each dataset and attribute."""
import json
import os
import sys

import h5py
import numpy as np

folder = sys.argv[1]
inside, outside = os.path.join(folder, "run"), os.path.join(folder, "elsewhere")
os.makedirs(inside)
os.makedirs(outside)

numbers = {name: (np.arange(12) - (0 if name.startswith("u") else 5)).reshape(3, 4).astype(name)
           for name in ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float16", "float32", "float64"]}
record = np.array([(1.5, 7, b"ab"), (-2.5, 8, b"cd")], dtype=[("x", "<f8"), ("n", "<i4"), ("s", "S2")])

with h5py.File(os.path.join(inside, "beside.h5"), "w") as f:
    f["deep/values"] = np.arange(6, dtype="f4")
    f["out"] = h5py.ExternalLink(os.path.join(outside, "secret.h5"), "/values")
with h5py.File(os.path.join(outside, "secret.h5"), "w") as f:
    f["values"] = np.arange(5, dtype="f4")
with open(os.path.join(outside, "secret.txt"), "w") as f:
    f.write("this is not for you" * 10)

with h5py.File(os.path.join(inside, "all.h5"), "w") as f:
    for name, values in numbers.items():
        f["numbers/" + name] = values
    f["numbers/big_endian"] = np.arange(4, dtype=">i4")
    f["numbers/bool"] = np.array([True, False, True])
    f["numbers/complex"] = np.array([1 + 2j, 3 - 4j])
    f["numbers/scalar"] = 42.5
    f["numbers/scalar_int"] = np.int64(-7)
    f["numbers/large_int"] = np.array([2**53 + 1, -1], dtype="i8")
    f["numbers/not_finite"] = np.array([np.nan, np.inf, 1.0])
    f["numbers/array_type"] = np.zeros(2, dtype=[("a", "<f4", (3,))])["a"]
    f.create_dataset("numbers/array_of_arrays", data=np.arange(6, dtype="i2").reshape(2, 3)[:, :], dtype="i2")
    f.create_dataset("numbers/inner", (2,), dtype=np.dtype(("<f4", (3,))))[...] = np.arange(6, dtype="f4").reshape(2, 3)
    f["texts/fixed"] = np.array([b"one", b"three"])
    f["texts/utf8"] = np.array(["grün", "µm"], dtype=h5py.string_dtype())
    f["texts/scalar"] = "a text"
    f["other/enum"] = np.array([0, 2, 1], dtype=h5py.enum_dtype({"RED": 0, "GREEN": 1, "BLUE": 2}, basetype="u2"))
    f["other/record"] = record
    f["other/record_scalar"] = record[0]
    f["other/nested"] = np.array([((1, 2.5), [1, 2, 3])], dtype=[("p", [("i", "<i2"), ("f", "<f4")]), ("a", "<i4", (3,))])
    f["other/big_record"] = np.array([(1, 2.5)], dtype=[("i", ">i4"), ("f", ">f8")])
    f["other/opaque"] = np.array([b"\x01\x02\x03\x04", b"\x05\x06\x07\x08"], dtype="V4")
    f["other/empty"] = h5py.Empty("f4")
    f["other/no_rows"] = np.zeros((0, 3), "f4")
    f["other/varying"] = np.array([np.arange(2), np.arange(3)], dtype=h5py.vlen_dtype("i4"))
    f["chunked/gzip"] = f.create_dataset("chunked/one", data=np.arange(600, dtype="u2").reshape(20, 30), chunks=(7, 8), compression="gzip", shuffle=True)
    f.create_dataset("chunked/lzf", data=np.arange(100, dtype="f8"), chunks=(9,), compression="lzf", fletcher32=True)
    f.create_dataset("chunked/large", (4000, 8000), dtype="f4", chunks=(100, 8000), compression="gzip")
    f["links/soft"] = h5py.SoftLink("/numbers/float32")
    f["links/relative"] = h5py.SoftLink("../links/soft")
    f["links/broken"] = h5py.SoftLink("/nowhere")
    f["links/circle"] = h5py.SoftLink("/links/circle")
    f["links/near"] = h5py.ExternalLink("beside.h5", "/deep/values")
    f["links/near_group"] = h5py.ExternalLink("beside.h5", "/deep")
    f["links/far"] = h5py.ExternalLink(os.path.join(outside, "secret.h5"), "/values")
    f["links/up"] = h5py.ExternalLink("../elsewhere/secret.h5", "/values")
    f["links/round"] = h5py.ExternalLink("beside.h5", "/out")
    f["links/gone"] = h5py.ExternalLink("gone.h5", "/x")
    layout = h5py.VirtualLayout((2, 6), "f4", )
    layout[0] = h5py.VirtualSource("beside.h5", "deep/values", (6,))
    layout[1] = h5py.VirtualSource("missing.h5", "deep/values", (6,))
    f.create_virtual_dataset("virtual/near", layout, fillvalue=-1)
    layout = h5py.VirtualLayout((5,), "f4")
    layout[:] = h5py.VirtualSource(os.path.join(outside, "secret.h5"), "values", (5,))
    f.create_virtual_dataset("virtual/far", layout)
    layout = h5py.VirtualLayout((5,), "f4")
    layout[:] = h5py.VirtualSource("beside.h5", "out", (5,))
    f.create_virtual_dataset("virtual/round", layout)
    space, kind, plist = h5py.h5s.create_simple((20,)), h5py.h5t.NATIVE_UINT8, h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_external(os.path.join(outside, "secret.txt").encode(), 0, 20)
    h5py.h5d.create(f.id, b"outside_bytes", kind, space, plist)
    f["typed"] = np.dtype("f4")
    a = f["numbers/float32"].attrs
    a["units"] = "ADU"
    a["offset"] = np.float32(1.5)
    a["axes"] = ["y", "x"]
    a["range"] = np.array([1, 2, 3], "i8")
    a["flag"] = True
    a["record"] = record[0]
    a["empty"] = h5py.Empty("f4")
    for i in range(600):
        f["texts"].attrs[f"a{i:03d}"] = i
    f["other"].attrs["long"] = np.zeros(8000, "f8")[:7000]

said = {}
with h5py.File(os.path.join(inside, "all.h5"), "r") as f:
    def plain(v):
        if isinstance(v, bytes):
            return v.decode()
        if isinstance(v, (np.bool_, bool)):
            return int(v)
        if isinstance(v, np.void):
            return [plain(v[n]) for n in v.dtype.names] if v.dtype.names else list(v.tobytes())
        if isinstance(v, np.ndarray):
            return [plain(x) for x in v]
        if isinstance(v, (complex, np.complexfloating)):
            return [float(v.real), float(v.imag)]
        if isinstance(v, np.generic):
            v = v.item()
        if isinstance(v, float) and not np.isfinite(v):
            return None
        return v

    for group in ["numbers", "texts", "other", "chunked", "links", "virtual"]:
        for name in f[group]:
            path = f"/{group}/{name}"
            if path in ["/other/varying", "/chunked/large", "/links/near_group", "/links/far", "/links/up", "/links/round", "/virtual/far", "/virtual/round"]:
                continue
            try:
                d = f[path]
            except (KeyError, RuntimeError):
                continue
            v = d[()]
            if isinstance(v, h5py.Empty):
                said[path] = {"shape": None, "values": None}
            elif d.shape == ():
                said[path] = {"shape": [], "values": plain(v)}
            else:
                said[path] = {"shape": list(d.shape), "values": [plain(x) for x in v.reshape(-1)]}
print(json.dumps(said))
