"""The hand-written corpus runs in strict mode: right results, nothing to report."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

import pytest
from simulated import Simulated

sys.path.insert(0, str(Path(__file__).resolve().parents[4] / "kernels"))
from corpus import OPERATORS


@pytest.mark.parametrize("platform", ["cuda", "hip"])
@pytest.mark.parametrize("name", OPERATORS)
def test_operator(tmp_path, platform, name):
    operator = OPERATORS[name]
    machine = Simulated.of_file(operator.source(platform), tmp_path, platform=platform)
    for shape in [shape for shape in operator.shapes if max(shape) < 2000][:3]:
        arrays, sizes = operator.inputs(shape, "random", 1)
        output = next(p.name for p in operator.parameters if p.role == "out")
        pointers = [ctypes.c_void_p(arrays[p.name].ctypes.data) for p in operator.parameters]
        getattr(machine.library, f"{name}_kernel")(*pointers, *(ctypes.c_int(sizes[size]) for size in operator.sizes))
        assert machine.findings == []
        assert not operator.wrong(arrays, arrays[output], sizes).any()
    machine.close()
