"""Runs functions of a user's file for one worker: a line of JSON a request on standard input, a line a reply on descriptor 3; arrays lie in the file of descriptor 4."""
import ctypes
import errno
import faulthandler
import fcntl
import inspect
import io
import json
import mmap
import os
import resource
import signal
import sys
import threading
import traceback
import types

REQUESTS, REPLIES, MEMORY = 0, 3, 4
# They are kept where a function that closes files, or writes to one by its number, hardly meets them.
HIGH = 700
# The code of a process that has lost them all the same.
LOST = 71
ALIGN = 64
# Of what one call writes.
MOST_LINES, LONGEST_LINE = 50, 2000


class Lines(io.TextIOBase):
    """What is written to sys.stdout or sys.stderr, line by line, for the view's log."""

    def __init__(self, level, taken):
        self.level, self.taken, self.rest = level, taken, ""

    def writable(self):
        return True

    def write(self, text):
        text = str(text)
        *lines, rest = (self.rest + text[: LONGEST_LINE * MOST_LINES]).split("\n")
        self.rest = rest[:LONGEST_LINE]
        self.taken.extend([self.level, line[:LONGEST_LINE]] for line in lines if len(self.taken) < MOST_LINES)
        return len(text)

    def flush(self):
        if self.rest and len(self.taken) < MOST_LINES:
            self.taken.append([self.level, self.rest])
        self.rest = ""


taken = []
streams = sys.stdout, sys.stderr = Lines("log", taken), Lines("error", taken)
functions = []
memory = None
# What this process is: its number, thread and folder; the files by which it is asked, and copies of its standard ones.
own = {}


def written():
    for stream in streams:
        stream.flush()
    lines = taken[:]
    taken.clear()
    return lines


def own_files():
    """Modules from the folders of the user's files: what a save of makes other code."""
    folders = tuple({os.path.dirname(function["file"]) + os.sep for function in functions})
    files = {os.path.abspath(getattr(module, "__file__", None) or "") for module in list(sys.modules.values())} | {function["file"] for function in functions}
    return sorted(file for file in files if folders and file.startswith(folders) and "site-packages" not in file and "dist-packages" not in file)


def place(error):
    """The line of the user's that an error comes from: the innermost one of their own files."""
    if isinstance(error, SyntaxError) and error.filename and os.path.exists(error.filename):
        return {"file": os.path.abspath(error.filename), "line": error.lineno or 1, "column": error.offset or 1}
    folders = tuple({os.path.dirname(function["file"]) + os.sep for function in functions})
    own = [(frame, line) for frame, line in traceback.walk_tb(error.__traceback__) if folders and os.path.abspath(frame.f_code.co_filename).startswith(folders)]
    if not own:
        return None
    frame, line = own[-1]
    return {"file": os.path.abspath(frame.f_code.co_filename), "line": line, "column": 1}


def words(error):
    if isinstance(error, SyntaxError):
        return f"{type(error).__name__}: {error.msg}"
    if isinstance(error, SystemExit):
        return "SystemExit: a function of a view does not end its process; return None to give no value"
    return "".join(traceback.format_exception_only(type(error), error)).strip()[:LONGEST_LINE]


class Refused(Exception):
    """What is wrong with the step, not with the user's code."""

    def __init__(self, code, text, where=None):
        super().__init__(text)
        self.code, self.where = code, where


def load(file, name, inputs):
    function = {"file": file}
    functions.append(function)
    folder = os.path.dirname(file)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    with open(file, "rb") as f:
        source = f.read()
    # Read and compiled here: a compiled file beside it may be that of an earlier save.
    module = types.ModuleType("trainyard_%d_%s" % (len(functions), os.path.splitext(os.path.basename(file))[0]))
    module.__file__ = file
    sys.modules[module.__name__] = module
    exec(compile(source, file, "exec"), module.__dict__)
    found = module.__dict__.get(name)
    if not callable(found):
        import difflib

        names = [key for key, value in module.__dict__.items() if inspect.isfunction(value) and not key.startswith("_")]
        near = difflib.get_close_matches(name, names, 1)
        raise Refused("PYTHON_FUNCTION", f'There is no function "{name}" in {os.path.basename(file)}; it has {", ".join(names) or "none"}.' + (f' Did you mean "{near[0]}"?' if near else ""), {"file": file, "line": 1, "column": 1})
    function["call"] = found
    where = function["where"] = {"file": file, "line": getattr(getattr(found, "__code__", None), "co_firstlineno", 1), "column": 1}
    if inputs is None:
        return where
    try:
        inspect.signature(found).bind(**dict.fromkeys(inputs))
    except TypeError as error:
        raise Refused("PYTHON_ARGUMENTS", f"{name}() cannot be called with the inputs of its step ({', '.join(inputs) or 'none'}): {error}. An input has the name of its argument.", where) from None
    except ValueError:
        pass  # written in C, it does not say what it takes
    return where


def given(value):
    """An argument as it is sent: arrays by their place, numbers and texts as they are."""
    kind, what = value
    if kind == "a":
        dtype, shape, strides, offset, size = what
        if size == 0:
            return np.zeros(shape, dtype)
        global memory
        if memory is None or len(memory) < offset + size:
            memory = mmap.mmap(MEMORY, offset + size, access=mmap.ACCESS_READ)
        return np.ndarray(shape, dtype, memory, offset, strides)
    if kind == "n":
        return float(what) if what in ("NaN", "Infinity", "-Infinity") else int(what)
    if kind == "d":
        return {key: given(one) for key, one in what.items()}
    return what


class Results:
    """Puts the arrays of a result into the shared file, behind the arguments."""

    def __init__(self, at, name):
        self.at, self.name = at, name

    def put(self, value):
        if isinstance(value, (np.bool_, np.integer, np.floating)) or (isinstance(value, np.ndarray) and value.ndim == 0 and value.dtype.kind in "biuf"):
            value = value.item()
        if value is None or isinstance(value, (bool, str)):
            return ["v", value]
        if isinstance(value, (int, float)):
            return ["n", repr(value)] if isinstance(value, int) else ["n", "NaN" if value != value else {float("inf"): "Infinity", float("-inf"): "-Infinity"}.get(value, repr(value))]
        if isinstance(value, dict):
            return ["d", {str(key): self.put(one) for key, one in value.items()}]
        if inspect.isgenerator(value) or inspect.iscoroutine(value):
            raise TypeError(f"{self.name}() returned a {type(value).__name__}; it is called once per train and gives the value itself: return, not yield or async")
        return self.array(np.asarray(value))

    def array(self, array):
        if array.dtype.kind in "US":
            return ["v", [item if isinstance(item, str) else item.decode(errors="replace") for item in array.ravel().tolist()]]
        if array.dtype.kind not in "biuf" or array.dtype.itemsize > 8:
            raise TypeError(f"{self.name}() returned an array of {array.dtype}; numbers and booleans can be given on (a complex array as its .real, .imag or abs)")
        array = np.ascontiguousarray(array, array.dtype.newbyteorder("="))
        self.at += -self.at % ALIGN
        offset = self.at
        if array.nbytes:
            self.write(memoryview(array).cast("B"), offset)
        self.at += array.nbytes
        return ["a", [str(array.dtype), list(array.shape), offset]]

    def write(self, view, offset):
        done = 0
        try:
            while done < len(view):
                done += os.pwrite(MEMORY, view[done:], offset + done)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            raise Refused("PYTHON_MEMORY", f"What {self.name}() returned ({len(view) / 1e6:.0f} MB) does not fit into the memory by which it goes back (/dev/shm).") from None


def call(id, arguments, at):
    function = functions[id]
    try:
        value = function["call"](**{name: given(value) for name, value in arguments.items()})
    finally:
        as_before()
    try:
        return Results(at, getattr(function["call"], "__name__", "the function")).put(value)
    except Refused as error:
        error.where = function["where"]
        raise
    except Exception as error:
        # Nothing of the user's is running any more: what they gave is wrong.
        raise Refused("PYTHON_ERROR", words(error), function["where"]) from None


def as_before():
    """Ends a fork that came back from the user's code, and takes back what a call must not leave to the next one, which may be another view's."""
    if os.getpid() != own["pid"]:
        os._exit(0)
    sys.stdout, sys.stderr = streams
    if any(identity(number) != known for number, known in own["files"].items()):
        os._exit(LOST)
    for number, kept in own["standard"].items():
        if identity(number) != own["files"][kept]:
            os.dup2(kept, number)
    try:
        os.chdir(own["folder"])
    except OSError:
        pass  # it is not there any more


def identity(number):
    """Which file a descriptor stands for; None when it is closed."""
    try:
        status = os.fstat(number)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def forked():
    """In a fork of the user's: it ends with this process, unless a thread made it, that may end before."""
    if threading.get_ident() == own["thread"]:
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def contain(limit):
    # The worker's thread is our parent: when it ends, whatever ends it, so do we, also in the middle of a loop.
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    faulthandler.enable(2)
    if limit:
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    try:
        # Where memory runs out, the kernel ends this process and not the yard.
        with open("/proc/self/oom_score_adj", "w") as f:
            f.write("900")
    except OSError:
        pass


def main():
    global np
    sys.dont_write_bytecode = True
    sys.path[0:1] = []
    global MEMORY
    requests, replies = (os.fdopen(fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, HIGH), mode) for number, mode in ((REQUESTS, "rb"), (REPLIES, "wb")))
    moved = fcntl.fcntl(MEMORY, fcntl.F_DUPFD_CLOEXEC, HIGH)
    os.close(REPLIES)
    os.close(MEMORY)
    MEMORY = moved
    # Whoever reads standard input reads nothing, and not the next request.
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, REQUESTS)
    os.close(nothing)
    standard = {number: fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, HIGH) for number in (0, 1, 2)}
    files = {number: identity(number) for number in (requests.fileno(), replies.fileno(), MEMORY, *standard.values())}
    own.update(pid=os.getpid(), thread=threading.get_ident(), folder=os.getcwd(), files=files, standard=standard)
    os.register_at_fork(after_in_child=forked)

    def reply(**what):
        replies.write(json.dumps({**what, "lines": written()}).encode() + b"\n")
        replies.flush()

    contain(int(sys.argv[1]))
    parent = int(sys.argv[2])
    try:
        import numpy as np
    except ImportError as error:
        reply(error={"code": "PYTHON_NUMPY", "message": f"{sys.executable} (Python {sys.version.split()[0]}) has no numpy: {error}"})
        return
    reply(version=sys.version.split()[0], numpy=np.__version__)
    for line in requests:
        if os.getppid() != parent:
            return
        request = json.loads(line)
        try:
            if "load" in request:
                try:
                    where = load(**request["load"])
                finally:
                    as_before()
                reply(where=where, files=own_files())
            else:
                reply(value=call(**request["call"]))
        except Refused as error:
            reply(error={"code": error.code, "message": str(error), "where": error.where}, files=own_files())
        except BaseException as error:
            reply(error={"message": words(error), "where": place(error)}, files=own_files() if "load" in request else [])


main()
