"""Reading short texts, and running what was read."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from mlir import ir

from xpiler import frontend
from xpiler.execution.jit import compile_module


@pytest.fixture
def read() -> Callable[..., str]:
    """Reads a text and gives the module's assembly, with the source's names."""

    def run(text: str, platform: str = "cuda", **options: object) -> str:
        module = frontend.read(text + "\n", platform, frontend.ReadOptions(**options))  # type: ignore[arg-type]
        return module.operation.get_asm(use_name_loc_as_prefix=True)

    return run


@pytest.fixture
def evaluate() -> Callable[..., list[int]]:
    """Runs the body of a C function `void k(const int *a, long *out, int n)` and gives `out`."""

    def run(body: str, a: tuple[int, ...] = (0,) * 8, n: int = 0, before: str = "") -> list[int]:
        text = f'{before}\nextern "C" void k(const int *a, long *out, int n) {{\n{body}\n}}\n'
        module: ir.Module = frontend.read(text, "vnni")
        out = np.full(8, -999, np.int64)
        compile_module(module).run("k", [np.array(a, np.int32), out, n])
        return out.tolist()

    return run
