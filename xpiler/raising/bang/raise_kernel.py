"""One BANG kernel from platform form to shared form, step by step."""

from __future__ import annotations

from mlir import ir
from mlir.passmanager import PassManager

from xpiler.raising.bang.clusters import tasks_meet, to_blocks
from xpiler.raising.bang.extremes import recognise_extremes
from xpiler.raising.bang.lifetimes import rename_definitions
from xpiler.raising.bang.meanings import expand_builtins
from xpiler.raising.bang.memory_cores import give_work_to_cores
from xpiler.raising.bang.pieces import cut_buffers
from xpiler.raising.bang.queues import drop_syncs
from xpiler.raising.bang.scratch import flatten_arrays, strip_spaces
from xpiler.raising.bang.tasks import find_launch, loop_over_tasks
from xpiler.raising.bang.views import fold_views
from xpiler.raising.bang.whole_elements import divide_sizes
from xpiler.raising.structure import walk

CLEAN_UP = "func.func(cse)"


def raise_kernel(module: ir.Module, kernel: ir.Operation) -> ir.Operation:
    """Raise `kernel` of `module` in place; the module still has the launcher that tells how many tasks run.

    Raises Unsupported or InvalidInput, with the place in the source, for what cannot be read in program order.
    """
    with kernel.context, kernel.location:
        launch = find_launch(module, kernel)
        drop_syncs(kernel)
        if launch.clusters:
            give_work_to_cores(kernel)
        blocks = to_blocks(kernel, launch) if tasks_meet(kernel) else None
        if blocks is None:
            loop_over_tasks(kernel, launch)
        strip_spaces(kernel)
        expand_builtins(kernel)
        flatten_arrays(kernel)
        _clean(kernel)
        recognise_extremes(kernel)
        divide_sizes(kernel)
        fold_views(kernel)
        divide_sizes(kernel)
        cut_buffers(kernel)
        _clean(kernel)
        rename_definitions(kernel)
        _forget_exits(kernel)
        _clean(kernel)
        return kernel if blocks is None else blocks.raise_blocks(kernel)


def _forget_exits(kernel: ir.Operation) -> None:
    """A task that has returned does nothing more: what is left of `return` is the guard itself."""
    for op in walk(kernel):
        if "xpiler.after_exit" in op.attributes:
            del op.attributes["xpiler.after_exit"]


def _clean(kernel: ir.Operation) -> None:
    PassManager.parse(CLEAN_UP).run(kernel)
