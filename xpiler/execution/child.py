"""The child process that runs compiled code: `python child.py REQUEST REPLY`.

Uses ctypes and numpy only, so that it starts fast and a crash of the code under test takes nothing with it.
Each array lies against an inaccessible page: a store or load past its end is a fault, not silence.
"""

from __future__ import annotations

import ctypes
import json
import mmap
import resource
import sys
from pathlib import Path

import numpy as np

PAGE = mmap.PAGESIZE
CANARY = 0xA5

C_TYPES = {
    "int8": ctypes.c_int8,
    "uint8": ctypes.c_uint8,
    "int16": ctypes.c_int16,
    "uint16": ctypes.c_uint16,
    "int32": ctypes.c_int32,
    "uint32": ctypes.c_uint32,
    "int64": ctypes.c_int64,
    "uint64": ctypes.c_uint64,
    "float32": ctypes.c_float,
    "float64": ctypes.c_double,
    "bool": ctypes.c_bool,
}


class GuardedArray:
    """A copy of an array that ends at an inaccessible page, rounded to `alignment` bytes; the rounding is a canary."""

    def __init__(self, array: np.ndarray, alignment: int):
        self.size = array.nbytes
        padded = -(-max(self.size, 1) // alignment) * alignment
        pages = -(-padded // PAGE) * PAGE
        self._map = mmap.mmap(-1, pages + 2 * PAGE)
        base = ctypes.addressof(ctypes.c_char.from_buffer(self._map))
        for guard in (base, base + PAGE + pages):
            if ctypes.CDLL(None, use_errno=True).mprotect(ctypes.c_void_p(guard), ctypes.c_size_t(PAGE), 0):
                raise OSError("mprotect failed")
        self.address = base + PAGE + pages - padded
        self._padding = padded - self.size
        ctypes.memset(self.address, CANARY, padded)
        ctypes.memmove(self.address, array.ctypes.data, self.size)

    def bytes(self) -> bytes:
        return ctypes.string_at(self.address, self.size)

    def overrun(self) -> bool:
        """Whether something was stored between the array's end and the guard page."""
        return any(b != CANARY for b in ctypes.string_at(self.address + self.size, self._padding))


def call(library: ctypes.CDLL, symbol: str, arguments: list[dict], folder: Path, alignment: int) -> dict:
    """Calls `symbol` once; arrays are read from and written back to `folder`."""
    arrays: dict[str, tuple[GuardedArray, np.ndarray]] = {}
    values = []
    for argument in arguments:
        if "array" in argument:
            array = np.ascontiguousarray(np.load(folder / argument["array"]))
            guarded = GuardedArray(array, max(alignment, array.itemsize))
            arrays[argument["array"]] = (guarded, array)
            values.append(ctypes.c_void_p(guarded.address))
        else:
            values.append(C_TYPES[argument["type"]](argument["value"]))
    function = getattr(library, symbol)
    function.restype = None
    function(*values)
    overruns = []
    for name, (guarded, array) in arrays.items():
        np.save(folder / name, np.frombuffer(guarded.bytes(), array.dtype).reshape(array.shape))
        if guarded.overrun():
            overruns.append(name)
    return {"overruns": overruns, "findings": report(library, "findings"), "counts": report(library, "counts")}


def report(library: ctypes.CDLL, what: str) -> object:
    """What a simulator says of the run so far, or nothing where the library is plain native code."""
    try:
        function = getattr(library, f"xpiler_sim_{what}")
    except AttributeError:
        return None
    function.restype = ctypes.c_char_p
    return json.loads(function() or b"null")


def main() -> None:
    request_path, reply_path = Path(sys.argv[1]), Path(sys.argv[2])
    request = json.loads(request_path.read_text())
    if request["memory_bytes"]:
        resource.setrlimit(resource.RLIMIT_AS, (request["memory_bytes"],) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    library = ctypes.CDLL(request["library"])
    replies = []
    for arguments in request["calls"]:
        if hasattr(library, "xpiler_sim_reset"):
            library.xpiler_sim_reset()
        replies.append(call(library, request["symbol"], arguments, request_path.parent, request["alignment"]))
        reply_path.write_text(json.dumps(replies))


if __name__ == "__main__":
    main()
