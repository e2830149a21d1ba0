"""The default schedule of each target: the passes that run on the shared form before it is converted.

A schedule is pipeline text over the function's loops; `translate --schedule` replaces it.
"""

from __future__ import annotations

from mlir import ir

from xpiler.diagnostics import PassFailed
from xpiler.passes import platform_of_pass
from xpiler.pipeline import Pipeline, Stage
from xpiler.platforms.target import Target
from xpiler.transforms.pattern_functions import inline_patterns

DEFAULT = {
    "cuda": "cuda-wide-fragments,cuda-fragments,simt-wide-products{{rows=8 across=1 stages=2 unroll=8}},"
    "simt-matmul,simt-transpose,simt-vectors,value-anew,simt-rows",
    "hip": "hip-matrix-cores{{arch={arch}}},simt-wide-products,simt-matmul,simt-transpose,simt-vectors,value-anew,reduction-split",
    "bang": "loop-digits{{ragged=true}},bang-matmul,bang-transpose,bang-rows,bang-nram-pieces{{arch={arch}}}",
    "vnni": "vnni-dot,vnni-float-product,vnni-transpose,value-keep,loop-vectorize,vnni-jam",
}


def default_schedule(target: Target) -> str:
    """The pipeline text of a target, without the surrounding `builtin.module(...)`."""
    return DEFAULT[target.platform].format(arch=target.arch)


def apply_schedule(module: ir.Module, schedule: str, target: Target, file: str = "") -> None:
    """Runs a schedule on a module in shared form; `file` is where its text was read from.

    Raises PassFailed, located in the schedule or in the kernel, where a pass is unknown, made for another platform, or refuses.
    """
    pipeline = Pipeline.parse(schedule, file)
    for stage in pipeline.stages:
        _refuse_foreign(stage, target)
    pipeline.run(module)
    inline_patterns(module)


def _refuse_foreign(stage: Stage, target: Target) -> None:
    """Passes that make another platform's operations would leave what this target cannot spell."""
    if isinstance(stage.step, str):
        return
    made_for = platform_of_pass(stage.step.name)
    if made_for is not None and made_for != target.platform:
        raise PassFailed(
            f"pass '{stage.step.name}' makes operations of {made_for}",
            stage.place,
            f"the default schedule of {target.platform} is {default_schedule(target)}",
        )
