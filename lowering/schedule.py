"""The default schedule of each target: the passes that run on the shared form before it is converted.

A schedule is pipeline text over the function's loops; `translate --schedule` replaces it.
"""

from __future__ import annotations

from mlir import ir

from xpiler.pipeline import run_pipeline
from xpiler.platforms.target import Target
from xpiler.transforms.pattern_functions import inline_patterns

DEFAULT = {
    "cuda": "cuda-fragments,simt-matmul,reduction-split",
    "hip": "simt-matmul,reduction-split",
    "bang": "bang-matmul,bang-transpose,bang-nram-pieces{{arch={arch}}}",
    "vnni": "vnni-dot,vnni-float-product,loop-vectorize",
}


def default_schedule(target: Target) -> str:
    """The pipeline text of a target, without the surrounding `builtin.module(...)`."""
    return DEFAULT[target.platform].format(arch=target.arch)


def apply_schedule(module: ir.Module, schedule: str) -> None:
    """Runs a schedule on a module in shared form."""
    if schedule:
        run_pipeline(f"builtin.module({schedule})", module)
        inline_patterns(module)
