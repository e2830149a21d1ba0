"""Builds a text for the simulator and calls what it exports, with numpy arrays as device memory."""

from __future__ import annotations

import _ctypes
import ctypes
import json
from pathlib import Path

import numpy as np

from xpiler.platforms.cuda import simulator as cuda
from xpiler.platforms.hip import simulator as hip

HEADERS = {"cuda": "#include <cuda_runtime.h>\n", "hip": "#include <hip/hip_runtime.h>\n"}


class Simulated:
    """One simulated file; `launch` takes arrays and scalars and copies arrays there and back."""

    def __init__(self, folder: Path, text: str, *, platform: str = "cuda", **options):
        folder.mkdir(parents=True, exist_ok=True)
        source = folder / "kernel.cu"
        source.write_text(text if "#include" in text else HEADERS[platform] + text)
        self._load(source, folder / "kernel.so", platform, options)

    @classmethod
    def of_file(cls, source: Path, folder: Path, *, platform: str, **options) -> Simulated:
        """The simulation of a file as it lies there."""
        machine = cls.__new__(cls)
        machine._load(source, folder / "kernel.so", platform, options)
        return machine

    def _load(self, source: Path, path: Path, platform: str, options: dict) -> None:
        {"cuda": cuda, "hip": hip}[platform].build(source, path, **options)
        self.library = ctypes.CDLL(str(path))
        self.library.xpiler_sim_alloc.restype = ctypes.c_void_p
        for name in ("xpiler_sim_findings", "xpiler_sim_counts"):
            getattr(self.library, name).restype = ctypes.c_char_p

    def close(self) -> None:
        """Unloads the library and with it the memory it reserved."""
        _ctypes.dlclose(self.library._handle)

    @property
    def findings(self) -> list[dict]:
        return json.loads(self.library.xpiler_sim_findings())

    @property
    def kinds(self) -> set[str]:
        return {finding["kind"] for finding in self.findings}

    @property
    def counts(self) -> dict:
        return json.loads(self.library.xpiler_sim_counts())

    def launch(self, kernel: str, *arguments, grid=1, block=32, shared: int = 0, initialised: bool = True) -> int:
        """Runs `kernel`; numpy arrays are copied to the device before and back after."""
        buffers, cells = [], []
        for argument in arguments:
            if isinstance(argument, np.ndarray):
                address = self.library.xpiler_sim_alloc(ctypes.c_size_t(argument.nbytes))
                if initialised:
                    self._copy(address, argument.ctypes.data, argument.nbytes)
                buffers.append((argument, address))
                cells.append(ctypes.c_void_p(address))
            else:
                cells.append(argument)
        packed = (ctypes.c_void_p * max(1, len(cells)))(*[ctypes.addressof(cell) for cell in cells])
        code = getattr(self.library, f"xpiler_sim_launch_{kernel}")(_triple(grid), _triple(block), shared, packed)
        for array, address in buffers:
            self._copy(array.ctypes.data, address, array.nbytes)
            self.library.xpiler_sim_free(ctypes.c_void_p(address))
        return code

    def _copy(self, to: int, source: int, count: int) -> None:
        self.library.xpiler_sim_copy(ctypes.c_void_p(to), ctypes.c_void_p(source), ctypes.c_size_t(count))


def _triple(value) -> ctypes.Array:
    values = (value,) if isinstance(value, int) else tuple(value)
    return (ctypes.c_uint * 3)(*values, *(1,) * (3 - len(values)))


def i32(value: int) -> ctypes.c_int:
    """An int argument."""
    return ctypes.c_int(value)
