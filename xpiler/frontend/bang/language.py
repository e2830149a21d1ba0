"""BANG C as a table for the front end."""

from __future__ import annotations

from collections.abc import Mapping

from clang.cindex import Cursor, CursorKind

from xpiler.frontend.bang.capacity import check_capacity
from xpiler.frontend.bang.conversions import CONVERSIONS
from xpiler.frontend.bang.copies import COPIES
from xpiler.frontend.bang.indices import INDICES, TESTS
from xpiler.frontend.bang.reductions import REDUCTIONS
from xpiler.frontend.bang.runtime import (
    GIVEN_TYPES,
    HOST,
    NO_LAUNCHER,
    NO_LAUNCHER_HINT,
    RUNTIME,
    TASK_KINDS,
    TYPES,
    USUAL_LAUNCH,
    launch,
    launch_text,
)
from xpiler.frontend.bang.scalars import SCALARS
from xpiler.frontend.bang.syncs import ASSEMBLY, SYNCS
from xpiler.frontend.bang.tensors import TENSORS
from xpiler.frontend.bang.vectors import VECTORS
from xpiler.frontend.cursors import children
from xpiler.frontend.language import Language, UsualLaunch
from xpiler.frontend.options import ReadOptions
from xpiler.frontend.standard_library import INVARIANT
from xpiler.platforms.bang import INCLUDE, architecture

MACHINE_WORDS = (
    "task",
    "core",
    "cluster",
    "union",
    "nram",
    "wram",
    "sram",
    "gdram",
    "ldram",
    "mlu",
    "ipu",
    "mpu",
    "dma",
    "queue",
    "sync",
    "barrier",
    "launch",
    "ping",
    "pong",
    "pipeline",
    "on chip",
    "on-chip",
    "bang",
    r"__\w+",
    r"task\w+",
    r"core\w+",
    r"cluster\w+",
)
SPACES = {f"bang.{space}": f"#bang.space<{space}>" for space in ("nram", "wram", "sram", "ldram")}

# A loop that steps by clusterDim, which is 0 in a Block task, is none of a Block task.
POSITIVE = frozenset(
    f"#bang.index_kind<{word}>" for word in ("task_dim", "task_dim_x", "task_dim_y", "task_dim_z", "core_dim", "cluster_dim")
)


def is_kernel(function: Cursor) -> bool:
    """Whether a function is `__mlu_global__` (or `__mlu_entry__`)."""
    return any(child.kind == CursorKind.CUDAGLOBAL_ATTR for child in children(function))


def device_macros(options: ReadOptions) -> Mapping[str, str]:
    """What cncc defines for device code of an architecture; the sizes are in KB."""
    chip = architecture(options.arch)
    return {
        "__BANG_ARCH__": str(chip.number),
        "__MLISA__": "1",
        "__MLU_NRAM_SIZE__": str(chip.nram_bytes // 1024),
        "__MLU_WRAM_SIZE__": str(chip.wram_bytes // 1024),
        "__MLU_SRAM_SIZE__": str(chip.sram_bytes // 1024),
    }


LANGUAGE = Language(
    name="bang",
    flags=("-x", "cuda", "--cuda-host-only", "-nocudainc", "-nocudalib"),
    suffix=".mlu",
    include_dirs=(INCLUDE,),
    prelude="bang.h",
    default_arch=architecture("").name,
    machine_words=MACHINE_WORDS,
    device_macros=device_macros,
    is_kernel=is_kernel,
    spaces=SPACES,
    builtins={**COPIES, **VECTORS, **REDUCTIONS, **TENSORS, **CONVERSIONS, **SYNCS, **SCALARS, **TESTS, **HOST},
    invariant_calls=INVARIANT,
    assembly=ASSEMBLY,
    variables=INDICES,
    positive_ops=POSITIVE,
    types=TYPES,
    given=GIVEN_TYPES,
    out_parameters=RUNTIME.out_parameters(),
    launch=launch,
    launch_text=launch_text,
    usual_launch=UsualLaunch(USUAL_LAUNCH, NO_LAUNCHER, NO_LAUNCHER_HINT),
    launch_parts=("tasks", "type", ""),
    launch_word=lambda number: TASK_KINDS.get(int(number), number),
    check=check_capacity,
)
