"""Puts every operation of BANG to `dialects/bang/semantics.mlir` and to the simulator, on the same random operands.

    python benchmarks/semantics_check.py [--seed 1] [--rounds 4] [--only NAME] [--json RESULT.json]

The prover reasons from the meanings, the simulator is written from the platform's documentation: where they differ one of
them is wrong. Prints a line an operation; exit code 1 where one differs.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
from mlir import ir
from mlir.passmanager import PassManager

sys.path.insert(0, str(Path(__file__).resolve().parent))

from semantics_cases import ABSOLUTE, CTYPES, ULPS, Case, bang_cases

from xpiler.dialects import context
from xpiler.dialects.semantics import instantiate
from xpiler.execution.child import DeviceBuffer, report
from xpiler.execution.jit import CompiledModule
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
        buffers = [DeviceBuffer(self.library, a.copy(), f"operand {i}", written=True) for i, a in enumerate(arrays)]
        cells = [ctypes.c_void_p(b.address) for b in buffers]
        packed = (ctypes.c_void_p * len(cells))(*[ctypes.addressof(c) for c in cells])
        getattr(self.library, f"xpiler_sim_launch_k{index}")((ctypes.c_uint * 3)(1, 1, 1), 1, 0, packed)
        result = buffers[0].read()
        for buffer in buffers:
            self.library.xpiler_sim_free(ctypes.c_void_p(buffer.address))
        findings = report(self.library, "findings")
        return result, findings if isinstance(findings, list) else []


def meaning(case: Case) -> CompiledModule:
    """The compiled meaning, its calls inlined as raising inlines them."""
    text = instantiate(case.wanted)
    if text is None:
        raise LookupError(f"no meaning for {case.wanted}")
    ctx = context()
    with ctx, ir.Location.unknown():
        module = ir.Module.parse(text)
        PassManager.parse("builtin.module(inline,symbol-dce)").run(module.operation)
    return CompiledModule(module, optimise=0)


def difference(case: Case, ours: np.ndarray, simulated: np.ndarray) -> str:
    """Where two results differ by more than the case allows; empty where they agree. NaNs are all alike."""
    if ours.dtype.kind == "i":
        unlike = ours != simulated
    else:
        a, b = ours.astype(np.float64), simulated.astype(np.float64)
        with np.errstate(invalid="ignore", over="ignore"):
            bound = np.maximum(ULPS[case.close] * np.abs(np.spacing(ours)).astype(np.float64), ABSOLUTE[case.close])
            near = np.isfinite(a) & (np.abs(a - b) <= bound)
        same = (a == b) & ((np.signbit(a) == np.signbit(b)) | (case.close != "exact"))
        unlike = ~(same | (near & (bound > 0)) | (np.isnan(a) & np.isnan(b)))
    if not unlike.any():
        return ""
    at = int(np.flatnonzero(unlike)[0])
    return f"{int(unlike.sum())} elements; at {at}: meaning {ours[at]!r}, simulator {simulated[at]!r}"


def check(index: int, case: Case, simulator: Simulator, rounds: int, seed: int) -> str:
    """The first difference or finding in `rounds` draws of operands."""
    compiled = meaning(case)
    for draw in range(rounds):
        arrays = case.operands(np.random.default_rng([seed, index, draw]))
        simulated, findings = simulator.run(index, arrays)
        if findings:
            return f"the simulator finds {findings[0]['kind']}: {findings[0]['message']}"
        target, *sources = [a.copy() for a in arrays]
        where = compiled_arguments(case, target, sources)
        compiled.run("meaning", where)
        if found := difference(case, target, simulated):
            operands = "" if len(arrays) < 2 else f" operands {[a[int(found.split('at ')[1].split(':')[0]) % a.size] for a in arrays[1:]]}"
            return found + operands
    return ""


def compiled_arguments(case: Case, target: np.ndarray, sources: list[np.ndarray]) -> list:
    """The meaning's arguments in its order: a scalar operand stands before the counts."""
    return [target, *sources, *case.scalars]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--only", default="", help="operations whose name has this in it")
    parser.add_argument("--json", metavar="FILE", default="")
    options = parser.parse_args()
    cases = [case for case in bang_cases() if options.only in str(case.wanted)]
    rows = []
    with tempfile.TemporaryDirectory(prefix="semantics-check-") as folder:
        simulator = Simulator(cases, Path(folder))
        for index, case in enumerate(cases):
            found = check(index, case, simulator, options.rounds, options.seed)
            rows.append({"operation": str(case.wanted), "builtin": case.call, "difference": found})
            print(f"{case.wanted!s:60s} {found or 'agree'}", flush=True)
    differ = sum(1 for row in rows if row["difference"])
    print(f"{len(rows) - differ} of {len(rows)} operations agree")
    if options.json:
        Path(options.json).write_text(json.dumps(rows, indent=1))
    return int(differ > 0)


if __name__ == "__main__":
    sys.exit(main())
