"""Writes golden.json beside itself: seeded arrays, calls of NdArray methods on views of them, and numpy's answers.

Run with any Python 3 that has numpy:  python3 make-golden.py

Where the package departs from numpy on purpose (docs/numpy-to-nd.md), the answer here is numpy's for the array as float64,
in the dtype that the package promises: arithmetic on integers, and sums of float32, which numpy adds in float32.
"""
import json
import math
import os
import warnings

import numpy as np

warnings.simplefilter("ignore")
rng = np.random.default_rng(20260101)

bases = {
    "f64": rng.normal(0, 10, (4, 5)),
    "f32": rng.normal(0, 10, (4, 5)).astype("float32"),
    "f16": rng.normal(0, 10, (4, 5)).astype("float16"),
    "u8": rng.integers(0, 256, (4, 5)).astype("uint8"),
    "i8": rng.integers(-128, 128, (4, 5)).astype("int8"),
    "u16": rng.integers(0, 65536, (4, 5)).astype("uint16"),
    "i16": rng.integers(-32768, 32768, (4, 5)).astype("int16"),
    "u32": rng.integers(0, 2**32, (4, 5)).astype("uint32"),
    "i32": rng.integers(-(2**31), 2**31, (4, 5)).astype("int32"),
    "u64": rng.integers(0, 2**50, (4, 5)).astype("uint64"),
    "i64": rng.integers(-(2**50), 2**50, (4, 5)),
    "bool": rng.integers(0, 2, (4, 5)).astype(bool),
    "stack": rng.normal(0, 1, (3, 4, 5)).astype("float32"),
    "vector": rng.normal(0, 1, 17),
    "even": np.array([3.0, 1.0, 2.0, 1.0, 3.0, 2.0, -0.5, 2.5]),
    "none": np.zeros((0, 3)),
    "long": np.floor(rng.normal(0, 100, 9001)).astype("int16"),
    "square": rng.normal(0, 1, (5, 4)),
    "row": rng.normal(0, 1, (5,)).astype("float32"),
    "column": rng.normal(0, 1, (4, 1)),
    "edgy": np.array([[0.5, 1.5, -2.5, np.inf], [-np.inf, np.nan, -0.0, 3.25]]),
}
for name in ("f64", "f32"):
    holes = bases[name].copy()
    holes[0, 1] = holes[2, 3] = holes[3, 1] = np.nan
    holes[1] = np.nan
    bases["nan_" + name] = holes

views = {name: (name, None, None) for name in bases}
for name in ("f64", "u16", "i64", "bool", "nan_f32"):
    views[name + ".T"] = (name, None, [1, 0])
    views[name + "[::2, ::-1]"] = (name, "::2, ::-1", None)
views["stack.T"] = ("stack", None, [2, 0, 1])
views["stack[1:, 2]"] = ("stack", "1:, 2", None)
views["vector[::-3]"] = ("vector", "::-3", None)


def index(text):
    def part(p):
        p = p.strip()
        if p == "...":
            return Ellipsis
        return slice(*[int(s) if s.strip() else None for s in p.split(":")]) if ":" in p else int(p)

    return tuple(part(p) for p in text.split(","))


def view(key):
    name, text, axes = views[key]
    a = bases[name]
    if text is not None:
        a = a[index(text)]
    return a if axes is None else a.transpose(axes)


def number(x):
    x = x.item() if hasattr(x, "item") else x
    if isinstance(x, float) and not math.isfinite(x):
        return "nan" if math.isnan(x) else "inf" if x > 0 else "-inf"
    return x


def encode(a):
    a = np.asarray(a)
    flat = [number(x) for x in a.ravel()]
    # Strings keep 64-bit integers whole.
    if a.dtype in (np.int64, np.uint64):
        flat = [str(x) for x in flat]
    elif a.dtype == np.float32 or a.dtype == np.float16:
        flat = [float(f"{x:.9g}") if isinstance(x, float) else x for x in flat]
    elif a.dtype == bool:
        flat = [int(x) for x in flat]
    return [str(a.dtype), list(a.shape), flat]


cases = []


def case(key, method, answer, *args):
    """One call: args are numbers, lists, option objects, or {"array": view}."""
    if isinstance(answer, Exception):
        expect = {"error": str(answer)}
    elif isinstance(answer, dict):
        expect = {"fields": {k: encode(v) for k, v in answer.items()}}
    elif isinstance(answer, np.ndarray):
        expect = encode(answer)
    else:
        expect = number(answer)
    cases.append([key, method, list(args), expect])


def arithmetic(*arrays):
    """The dtype that the package computes in."""
    wide = any(a.dtype == np.float64 or (a.dtype.kind in "iu" and a.dtype.itemsize > 2) for a in arrays)
    return "float64" if wide else "float32"


def reduced(a):
    return "float32" if a.dtype in (np.float32, np.float16) else "float64"


tables = list(views)
two = [k for k in tables if view(k).ndim == 2 and view(k).size > 0]

# Elementwise.
for key in tables:
    a = view(key)
    d = arithmetic(a)
    f = a.astype(d)
    for method in ("abs", "exp", "log", "log10", "log1p", "sqrt", "square", "negative", "floor", "ceil", "sin", "cos"):
        if method in ("sin", "cos", "exp") and (a.dtype.itemsize > 1 and a.dtype.kind in "iu"):
            continue
        if a.size < 1000 and (key in bases or method == "abs"):
            case(key, method, getattr(np, method)(f).astype(d))
    if a.size > 1000:
        continue
    if key in bases:
        case(key, "round", np.round(f), 0)
        case(key, "round", np.round(f.astype("float64"), 1).astype(d), 1)
        case(key, "isfinite", np.isfinite(a))
        case(key, "isnan", np.isnan(a))
    case(key, "clip", np.clip(f, -1, 3).astype(d), -1, 3)
    for method, op in (("add", np.add), ("sub", np.subtract), ("mul", np.multiply), ("div", np.divide), ("maximum", np.maximum), ("minimum", np.minimum)):
        if key in bases or method == "sub":
            case(key, method, op(f, np.array(2.5, d)).astype(d), 2.5)
    case(key, "pow", np.power(f, np.array(2, d)), 2)
    for method, op in (("gt", np.greater), ("ge", np.greater_equal), ("lt", np.less), ("le", np.less_equal), ("eq", np.equal), ("ne", np.not_equal)):
        other = number(a.flat[1]) if a.size else 1
        if isinstance(other, (int, float)) and key in bases:
            case(key, method, op(a, a.dtype.type(other)), int(other) if isinstance(other, bool) else other)

# Two arrays: every dtype with two others, and broadcasting.
pairs = [(p, q) for p in two for q in ("f64", "u16", "f32") if view(p).shape == (4, 5)]
pairs += [("f32", "row"), ("column", "row"), ("row", "stack"), ("stack", "column"), ("u16", "column"), ("f64.T", "square"), ("none", "none")]
for i, (p, q) in enumerate(pairs):
    a, b = view(p), view(q)
    d = arithmetic(a, b)
    for k, (method, op) in enumerate((("add", np.add), ("sub", np.subtract), ("div", np.divide), ("mul", np.multiply), ("minimum", np.minimum))):
        # Each pair meets two or three of the five: all of them share one way of walking.
        if (k + i) % 2 == 0:
            case(p, method, op(a.astype(d), b.astype(d)), {"array": q})
    case(p, "gt", np.greater(a, b), {"array": q})
case("bool", "where", np.where(bases["bool"], bases["u8"], bases["i8"]), {"array": "u8"}, {"array": "i8"})
case("bool", "where", np.where(bases["bool"], bases["f32"], np.float32(-1)), {"array": "f32"}, -1)
case("bool", "where", np.where(bases["bool"], bases["row"], bases["column"]), {"array": "row"}, {"array": "column"})
case("f64", "compress", bases["f64"][bases["bool"]], {"array": "bool"})
case("bool.T", "not", ~view("bool.T"))
case("bool", "and", bases["bool"] & (bases["u8"] != 0), {"array": "u8"})
case("f32", "add", ValueError("ND_SHAPE"), {"array": "square"})

# Reductions.
for key in tables:
    a = view(key)
    f = a.astype("float64")
    for axis in [None, *range(a.ndim), *([[0, 2], [1, -1]] if a.ndim == 3 else [])]:
        options = {} if axis is None else {"axis": axis}
        ax = tuple(axis) if isinstance(axis, list) else axis
        out = (lambda x: x) if axis is None else (lambda x: np.asarray(x).astype(reduced(a)))
        length = a.size if axis is None else int(np.prod([a.shape[k] for k in ([axis] if isinstance(axis, int) else axis)]))
        nans = ("nansum", "nanmean", "nanstd", "nanmedian") if "nan" in key or key == "f64" else ()
        for method in ("sum", "mean", "std", "var", "median", *nans):
            case(key, method, out(getattr(np, method)(f, axis=ax)), options)
        if key in bases:
            case(key, "std", out(np.std(f, axis=ax, ddof=1)), {**options, "ddof": 1})
            case(key, "percentile", out(np.percentile(f, 30, axis=ax)), 30, options) if length else None
        if nans:
            case(key, "nanpercentile", out(np.nanpercentile(f, 12.5, axis=ax)), 12.5, options)
            case(key, "nanstd", out(np.nanstd(f, axis=ax, ddof=1)), {**options, "ddof": 1})
        for method in ("min", "max", *(("nanmin", "nanmax") if nans else ())):
            answer = ValueError("ND_EMPTY") if length == 0 else getattr(np, method)(a, axis=ax)
            case(key, method, answer if length == 0 else number(answer) * 1 if axis is None and a.dtype == bool else answer if axis is None else np.asarray(answer), options)
        for method in ("any", "all"):
            answer = getattr(np, method)(a, axis=ax)
            case(key, method, bool(answer) if axis is None else np.asarray(answer), options)
        if not isinstance(axis, list):
            for method in ("argmin", "argmax"):
                answer = ValueError("ND_EMPTY") if length == 0 else getattr(np, method)(a, axis=ax)
                case(key, method, answer if axis is None or length == 0 else np.asarray(answer).astype("int32"), options)
            if a.size < 1000 and (key in bases or "T" in key):
                case(key, "cumsum", np.cumsum(f, axis=ax).astype(reduced(a)), options)
case("stack", "mean", np.mean(bases["stack"].astype("float64"), axis=1, keepdims=True).astype("float32"), {"axis": 1, "keepdims": True})
case("f64", "percentile", np.percentile(bases["f64"], [0, 25, 50, 100], axis=0), [0, 25, 50, 100], {"axis": 0})
case("even", "percentile", np.percentile(bases["even"], [10, 90]), [10, 90])

# Along an axis.
for key in tables:
    a = view(key)
    if a.size > 1000 or a.size == 0:
        continue
    d = arithmetic(a)
    for axis in range(a.ndim):
        if key not in bases and a.dtype.itemsize > 2 and "nan" not in key and "T" in key:
            continue
        case(key, "sort", np.sort(a, axis=axis), {"axis": axis})
        case(key, "argsort", np.argsort(a, axis=axis, kind="stable").astype("int32"), {"axis": axis})
        case(key, "diff", np.diff(a.astype(d), axis=axis), {"axis": axis})
        at = [min(1, a.shape[axis] - 1), 0, -1, 0]
        case(key, "take", np.take(a, at, axis=axis), at, {"axis": axis})
    case(key, "take", np.take(a, [1, 0, -1]), [1, 0, -1])
    for method, answer in (("flatten", a.flatten()), ("ravel", a.ravel()), ("copy", a), ("transpose", a.transpose())):
        if key in ("f64", "u16.T", "bool[::2, ::-1]", "i64.T", "stack.T", "stack[1:, 2]", "vector[::-3]"):
            case(key, method, answer)
            case(key, "reshape", a.reshape(-1, 1), -1, 1)
    for dtype in ("float64", "float32", "float16", "bool") if key in bases and a.size < 30 else ():
        if np.dtype(dtype).itemsize > 2 or abs(a[np.isfinite(a)].astype("float64")).max() < 60000:
            case(key, "astype", a.astype(dtype), dtype)
    for dtype in ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"):
        if key in bases and len(cases) % 2 == 0 and a.dtype.kind in "iub":
            case(key, "astype", a.astype(dtype), dtype)
case("vector", "diff", np.diff(bases["vector"], n=3), {"n": 3})
case("f64", "astype", bases["f64"].astype("int16"), "int16")
case("f64", "take", IndexError("ND_INDEX"), [20])
case("column", "squeeze", bases["column"].squeeze())
case("f64", "reshape", ValueError("ND_SHAPE"), 3, -1)

# Slices.
for text in ("1:3", "-2:, 1:", "::-1, ::2", "2", "-1, :", "..., 0", "0, ...", "10:20", "-100:100, 3:1", "3:0:-2, -1::-3", "1, 2", "...", ":, -2", "::5", "-3:-1,-100:2"):
    for key in ("f64", "u16.T"):
        case(key, "slice", np.asarray(view(key)[index(text)]), text)
for text in ("0, 1:, ::-2", "..., 1:3", "1, ..., 2", "2, 3, 4", "-1", "::-1, ..., 0"):
    case("stack", "slice", np.asarray(bases["stack"][index(text)]), text)
case("f64", "slice", IndexError("ND_INDEX"), "4")
case("f64", "slice", IndexError("ND_SLICE"), "0, 0, 0")

# Vectors, polynomials, spectra.
v = bases["vector"]
for key in ("vector", "even", "long", "f64", "u16", "vector[::-3]", "edgy"):
    a = view(key).astype("float64")
    finite = bool(np.isfinite(a).all())
    for options in ({"bins": 7}, {"bins": 5, "range": [-1, 2]}, {"bins": [-1, 0, 0.5, 4]}, {"bins": 4, "density": True, "range": [-2, 200]}):
        if not finite and "range" not in options and isinstance(options["bins"], int):
            case(key, "histogram", ValueError("ND_ARGUMENT"), options)
            continue
        with np.errstate(all="ignore"):
            counts, edges = np.histogram(a, **options)
        case(key, "histogram", {"counts": counts.astype("float64"), "edges": edges.astype("float64")}, options)
counts, edges = np.histogram(np.zeros(0), bins=3)
case("none", "histogram", {"counts": counts.astype("float64"), "edges": edges}, {"bins": 3})
x = np.sort(v)
views["ascending"] = ("ascending", None, None)
bases["ascending"] = x
case("f64", "interp", np.interp(bases["f64"], x, v), {"array": "ascending"}, {"array": "vector"})
case("edgy", "interp", np.interp(bases["edgy"], x, v, left=-7, right=9), {"array": "ascending"}, {"array": "vector"}, {"left": -7, "right": 9})
for degree in (0, 1, 2, 5):
    case("ascending", "polyfit", np.polyfit(x, v, degree), {"array": "vector"}, degree)
case("even", "polyval", np.polyval(bases["even"], bases["f64"] / 10), {"array": "tenth"})
views["tenth"] = ("tenth", None, None)
bases["tenth"] = bases["f64"] / 10
case("even", "polyval", np.polyval(bases["even"], 0.3), 0.3)
case("vector", "dot", np.dot(v, x), {"array": "ascending"})
case("f64", "dot", np.dot(bases["f64"], bases["square"]), {"array": "square"})
case("f64", "dot", np.dot(bases["f64"], bases["row"].astype("float64")), {"array": "row"})
case("row", "dot", np.dot(bases["row"].astype("float64"), bases["square"]), {"array": "square"})
case("f64", "dot", ValueError("ND_SHAPE"), {"array": "f32"})
for key in ("vector", "even", "f64", "stack", "vector[::-3]", "u8", "column"):
    z, h = np.fft.fft(view(key).astype("float64")), np.fft.rfft(view(key).astype("float64"))
    case(key, "fft", {"re": z.real, "im": z.imag})
    case(key, "rfft", {"re": h.real, "im": h.imag})
case("none", "fft", {"re": np.zeros((0, 3)), "im": np.zeros((0, 3))})

used = {c[0] for c in cases} | {a["array"] for c in cases for a in c[2] if isinstance(a, dict) and "array" in a}
out = {
    "numpy": np.__version__,
    "bases": {k: encode(v) for k, v in bases.items()},
    "views": {k: {"base": b, "slice": s, "transpose": t} for k, (b, s, t) in views.items() if k in used},
    "cases": cases,
}


def short(x):
    """Twelve digits are below every tolerance of the test; inputs keep all of theirs."""
    if isinstance(x, float):
        return float(f"{x:.12g}")
    if isinstance(x, list):
        return [short(y) for y in x]
    return {k: short(y) for k, y in x.items()} if isinstance(x, dict) else x


out["cases"] = [[*c[:3], short(c[3])] for c in cases]
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden.json")
with open(path, "w") as f:
    f.write("{" + ",\n".join(f'"{k}":' + (("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in v) + "\n]") if k == "cases" else json.dumps(v, separators=(",", ":"))) for k, v in out.items()) + "}\n")
print(len(cases), "cases,", os.path.getsize(path), "bytes")
