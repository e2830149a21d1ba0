"""BANG's builtins in the simulator, and their meanings, on the same operands."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from semantics_bang_cases import CTYPES, Case, bang_cases
from semantics_operands import difference
from semantics_trials import Row, Search, compiled_meaning

from xpiler.execution.child import DeviceBuffer, report
from xpiler.platforms.bang.simulator import build

HEAD = "#include <bang.h>\n__wram__ char weights[128 * 1024];\n__nram__ char memory[4][64 * 1024];\n"


def kernel(index: int, case: Case) -> str:
    """A kernel that brings the arrays in, calls the builtin, and takes the destination out."""
    names = "DABC"[: len(case.types)]
    sizes = {name: f"{count} * sizeof({CTYPES[type_]})" for name, type_, count in zip(names, case.types, case.counts, strict=True)}
    lines = [
        f"  {CTYPES[type_]} *{name} = ({CTYPES[type_]} *)memory[{i}];"
        for i, (name, type_) in enumerate(zip(names, case.types, strict=True))
    ]
    lines += [f"  __memcpy({name}, g{name}, {sizes[name]}, GDRAM2NRAM);" for name in names]
    if "WB" in case.call:
        lines.append(f"  {CTYPES[case.types[2]]} *WB = ({CTYPES[case.types[2]]} *)weights;\n  __memcpy(WB, gB, {sizes['B']}, GDRAM2WRAM);")
    parameters = ", ".join(f"char *g{name}" for name in names)
    body = "\n".join([*lines, f"  {case.call};", f"  __memcpy(gD, D, {sizes['D']}, NRAM2GDRAM);"])
    return f'extern "C" __mlu_global__ void k{index}({parameters}) {{\n{body}\n}}\n'


class Simulator:
    """The kernels of all cases in one library."""

    def __init__(self, cases: list[Case], folder: Path):
        source = folder / "cases.mlu"
        source.write_text(HEAD + "".join(kernel(i, case) for i, case in enumerate(cases)))
        build(source, folder / "cases.so")
        self.library = ctypes.CDLL(str(folder / "cases.so"))

    def run(self, index: int, arrays: list[np.ndarray]) -> tuple[np.ndarray, list[dict]]:
        """The destination after the call, and what the simulator found."""
        self.library.xpiler_sim_reset()
        buffers = [DeviceBuffer(self.library, a.tobytes(), f"operand {i}", written=True) for i, a in enumerate(arrays)]
        cells = [ctypes.c_void_p(b.address) for b in buffers]
        packed = (ctypes.c_void_p * len(cells))(*[ctypes.addressof(c) for c in cells])
        getattr(self.library, f"xpiler_sim_launch_k{index}")((ctypes.c_uint * 3)(1, 1, 1), 1, 0, packed)
        result = np.frombuffer(buffers[0].read(), arrays[0].dtype).reshape(arrays[0].shape)
        for buffer in buffers:
            self.library.xpiler_sim_free(ctypes.c_void_p(buffer.address))
        findings = report(self.library, "findings")
        return result, findings if isinstance(findings, list) else []


def check(index: int, case: Case, simulator: Simulator, search: Search) -> str:
    """The first difference or finding in the draws of operands."""
    compiled = compiled_meaning(case.wanted, {})
    for generator in search.draws(index):
        arrays = case.operands(generator)
        simulated, findings = simulator.run(index, arrays)
        if findings:
            return f"the simulator finds {findings[0]['kind']}: {findings[0]['message']}"
        target, *sources = [a.copy() for a in arrays]
        compiled.run("meaning", [target, *sources, *case.scalars])
        if found := difference(case.close, target, simulated):
            at = int(found.split("at ")[1].split(":")[0])
            return f"{found} operands {[a[at % a.size] for a in arrays[1:]]}"
    return ""


def bang_rows(search: Search, folder: Path) -> Iterator[Row]:
    """Every operation, as far as `search` asks for it."""
    cases = [case for case in bang_cases() if search.only in str(case.wanted)]
    simulator = Simulator(cases, folder) if cases else None
    for index, case in enumerate(cases):
        assert simulator is not None
        yield Row(str(case.wanted), case.call, check(index, case, simulator, search))
