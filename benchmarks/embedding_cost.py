"""What it costs to have Xpiler inside another compiler: the pass plugin against the Python API, and large modules.

    python benchmarks/embedding_cost.py [--json FILE] [--repeats 5] [--operations 10000]

The plugin starts `xpiler-opt` for each module, the Python API runs in this process; both translate the same module to
BANG C. Times are wall clock and the user CPU time of this process and its children; the least of the repeats is given.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from mlir import ir
from mlir.passmanager import PassManager

import xpiler
from xpiler import embedding
from xpiler.dialects import context
from xpiler.tools.native_folder import native_folder

MODULE = """
func.func @layer(%A: memref<64x128xf32>, %B: memref<64x128xf32>, %C: memref<64x128xf32>) {
  linalg.add ins(%A, %B : memref<64x128xf32>, memref<64x128xf32>) outs(%C : memref<64x128xf32>)
  linalg.exp ins(%C : memref<64x128xf32>) outs(%C : memref<64x128xf32>)
  return
}
"""
# What the IR of a kernel looks like: fragments of `bang` and `xpiler` beside upstream's, each with a location of its own.
STEP = """    %v{i} = xpiler.view %A[%c0] : memref<?xf32> to memref<?xf32>
    bang.memcpy %tile, %v{i}, %n <gdram2nram> : !tile, memref<?xf32>
    bang.binary<add> %tile, %tile, %tile, %n : !tile, !tile, !tile
    %x{i} = arith.addi %n, %n : i32
    %y{i} = arith.muli %x{i}, %n : i32
"""


def main() -> int:
    """Measures, prints, and writes JSON where asked; 1 where 10,000 operations take more than two seconds of CPU."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", default="", metavar="FILE")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--operations", type=int, default=10_000)
    arguments = parser.parse_args()
    measured = {
        "plugin": least(plugin, arguments.repeats),
        "python": least(in_process, arguments.repeats),
        "mlir_opt_alone": least(lambda: mlir_opt("canonicalize"), arguments.repeats),
        "round_trip": round_trip(arguments.operations),
    }
    print(json.dumps(measured, indent=2))
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(measured, indent=2) + "\n")
    return int(measured["round_trip"]["user_seconds"] > 2.0)


def least(work: Callable[[], object], repeats: int) -> dict[str, float]:
    """The least wall and user time of a few runs, in seconds."""
    runs = []
    for _ in range(repeats):
        before, start = os.times(), time.perf_counter()
        work()
        after = os.times()
        user = after.user - before.user + after.children_user - before.children_user
        runs.append((time.perf_counter() - start, user))
    return {"seconds": round(min(r[0] for r in runs), 3), "user_seconds": round(min(r[1] for r in runs), 3)}


def plugin() -> None:
    """mlir-opt with the pass, start of both processes included."""
    mlir_opt("xpile{to=bang}")


def mlir_opt(pipeline: str) -> None:
    """mlir-opt on the module."""
    import mlir

    program = next(Path(folder) / "bin/mlir-opt" for folder in mlir.__path__ if (Path(folder) / "bin/mlir-opt").exists())
    library = native_folder() / "libXpilerDialects.so"
    command = [str(program), f"--load-dialect-plugin={library}", f"--load-pass-plugin={library}"]
    environment = {**os.environ, "XPILER_OPT": str(Path(sys.executable).parent / "xpiler-opt")}
    passes = f"--pass-pipeline=builtin.module({pipeline})"
    subprocess.run([*command, passes], input=MODULE, env=environment, capture_output=True, text=True, check=True)


def in_process() -> None:
    """The same pass in a pass manager of this process, in a context of its own."""
    ctx = ir.Context()
    xpiler.register_dialects(ctx)
    module = ir.Module.parse(MODULE, ctx)
    manager = PassManager("builtin.module", ctx)
    embedding.add_xpile(manager, "bang")
    manager.run(module.operation)


def round_trip(operations: int) -> dict[str, float]:
    """A module of at least so many operations: text read, written as text and bytecode, and both read again."""
    text = large_module(operations)
    start, before = time.perf_counter(), time.process_time()
    module = ir.Module.parse(text, context())
    printed = str(module)
    again = ir.Module.parse(printed, module.context)
    buffer = io.BytesIO()
    again.operation.write_bytecode(buffer)
    last = ir.Module.parse(buffer.getvalue(), module.context)
    seconds, user = time.perf_counter() - start, time.process_time() - before
    assert str(last) == printed
    return {"operations": count(module.operation), "seconds": round(seconds, 3), "user_seconds": round(user, 3)}


def large_module(operations: int) -> str:
    """The text of a module with at least `operations` operations."""
    steps = "".join(STEP.format(i=i) for i in range(operations // STEP.count("\n") + 1))
    return f"""
!tile = memref<64xf32, #bang.space<nram>>
func.func @large(%A: memref<?xf32>) {{
    %c0 = arith.constant 0 : index
    %n = arith.constant 64 : i32
    %tile = memref.alloca() : !tile
{steps}    return
}}
"""


def count(operation: ir.Operation) -> int:
    """The operations under one, itself included."""
    found = 0

    def take(_: ir.Operation) -> ir.WalkResult:
        nonlocal found
        found += 1
        return ir.WalkResult.ADVANCE

    operation.walk(take)
    return found


if __name__ == "__main__":
    sys.exit(main())
