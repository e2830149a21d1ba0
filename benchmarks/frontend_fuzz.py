"""Random C kernels through the front end and MLIR's JIT, and through g++: every output must be the same.

    python benchmarks/frontend_fuzz.py --seed 1 --count 1000

Prints one line for each kernel that differs (its seed reproduces it) and a summary; the exit code is 1 if any does.
"""

from __future__ import annotations

import argparse
import ctypes
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from random_kernels import LENGTH, random_kernel

HEADER = "#include <cstdint>\n"
GPP = ("g++", "-O1", "-std=c++17", "-ffp-contract=off", "-fPIC", "-shared", "-w")
ARRAYS = ("int32", "uint8", "int16", "int64", "float32")
POINTER = ctypes.c_void_p


def inputs(seed: int) -> list[np.ndarray | int]:
    """Arguments of one call: random arrays with edge values in front, sizes, poisoned outputs."""
    generator = np.random.default_rng(seed)
    arrays: list[np.ndarray | int] = []
    for name in ARRAYS:
        if name == "float32":
            arrays.append(generator.uniform(-100, 100, LENGTH).astype(np.float32))
            continue
        limits = np.iinfo(name)
        values = generator.integers(limits.min, limits.max, LENGTH, dtype=name, endpoint=True)
        values[:4] = [limits.min, limits.max, 0, 1]
        generator.shuffle(values)
        arrays.append(values)
    return [*arrays, int(generator.integers(0, 9)), int(generator.integers(0, 2**32)), np.full(32, 99, np.int64), np.full(32, 99.0)]


def compiled(texts: dict[str, str], folder: Path) -> ctypes.CDLL:
    """All kernels of a batch in one shared object."""
    source, library = folder / "kernels.cpp", folder / "kernels.so"
    source.write_text(HEADER + "\n".join(texts.values()))
    subprocess.run([*GPP, "-o", str(library), str(source)], check=True)
    return ctypes.CDLL(str(library))


def call_native(library: ctypes.CDLL, name: str, arguments: list[np.ndarray | int]) -> None:
    packed = [POINTER(value.ctypes.data) if isinstance(value, np.ndarray) else value for value in arguments]
    packed[5], packed[6] = ctypes.c_int(arguments[5]), ctypes.c_uint(arguments[6])
    getattr(library, name)(*packed)


def difference(text: str, name: str, library: ctypes.CDLL, calls: list[int]) -> str:
    """What went differently in one kernel; empty where nothing did."""
    from xpiler import frontend
    from xpiler.diagnostics import XpilerError
    from xpiler.execution.jit import compile_module

    try:
        module = frontend.read(HEADER + text, "vnni")
    except XpilerError as error:
        return f"refused: {error}"
    engine = compile_module(module)
    for seed in calls:
        native, jitted = inputs(seed), inputs(seed)
        call_native(library, name, native)
        engine.run(name, jitted)
        for position in (7, 8):
            if native[position].tobytes() != jitted[position].tobytes():
                where = np.flatnonzero(native[position] != jitted[position])
                return f"output {position - 7}{where.tolist()}: g++ {native[position][where]}, front end {jitted[position][where]}"
    return ""


def run_batch(seeds: range, calls: int) -> int:
    """Compares a batch of kernels; returns how many differ."""
    texts = {f"k{seed}": random_kernel(seed, f"k{seed}") for seed in seeds}
    failures = 0
    with tempfile.TemporaryDirectory(prefix="xpiler-fuzz-") as folder:
        library = compiled(texts, Path(folder))
        for seed, (name, text) in zip(seeds, texts.items(), strict=True):
            found = difference(text, name, library, [1000 * seed + k for k in range(calls)])
            if found:
                failures += 1
                print(f"seed {seed}: {found}", flush=True)
    return failures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1, help="the first kernel's seed; the others follow")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--batch", type=int, default=50, help="kernels for each call of g++")
    parser.add_argument("--calls", type=int, default=4, help="inputs for each kernel")
    parser.add_argument("--jobs", type=int, default=1, help="batches at a time")
    parser.add_argument("--print", action="store_true", help="print the kernel of --seed and stop")
    options = parser.parse_args()
    if options.print:
        print(HEADER + random_kernel(options.seed, f"k{options.seed}"))
        return 0
    start, end = time.monotonic(), options.seed + options.count
    batches = [range(first, min(first + options.batch, end)) for first in range(options.seed, end, options.batch)]
    with ProcessPoolExecutor(options.jobs, mp_context=get_context("spawn")) as pool:
        failures = sum(pool.map(run_batch, batches, repeat(options.calls)))
    print(f"{options.count} kernels, {options.calls} inputs each: {failures} differ; {time.monotonic() - start:.0f} s")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
