"""Running BANG text in this process: build once a module, launch kernels on numpy arrays, read the findings."""

from __future__ import annotations

import ctypes
import json
from pathlib import Path

import numpy as np

from xpiler.platforms.bang.simulator import build

BLOCK, UNION1, UNION2, UNION4 = 1, 4, 8, 16


class Program:
    """A simulated file; arrays given to `launch` are device memory for the time of the launch."""

    def __init__(self, library: Path):
        self.library = ctypes.CDLL(str(library))
        for name in ("findings", "warnings", "counts", "cycles"):
            getattr(self.library, f"xpiler_sim_{name}").restype = ctypes.c_char_p

    def launch(self, kernel: str, *arguments: object, dim: tuple[int, int, int] = (1, 1, 1), union: int = BLOCK, out: int = 1) -> None:
        """Launches with numpy arrays, the first `out` of them counted as not yet written, and ctypes scalars."""
        self.library.xpiler_sim_reset()
        arrays = [a for a in arguments if isinstance(a, np.ndarray)]
        for index, array in enumerate(arrays):
            self.library.xpiler_sim_register(
                ctypes.c_void_p(array.ctypes.data), ctypes.c_size_t(array.nbytes), f"argument {index}".encode(), int(index >= out)
            )
        holders = [
            ctypes.c_void_p(a.ctypes.data) if isinstance(a, np.ndarray) else ctypes.c_int(a) if isinstance(a, int) else a for a in arguments
        ]
        packed = (ctypes.c_void_p * max(1, len(holders)))(*(ctypes.cast(ctypes.byref(h), ctypes.c_void_p) for h in holders))
        getattr(self.library, f"xpiler_sim_launch_{kernel}")((ctypes.c_uint * 3)(*dim), union, 0, packed)
        for array in arrays:
            self.library.xpiler_sim_unregister(ctypes.c_void_p(array.ctypes.data))

    def findings(self) -> list[dict]:
        return json.loads(self.library.xpiler_sim_findings())

    def warnings(self) -> list[dict]:
        return json.loads(self.library.xpiler_sim_warnings())

    def counts(self) -> dict:
        return json.loads(self.library.xpiler_sim_counts())

    def cycles(self) -> dict:
        return json.loads(self.library.xpiler_sim_cycles())

    def kinds(self) -> set[str]:
        return {finding["kind"] for finding in self.findings()}


def compile_program(folder: Path, text: str, **options: object) -> Program:
    """Builds the text, with `#include <bang.h>` in front, in its own folder."""
    source = folder / "kernels.mlu"
    source.write_text("#include <bang.h>\n" + text)
    build(source, folder / "kernels.so", **options)
    return Program(folder / "kernels.so")
