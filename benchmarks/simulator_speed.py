"""How fast the simulators are: the three figures that must hold on two cores.

    python benchmarks/simulator_speed.py [--json RESULT.json]

A 512 x 512 x 512 tiled CUDA product without checks (10 s) and with them (60 s), and a 1024 x 1024 BANG softmax with
checks (5 s), each in one process. Prints wall and user seconds; exit code 1 where a result is wrong or a bound is missed.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from xpiler.execution.build import build
from xpiler.execution.process import run

KERNELS = Path(__file__).resolve().parent.parent / "kernels"


@dataclass(frozen=True)
class Timing:
    """One figure: seconds of wall clock and of user time, its bound, and the largest error of the result."""

    name: str
    wall_s: float
    user_s: float
    bound_s: float
    error: float
    findings: int


def measure(name: str, source: Path, symbol: str, arguments: list, expected: np.ndarray, bound_s: float, *, strict: bool) -> Timing:
    """Builds `source`, then times one call of its launcher in a process of its own."""
    platform = {".cu": "cuda", ".mlu": "bang"}[source.suffix]
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "kernel.so"
        build(source, platform, library, arch={"cuda": "sm_90", "bang": "mtp_592"}[platform], strict=strict)
        user, wall = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime, time.monotonic()
        result = run(library, symbol, [arguments], timeout_s=600)[0]
        wall, user = time.monotonic() - wall, resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - user
    error = float(np.abs(result.arrays[-1] - expected).max()) if result.arrays else float("inf")
    return Timing(name, round(wall, 2), round(user, 2), bound_s, error, len(result.findings))


def figures() -> list[Callable[[], Timing]]:
    """The measurements, each to be called."""
    generator = np.random.default_rng(1)
    a, b = (generator.standard_normal((512, 512)).astype(np.float32) for _ in range(2))
    x = generator.standard_normal((1024, 1024)).astype(np.float32)
    weights = np.exp(x.astype(np.float64))
    product = (KERNELS / "gemm" / "gemm.cu", "gemm_kernel", [a, b, np.zeros_like(a), 512, 512, 512], a @ b)
    softmax = (KERNELS / "softmax" / "softmax.mlu", "softmax_kernel", [x, np.zeros_like(x), 1024, 1024])
    return [
        lambda: measure("cuda gemm 512^3, no checks", *product, 10, strict=False),
        lambda: measure("cuda gemm 512^3, checks", *product, 60, strict=True),
        lambda: measure("bang softmax 1024x1024, checks", *softmax, weights / weights.sum(1, keepdims=True), 5, strict=True),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", metavar="FILE", default="")
    options = parser.parse_args()
    timings = []
    for figure in figures():
        timings.append(figure())
        t = timings[-1]
        seconds = f"{t.wall_s:7.2f} s wall {t.user_s:7.2f} s user (bound {t.bound_s:g} s)"
        print(f"{t.name:32s} {seconds}, error {t.error:.1e}, {t.findings} findings", flush=True)
    if options.json:
        Path(options.json).write_text(json.dumps([asdict(t) for t in timings], indent=1))
    return int(any(t.wall_s > t.bound_s or t.error > 1e-3 or t.findings for t in timings))


if __name__ == "__main__":
    sys.exit(main())
