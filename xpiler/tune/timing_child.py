"""The process that times libraries: `python timing_child.py FOLDER` reads FOLDER/request.json, prints seconds by library and round.

Libraries take turns within a round, and each timed call follows an untimed one on the same buffers. A call shorter than `LEAST_S` is
repeated until so much time has gone. Uses ctypes and numpy only.
"""

from __future__ import annotations

import ctypes
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

LEAST_S = 0.002
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


def aligned(array: np.ndarray) -> np.ndarray:
    """A copy that begins at a multiple of 64 bytes."""
    room = np.empty(array.nbytes + 64, np.uint8)
    start = -room.ctypes.data % 64
    made = room[start : start + array.nbytes].view(array.dtype).reshape(array.shape)
    made[...] = array
    return made


def seconds(call: Callable[[], None], repeats: int) -> float:
    """Of one call, after one that is not counted."""
    call()
    start = time.perf_counter()
    for _ in range(repeats):
        call()
    return (time.perf_counter() - start) / repeats


def main() -> None:
    folder = Path(sys.argv[1])
    request = json.loads((folder / "request.json").read_text())
    buffers = [aligned(np.load(folder / a["array"])) if "array" in a else None for a in request["arguments"]]
    values = [
        C_TYPES[a["type"]](a["value"]) if b is None else ctypes.c_void_p(b.ctypes.data)
        for a, b in zip(request["arguments"], buffers, strict=True)
    ]
    functions = [getattr(ctypes.CDLL(path), request["symbol"]) for path in request["libraries"]]
    calls = [lambda f=f: f(*values) for f in functions]
    repeats = [max(1, int(LEAST_S / max(seconds(call, 1), 1e-9))) for call in calls]
    rounds = [[seconds(call, n) for call, n in zip(calls, repeats, strict=True)] for _ in range(request["rounds"])]
    print(json.dumps([list(column) for column in zip(*rounds, strict=True)]))


if __name__ == "__main__":
    main()
