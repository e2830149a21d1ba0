"""The child process that runs compiled code: `python child.py REQUEST REPLY`.

Uses the standard library only, so that it starts fast, and a crash of the code under test takes nothing with it: an array is a file of its
bytes. Each array lies against an inaccessible page: a store or load past its end is a fault, not silence.
"""

from __future__ import annotations

import ctypes
import json
import mmap
import os
import resource
import sys
from pathlib import Path

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
    "float16": ctypes.c_uint16,  # by its bits
    "float32": ctypes.c_float,
    "float64": ctypes.c_double,
    "bool": ctypes.c_bool,
}


class GuardedArray:
    """A copy of an array that ends at an inaccessible page, rounded to `alignment` bytes; what is around it is a canary."""

    def __init__(self, data: bytes, alignment: int):
        self.size = len(data)
        padded = -(-max(self.size, 1) // alignment) * alignment
        pages = -(-padded // PAGE) * PAGE
        self._map = mmap.mmap(-1, pages + 2 * PAGE)
        base = ctypes.addressof(ctypes.c_char.from_buffer(self._map))
        for guard in (base, base + PAGE + pages):
            if ctypes.CDLL(None, use_errno=True).mprotect(ctypes.c_void_p(guard), ctypes.c_size_t(PAGE), 0):
                raise OSError("mprotect failed")
        self.address = base + PAGE + pages - padded
        self.mapped, self.mapped_bytes = base, pages + 2 * PAGE
        self._padding = padded - self.size
        self._before = pages - padded
        ctypes.memset(base + PAGE, CANARY, pages)
        ctypes.memmove(self.address, data, self.size)

    def read(self) -> bytes:
        """The contents now."""
        return ctypes.string_at(self.address, self.size)

    def release(self) -> None:
        """The mapping goes with the object."""

    def overrun(self) -> bool:
        """Whether something was stored between the array and the guard page on either side."""
        around = ctypes.string_at(self.address - self._before, self._before) + ctypes.string_at(self.address + self.size, self._padding)
        return around.count(CANARY) != len(around)


class DeviceBuffer:
    """A simulator's device memory with the contents of an array; unwritten where the array is an output."""

    overrun = staticmethod(lambda: False)  # the simulator reports that itself

    def __init__(self, library: ctypes.CDLL, data: bytes, name: str, *, written: bool):
        self._library, self._size = library, len(data)
        library.xpiler_sim_buffer.restype = ctypes.c_void_p
        self.address = library.xpiler_sim_buffer(ctypes.c_size_t(self._size), name.encode())
        if written:
            self._copy(ctypes.c_void_p(self.address), data)

    def _copy(self, to: ctypes.c_void_p | ctypes.Array, source: ctypes.c_void_p | bytes) -> None:
        self._library.xpiler_sim_copy(to, source, ctypes.c_size_t(self._size))

    def read(self) -> bytes:
        """The contents now."""
        data = ctypes.create_string_buffer(self._size)
        self._copy(data, ctypes.c_void_p(self.address))
        return data.raw

    def release(self) -> None:
        """Gives the memory back."""
        self._library.xpiler_sim_free(ctypes.c_void_p(self.address))


def launch(library: ctypes.CDLL, kernel: str, shape: dict, arguments: list[dict], folder: Path) -> dict:
    """Launches a simulated kernel once on device memory of its own."""
    buffers = {a["array"]: _buffer(library, a, folder) for a in arguments if "array" in a}
    cells = [ctypes.c_void_p(buffers[a["array"]].address) if "array" in a else C_TYPES[a["type"]](a["value"]) for a in arguments]
    packed = (ctypes.c_void_p * max(1, len(cells)))(*[ctypes.addressof(cell) for cell in cells])
    grid, second = (ctypes.c_uint * 3)(*shape["grid"]), (ctypes.c_uint * 3)(*shape["block"]) if shape["block"] else shape["union"]
    if shape["block"]:
        library.xpiler_sim_cooperative(int(shape["cooperative"]))
    code = getattr(library, f"xpiler_sim_launch_{kernel}")(grid, second, shape["shared"], packed)
    for name, buffer in buffers.items():
        (folder / name).write_bytes(buffer.read())
    return {
        "overruns": [],
        "findings": report(library, "findings"),
        "counts": report(library, "counts"),
        "cycles": report(library, "cycles"),
        "code": code if shape["block"] else 0,
    }


def _buffer(library: ctypes.CDLL, argument: dict, folder: Path) -> DeviceBuffer:
    return DeviceBuffer(library, (folder / argument["array"]).read_bytes(), argument["name"], written=argument["written"])


def call(library: ctypes.CDLL, symbol: str, arguments: list[dict], folder: Path, alignment: int) -> dict:
    """Calls `symbol` once; arrays are read from and written back to `folder`."""
    buffers = {a["array"]: _held(library, a, folder, alignment) for a in arguments if "array" in a}
    values = [ctypes.c_void_p(buffers[a["array"]].address) if "array" in a else _plain(a) for a in arguments]
    function = getattr(library, symbol)
    function.restype = ctypes.c_int if symbol == "main" else None
    code = function(*values)
    for name, held in buffers.items():
        (folder / name).write_bytes(held.read())
    ctypes.CDLL(None).fflush(None)
    overruns = [name for name, held in buffers.items() if held.overrun()]
    for held in buffers.values():
        held.release()
    return {
        "overruns": overruns,
        "findings": report(library, "findings"),
        "counts": report(library, "counts"),
        "cycles": report(library, "cycles"),
        "code": code or 0,
    }


def _held(library: ctypes.CDLL, argument: dict, folder: Path, alignment: int) -> GuardedArray | DeviceBuffer:
    """An array where the function expects it: in the device's memory where it is named so and the library has a device."""
    if "name" in argument and hasattr(library, "xpiler_sim_buffer"):
        return _buffer(library, argument, folder)
    guarded = GuardedArray((folder / argument["array"]).read_bytes(), max(alignment, argument["element_bytes"]))
    _make_known(library, guarded, argument)
    return guarded


def _plain(argument: dict) -> object:
    """An argument that is no array."""
    if "null" in argument:
        return None
    if "strings" in argument:
        return (ctypes.c_char_p * (len(argument["strings"]) + 1))(*[s.encode() for s in argument["strings"]], None)
    return C_TYPES[argument["type"]](argument["value"])


def _make_known(library: ctypes.CDLL, array: GuardedArray, argument: dict) -> None:
    """Tells a library built with checks, or a simulator, of an array; any other has no such function."""
    if hasattr(library, "xpiler_sim_host_array"):
        name = argument.get("host_name", "").encode()
        library.xpiler_sim_host_array(ctypes.c_void_p(array.address), ctypes.c_size_t(array.size), name)
    if not hasattr(library, "xpiler_sim_array"):
        return
    begin, mapped = ctypes.c_void_p(array.address), ctypes.c_void_p(array.mapped)
    size, all_bytes = ctypes.c_size_t(array.size), ctypes.c_size_t(array.mapped_bytes)
    library.xpiler_sim_array(begin, size, mapped, all_bytes, argument.get("name", "").encode(), int(argument.get("written", True)))


NO_RESERVE = 0x4000  # Linux; the module names it from Python 3.13 on
REACH = 1 << 31  # bytes of address space for an array whose size is not known; only what is touched takes memory


def reach(library: ctypes.CDLL, symbol: str, arguments: list[dict]) -> dict[str, int]:
    """Bytes that a launcher copies from or to each array, found without running its kernels."""
    if not hasattr(library, "xpiler_sim_watch_transfers"):
        return {}
    library.xpiler_sim_watch_transfers()
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | NO_RESERVE
    spaces = {a["reach"]: mmap.mmap(-1, REACH, flags=flags) for a in arguments if "reach" in a}
    begins = {name: ctypes.addressof(ctypes.c_char.from_buffer(space)) for name, space in spaces.items()}
    getattr(library, symbol)(*[ctypes.c_void_p(begins[a["reach"]]) if "reach" in a else _plain(a) for a in arguments])
    found: dict[str, int] = {}
    for address, size in report(library, "transfers"):
        for name, begin in begins.items():
            if begin <= address < begin + REACH:
                found[name] = max(found.get(name, 0), address + size - begin)
    return found


def report(library: ctypes.CDLL, what: str) -> object:
    """What a simulator says of the run so far, or nothing where the library is plain native code."""
    try:
        function = getattr(library, f"xpiler_sim_{what}")
    except AttributeError:
        return None
    function.restype = ctypes.c_char_p
    return json.loads(function() or b"null")


def _replace(path: Path, text: str) -> None:
    """Gives a file another text at once."""
    new = path.with_suffix(".new")
    new.write_text(text)
    new.replace(path)


def main() -> None:
    request_path, reply_path = Path(sys.argv[1]), Path(sys.argv[2])
    request = json.loads(request_path.read_text())
    if request["memory_bytes"]:
        resource.setrlimit(resource.RLIMIT_AS, (request["memory_bytes"],) * 2)
    if request.get("processor_s"):
        resource.setrlimit(resource.RLIMIT_CPU, (request["processor_s"], request["processor_s"] + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if request["trace"]:
        os.environ["XPILER_SIM_TRACE"] = request["trace"]
    library = ctypes.CDLL(request["library"])
    if request["order"] is not None:
        library.xpiler_sim_schedule(request["order"])
    if request.get("reach"):
        _replace(reply_path, json.dumps(reach(library, request["symbol"], request["calls"][0])))
        return
    replies = []
    for arguments in request["calls"]:
        if hasattr(library, "xpiler_sim_reset"):
            library.xpiler_sim_reset()
        if request["launch"]:
            replies.append(launch(library, request["symbol"], request["launch"], arguments, request_path.parent))
        else:
            replies.append(call(library, request["symbol"], arguments, request_path.parent, request["alignment"]))
        _replace(reply_path, json.dumps(replies))  # whole at any time: the child may be killed in its next call


if __name__ == "__main__":
    main()
